-- Made by `npm run generate` from apps/server/src/modules/chat/file.repository.ts: change that, not this file.

-- countOf
select count(*) as count
from files
where thread_id = $1;

-- insert
insert into files (id, thread_id, uploader_raw_id, name, content_type, size_bytes, created_at)
values ($1, $2, $3, $4, $5, $6, $7);

-- find
select id, thread_id, uploader_raw_id, name, content_type, size_bytes, created_at
from files
where id = $1
and deleted_at is null;

-- uploadedBy
select id, thread_id, uploader_raw_id, name, content_type, size_bytes, created_at
from files
where id in ($1)
and thread_id = $2
and uploader_raw_id = $3
and deleted_at is null;

-- unchecked
select f.id, exists (
  select 1 from messages m
  where m.thread_id = f.thread_id
    and m.content->'attachments' @> jsonb_build_array(jsonb_build_object('id', f.id))
) as is_sent
from files f
where f.checked_at is null and f.deleted_at is null and f.created_at < $1
order by f.created_at
limit $2;

-- markChecked
update files
set checked_at = $1
where id in ($2);

-- markDeleted
update files
set deleted_at = $1
where id in ($2);
