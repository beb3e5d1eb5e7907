-- Made by `npm run generate` from apps/server/src/modules/contacts/contacts.service.ts: change that, not this file.

-- create
insert into contacts (raw_id, display_name, email, locale, attributes, page, first_seen_at, last_seen_at)
values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8);

-- byPhone
insert into contacts (raw_id, display_name, email, locale, attributes, page, first_seen_at, last_seen_at)
values ($1, $2, $3, $4, '{}'::jsonb, null, $5, $6)
on conflict (raw_id) do update set last_seen_at = $7
returning *;

-- seenAgain
update contacts
set locale = $1, last_seen_at = $2, display_name = $3, email = $4, attributes = $5::jsonb, page = $6::jsonb
where raw_id = $7
returning *;

-- get
select *
from contacts
where raw_id = $1;

-- search
select raw_id
from contacts
where (display_name ilike $1
or email ilike $2)
order by last_seen_at desc
limit $3;

-- names
select raw_id, display_name
from contacts
where raw_id in ($1);
