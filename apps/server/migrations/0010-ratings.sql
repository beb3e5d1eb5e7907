-- Who ended a conversation (null for conversations ended before this was kept), and what its visitor thought of it.
alter table conversations
  add column closed_by text check (closed_by in ('consumer', 'agent', 'idle')),
  add column rating_score smallint check (rating_score between 1 and 5),
  add column rating_comment text,
  add column rated_at timestamptz;

-- The sweep for silent conversations. It names no column that changes while people wait in line.
create index conversations_open on conversations (opened_at, id) where state = 'open';
