-- Made by `npm run generate` from apps/server/src/modules/telephony/devices.repository.ts: change that, not this file.

-- list
select *
from devices
order by username;

-- findByUsername
select *
from devices
where username = $1;

-- insert
insert into devices (id, username, name, worker_id, ha1_md5, ha1_sha256, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (username) do nothing;

-- renew
select *
from devices
where id = $1
for update;

update devices
set ha1_md5 = $1, ha1_sha256 = $2
where id = $3;

-- remove
delete from devices
where id = $1;
