-- Made by `npm run generate` from apps/server/src/modules/chat/thread.repository.ts: change that, not this file.

-- insertThread
insert into threads (id, conversation_id, topic, created_on)
values ($1, $2, $3, $4);

-- findEntry
select threads.conversation_id, threads.locked, p.raw_id, p.display_name, p.role, p.left_at
from threads
left join thread_participants as p on p.thread_id = threads.id
where threads.id = $1;

-- findThread
select id, topic, created_on, last_sequence_id, last_version
from threads
where id = $1;

-- threadsOf
select thread_id
from thread_participants
where raw_id = $1
order by joined_at desc
limit $2;

-- putParticipant
select raw_id
from thread_participants
where thread_id = $1
and raw_id = $2
and left_at is null;

insert into thread_participants (thread_id, raw_id, display_name, role, joined_at, left_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (thread_id, raw_id) do update set display_name = $7, role = $8, joined_at = $9, left_at = $10;

-- endParticipant
update thread_participants
set left_at = $1
where thread_id = $2
and raw_id = $3
and left_at is null;

-- setLocked
update threads
set locked = $1
where id = $2;

-- serves
select here.raw_id
from thread_participants as here
inner join thread_participants as contact on contact.raw_id = here.raw_id
and contact.role = $1
inner join thread_participants as server on server.thread_id = contact.thread_id
where here.thread_id = $2
and here.role = $3
and server.raw_id = $4
and (server.left_at is null
or server.left_at > $5);

-- findMessage
select thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name, sender_role, client_message_id, content, created_on, edited_on, deleted_on
from messages
where thread_id = $1
and message_id = $2;

-- messagesAfter
select thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name, sender_role, client_message_id, content, created_on, edited_on, deleted_on
from messages
where thread_id = $1
and version > $2
order by version
limit $3;

-- lastMessages
select thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name, sender_role, client_message_id, content, created_on, edited_on, deleted_on
from messages
where thread_id = $1
order by message_id desc
limit $2;

-- lock
select id
from threads
where id = $1
for update;

-- lastMessagesAt
select threads.id, messages.created_on
from threads
inner join messages on messages.thread_id = threads.id
and messages.message_id = threads.last_message_id
where threads.id in ($1);

-- changeMessage
update threads
set last_version = last_version + 1
where id = $1
returning last_version;

update messages
set state = $1, version = $2, content = $3, edited_on = $4
where thread_id = $5
and message_id = $6
and state = $7
returning thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name, sender_role, client_message_id, content, created_on, edited_on, deleted_on;

-- putReceipt
insert into read_receipts (thread_id, raw_id, message_id, read_on)
select thread_id, $1, message_id, $2 from messages
where thread_id = $3 and message_id = $4::bigint
on conflict (thread_id, raw_id) do update set message_id = excluded.message_id, read_on = excluded.read_on
where read_receipts.message_id < excluded.message_id
returning 1;

-- receipts
select raw_id, message_id, read_on
from read_receipts
where thread_id = $1;
