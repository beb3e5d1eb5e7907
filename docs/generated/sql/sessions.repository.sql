-- Made by `npm run generate` from apps/server/src/modules/bots/sessions.repository.ts: change that, not this file.

-- find
select failures, topic, last_message_id
from bot_sessions
where conversation_id = $1;

-- put
insert into bot_sessions (conversation_id, failures, topic, last_message_id, updated_at)
values ($1, $2, $3, $4, $5)
on conflict (conversation_id) do update set failures = $6, topic = $7, last_message_id = $8, updated_at = $9;
