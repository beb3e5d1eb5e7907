-- Made by `npm run generate` from apps/server/src/modules/calls/calls.repository.ts: change that, not this file.

-- save
insert into calls (id, conversation_id, state, application_id, locale, topic, job_id, started_at, answered_at, ended_at, end_reason, ended_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (id) do update set conversation_id = $13, state = $14, application_id = $15, locale = $16, topic = $17, job_id = $18, started_at = $19, answered_at = $20, ended_at = $21, end_reason = $22, ended_by = $23
where calls.state in ($24, $25);

insert into call_participants (id, raw_id, role, display_name, state, assignment_id, tab_id, is_muted, camera, screen, joined_at, left_at, left_reason, call_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (id) do update set raw_id = $15, role = $16, display_name = $17, state = $18, assignment_id = $19, tab_id = $20, is_muted = $21, camera = $22, screen = $23, joined_at = $24, left_at = $25, left_reason = $26, call_id = $27
where call_participants.state in ($28, $29);

insert into call_legs (id, participant_id, state, opened_at, ended_at, call_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set participant_id = $7, state = $8, opened_at = $9, ended_at = $10, call_id = $11
where call_legs.state in ($12, $13);

-- find
select *
from calls
where id = $1;

-- open
select *
from calls
where state != $1;

select *
from call_participants
where call_id in ($1);

select *
from call_legs
where call_id in ($1)
order by opened_at;

-- past
select id, conversation_id, started_at, ended_at
from calls
where conversation_id in ($1)
and ended_at is not null
order by started_at;
