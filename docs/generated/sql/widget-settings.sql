-- Made by `npm run generate` from apps/server/src/modules/conversations/widget-settings.ts: change that, not this file.

-- get
select value
from settings
where key = $1;

-- put
insert into settings (key, value, updated_at)
values ($1, $2::jsonb, $3)
on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at;

select value
from settings
where key = $1;

-- seed
insert into settings (key, value, updated_at)
values ($1, $2::jsonb, $3)
on conflict (key) do nothing;

-- isOriginAllowed
select value
from settings
where key = $1;
