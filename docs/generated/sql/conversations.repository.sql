-- Made by `npm run generate` from apps/server/src/modules/conversations/conversations.repository.ts: change that, not this file.

-- insert
insert into conversations (id, state, thread_id, contact_raw_id, locale, topic, handling, handoff, active_call_id, opened_at, closed_at, closed_by, rating_score, rating_comment, rated_at)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14, $15);

-- find
select *
from conversations
where id = $1;

-- lock
select *
from conversations
where id = $1
for update;

-- update
update conversations
set topic = $1
where id = $2;

-- moveInLine
update conversations as c
set handling = c.handling || jsonb_build_object('position', p.position, 'expectedWaitMs', p.expected_wait_ms)
from jsonb_to_recordset($1::jsonb) as p(id uuid, position int, expected_wait_ms bigint)
where c.id = p.id and c.state = 'open' and c.handling->>'by' = 'queue'
returning c.*;

-- move
update conversations
set state = $1, closed_at = $2, closed_by = $3
where id = $4
and state = $5;

-- list
select *
from conversations
where state = $1
and thread_id in ($2)
and opened_at < $3
and (topic ilike $4
or contact_raw_id in ($5))
order by opened_at desc
limit $6;

-- leftAlone
select *
from conversations
where state = $1
and opened_at < $2
and active_call_id is null
and handling->>'by' in ($3, $4)
and (opened_at, id) > ($5, $6::uuid)
order by opened_at, id
limit $7;

-- ofContact
select *
from conversations
where contact_raw_id = $1
order by opened_at desc
limit $2;
