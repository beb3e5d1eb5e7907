-- Made by `npm run generate` from apps/server/src/modules/prompts/prompts.repository.ts: change that, not this file.

-- list
select *
from prompts
order by lower(name), id;

-- find
select *
from prompts
where id = $1;

-- count
select count(*) as count
from prompts;

-- insert
insert into prompts (id, name, language, storage_key, duration_ms, size_bytes, uploaded_by, uploader_raw_id, uploaded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- lock
select *
from prompts
where id = $1
for update;

-- update
update prompts
set name = $1, language = $2, storage_key = $3, duration_ms = $4, size_bytes = $5, uploaded_by = $6, uploader_raw_id = $7, uploaded_at = $8
where id = $9;

-- remove
delete from prompts
where id = $1;
