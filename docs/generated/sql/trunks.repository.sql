-- Made by `npm run generate` from apps/server/src/modules/telephony/trunks.repository.ts: change that, not this file.

-- list
select *
from trunks
order by name, id;

-- lock
select *
from trunks
where id = $1
for update;

-- save
insert into trunks (id, name, settings, sealed_password)
values ($1, $2, $3, $4)
on conflict (id) do update set name = $5, settings = $6, sealed_password = $7;

-- remove
delete from trunks
where id = $1;
