-- Every state change, written in the transaction that makes it. Readers follow (txid, position) below the oldest
-- transaction still running, so that a late commit is never skipped.
create table outbox (
  position bigint generated always as identity,
  txid xid8 not null default pg_current_xact_id(),
  id uuid not null,
  name text not null,
  version int not null,
  occurred_at timestamptz not null,
  causation_id uuid,
  conversation_id uuid,
  call_id uuid,
  payload jsonb not null,
  primary key (txid, position)
);
create index outbox_conversation on outbox (conversation_id, position) where conversation_id is not null;

create table outbox_cursors (
  consumer text primary key,
  txid xid8 not null,
  position bigint not null
);
