-- Made by `npm run generate` from apps/server/src/platform/outbox/unit-of-work.ts: change that, not this file.

-- run
insert into outbox (id, name, version, occurred_at, causation_id, conversation_id, call_id, payload)
values ($1, $2, $3, $4, $5, $6, $7, $8);
