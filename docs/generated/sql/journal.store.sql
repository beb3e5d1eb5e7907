-- Made by `npm run generate` from apps/server/src/modules/chat/journal.store.ts: change that, not this file.

-- storeBatch
with input as (
  select * from json_to_recordset($1::json) as i(
    ord int, thread text, client text, sender text, name text, role text, type text, content jsonb,
    event uuid, cause uuid
  )
),
known as (
  select i.ord, t.conversation_id, m.*
  from input i
  join messages m on m.thread_id = i.thread and m.sender_raw_id = i.sender and m.client_message_id = i.client
  join threads t on t.id = i.thread
),
fresh as (
  select i.*, (row_number() over (partition by i.thread order by i.ord))::int as n
  from input i
  join threads t on t.id = i.thread and (not t.locked or i.type = 'system')
  where not exists (select 1 from known k where k.ord = i.ord)
),
counts as (
  select thread, count(*)::int as n from fresh group by thread
),
bumped as (
  update threads t set
    last_sequence_id = t.last_sequence_id + c.n,
    last_version = t.last_version + c.n,
    last_message_id = greatest(t.last_message_id, $2::bigint - 1) + c.n
  from counts c
  where t.id = c.thread
  returning t.id, t.conversation_id, t.last_sequence_id - c.n as sequence_base,
    t.last_version - c.n as version_base, t.last_message_id - c.n as message_base
),
placed as (
  select f.*, b.conversation_id, b.sequence_base + f.n as sequence_id, b.version_base + f.n as version,
    b.message_base + f.n as message_id
  from fresh f join bumped b on b.id = f.thread
),
stored as (
  insert into messages (thread_id, message_id, sequence_id, version, type, state, sender_raw_id, sender_name,
    sender_role, client_message_id, content, created_on)
  select thread, message_id, sequence_id, version, type, 'sent', sender, name, role, client, content,
    to_timestamp($2::double precision / 1000)
  from placed
),
told as (
  insert into outbox (id, name, version, occurred_at, causation_id, conversation_id, payload)
  select event, 'message.sent', 1, to_timestamp($2::double precision / 1000), cause, conversation_id,
    jsonb_build_object('conversationId', conversation_id, 'threadId', thread, 'messageId', message_id::text,
      'sequenceId', sequence_id, 'sender', nullif(sender, ''), 'senderRole', role, 'type', type)
  from placed
  order by ord
)
select ord, conversation_id as conversation, message_id::text as message, sequence_id as sequence, version,
  null::json as known
from placed
union all
select ord, conversation_id, message_id::text, sequence_id, version, json_build_object(
  'type', type, 'senderRawId', sender_raw_id, 'senderName', sender_name, 'senderRole', sender_role,
  'content', content, 'createdOn', created_on, 'editedOn', edited_on, 'deletedOn', deleted_on)
from known;
