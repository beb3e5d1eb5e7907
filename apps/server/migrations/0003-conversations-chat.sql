create table settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- Who reaches us. What a page says about its visitor is a claim, never proof.
create table contacts (
  raw_id text primary key,
  display_name text not null,
  email text,
  locale text not null check (locale in ('en', 'fr')),
  attributes jsonb not null default '{}',
  page jsonb,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);

create table conversations (
  id uuid primary key,
  state text not null check (state in ('open', 'closed')),
  thread_id text not null unique,
  contact_raw_id text not null references contacts (raw_id),
  locale text not null check (locale in ('en', 'fr')),
  topic text,
  handling jsonb not null,
  handoff jsonb,
  active_call_id uuid,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create index conversations_opened on conversations (opened_at desc, id);
create index conversations_contact on conversations (contact_raw_id, opened_at desc);

-- Counters of a thread change with every message: they stay on the page (no index holds them).
create table threads (
  id text primary key,
  conversation_id uuid not null,
  topic text not null default '',
  created_on timestamptz not null,
  locked boolean not null default false,
  last_sequence_id int not null default 0,
  last_version int not null default 0,
  last_message_id bigint not null default 0
) with (fillfactor = 50);

create table thread_participants (
  thread_id text not null references threads (id) on delete cascade,
  raw_id text not null,
  display_name text not null,
  role text not null check (role in ('consumer', 'bot', 'agent', 'expert', 'supervisor', 'application')),
  joined_at timestamptz not null,
  left_at timestamptz,
  primary key (thread_id, raw_id)
);
create index thread_participants_person on thread_participants (raw_id, joined_at desc);

-- No foreign key to threads: each insert joins the thread row that the same statement has just locked.
-- `sender_raw_id` is empty for system lines, so that the last index also guards those against repeats.
create table messages (
  thread_id text not null,
  message_id bigint not null,
  sequence_id int not null,
  version int not null,
  type text not null,
  state text not null check (state in ('sent', 'edited', 'deleted')),
  sender_raw_id text not null,
  sender_name text,
  sender_role text,
  client_message_id text not null,
  content jsonb not null,
  created_on timestamptz not null,
  edited_on timestamptz,
  deleted_on timestamptz,
  primary key (thread_id, message_id),
  unique (thread_id, version),
  unique (thread_id, sender_raw_id, client_message_id)
);

create table read_receipts (
  thread_id text not null references threads (id) on delete cascade,
  raw_id text not null,
  message_id bigint not null,
  read_on timestamptz not null,
  primary key (thread_id, raw_id)
);

create table files (
  id uuid primary key,
  thread_id text not null references threads (id) on delete cascade,
  uploader_raw_id text not null,
  name text not null,
  content_type text not null,
  size_bytes int not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create index files_thread on files (thread_id);
