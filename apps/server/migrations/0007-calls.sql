create table calls (
  id uuid primary key,
  conversation_id uuid not null,
  state text not null check (state in ('connecting', 'connected', 'transferring', 'disconnecting', 'disconnected')),
  application_id uuid,
  locale text not null,
  topic text,
  job_id uuid,
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  ended_by text
);
create unique index calls_active on calls (conversation_id) where state <> 'disconnected';
create index calls_conversation on calls (conversation_id, started_at);
create index calls_open on calls (id) where state <> 'disconnected';

create table call_participants (
  id uuid primary key,
  call_id uuid not null references calls,
  raw_id text not null,
  role text not null,
  display_name text not null,
  state text not null check (state in
    ('inviting', 'ringing', 'earlyMedia', 'connected', 'held', 'leaving', 'left')),
  assignment_id uuid,
  tab_id text,
  is_muted boolean not null,
  camera boolean not null,
  screen boolean not null,
  joined_at timestamptz,
  left_at timestamptz,
  left_reason text
);
create index call_participants_call on call_participants (call_id);

create table call_legs (
  id uuid primary key,
  call_id uuid not null references calls,
  participant_id uuid not null references call_participants,
  state text not null check (state in ('new', 'negotiating', 'flowing', 'interrupted', 'ended')),
  opened_at timestamptz not null,
  ended_at timestamptz
);
create index call_legs_call on call_legs (call_id);
