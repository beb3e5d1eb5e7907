-- Made by `npm run generate` from apps/server/src/modules/telephony/outbound.repository.ts: change that, not this file.

-- find
select value
from settings
where key = $1;

-- save
insert into settings (key, value, updated_at)
values ($1, $2, $3)
on conflict (key) do update set value = $4, updated_at = $5;
