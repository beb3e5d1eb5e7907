-- Made by `npm run generate` from apps/server/src/modules/telephony/numbers.repository.ts: change that, not this file.

-- list
select *
from phone_numbers
order by number;

-- find
select *
from phone_numbers
where number = $1;

-- save
insert into phone_numbers (number, name, target)
values ($1, $2, $3)
on conflict (number) do update set name = $4, target = $5;

-- remove
delete from phone_numbers
where number = $1;
