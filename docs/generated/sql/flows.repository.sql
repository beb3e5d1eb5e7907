-- Made by `npm run generate` from apps/server/src/modules/flows/flows.repository.ts: change that, not this file.

-- list
select application_versions.document, applications.version, applications.is_default, applications.updated_at
from applications
inner join application_versions on application_versions.application_id = applications.id
and application_versions.version = applications.version
order by applications.is_default desc, applications.id;

-- documentsAt
select distinct on (application_id) document
from application_versions
where created_at <= $1
order by application_id, version desc;

-- lockVersion
select version
from applications
where id = $1
for update;

-- save
insert into applications (id, version, is_default, updated_at)
values ($1, $2, $3, $4)
on conflict (id) do update set version = $5, is_default = $6, updated_at = $7;

insert into application_versions (application_id, version, document, created_at)
values ($1, $2, $3::jsonb, $4);

-- loadRun
select run, started_at
from application_runs
where call_id = $1;

-- saveRun
insert into application_runs (call_id, run, started_at, updated_at)
values ($1::uuid, $2::jsonb, $3, $4)
on conflict (call_id) do update set run = excluded.run, updated_at = excluded.updated_at;
