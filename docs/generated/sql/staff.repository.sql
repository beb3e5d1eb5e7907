-- Made by `npm run generate` from apps/server/src/modules/identity/staff.repository.ts: change that, not this file.

-- list
select user_id, email, display_name, locale, roles, disabled
from staff
inner join users on users.id = staff.user_id
order by display_name;

-- find
select user_id, email, display_name, locale, roles, disabled
from staff
inner join users on users.id = staff.user_id
where user_id = $1;

-- lockAccess
select pg_advisory_xact_lock($1);

-- lock
select user_id, email, display_name, locale, roles, disabled
from staff
inner join users on users.id = staff.user_id
where user_id = $1
for update of staff;

-- emailExists
select id
from users
where email = $1;

-- hasAdministrator
select user_id
from staff
where disabled = $1
and $2 = any(roles);

-- insert
insert into users (id, name, email, email_verified)
values ($1, $2, $3, $4);

insert into accounts (user_id, account_id, provider_id, password)
values ($1, $2, $3, $4);

insert into staff (user_id, display_name, locale, roles)
values ($1, $2, $3, $4);

-- update
update staff
set display_name = $1, updated_at = $2
where user_id = $3;

update users
set name = $1, updated_at = $2
where id = $3;

-- endSessions
delete from sessions
where user_id = $1;
