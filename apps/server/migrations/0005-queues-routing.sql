-- What designers and managers set up. Durations are milliseconds.
create table queues (
  id uuid primary key,
  place int not null,
  name jsonb not null,
  channels text[] not null,
  routing_method text not null check (routing_method in ('attendant', 'serial', 'roundRobin', 'longestIdle')),
  agent_alert_time_ms int not null check (agent_alert_time_ms > 0),
  wrap_up_ms int not null check (wrap_up_ms >= 0),
  chat_wrap_up_ms int not null check (chat_wrap_up_ms >= 0),
  presence_routing boolean not null,
  overflow_threshold int not null check (overflow_threshold >= 0),
  timeout_ms int not null check (timeout_ms >= 0),
  no_agents_policy text not null check (no_agents_policy in ('queue', 'fireNew', 'fireAll')),
  -- Words of a chat's topic that lead to this queue; the default queue takes what no word claims.
  chat_topics text[] not null default '{}',
  is_default_for_chat boolean not null default false
);

create table queue_members (
  queue_id uuid not null references queues on delete cascade,
  worker_id uuid not null,
  place int not null,
  primary key (queue_id, worker_id)
);

-- The router's memory, row by row. One elected server writes it; `epoch` rises with each election, and a write
-- that names an older epoch changes nothing.
create table routing_leader (
  is_only boolean primary key default true check (is_only),
  epoch bigint not null
);
insert into routing_leader (epoch) values (0);

create table workers (
  id uuid primary key,
  labels jsonb not null,
  capacity int not null,
  channels jsonb not null,
  presence text not null check (presence in ('available', 'busy', 'doNotDisturb', 'away', 'offline')),
  presence_reason text,
  presence_since timestamptz not null,
  connected boolean not null,
  missed_offers int not null,
  available_since timestamptz not null
);

create table worker_queues (
  queue_id uuid not null,
  worker_id uuid not null,
  opted_in boolean not null,
  handled int not null,
  last_assigned_at timestamptz,
  primary key (queue_id, worker_id)
);

create table jobs (
  id uuid primary key,
  queue_id uuid not null,
  channel text not null check (channel in ('voice', 'chat')),
  priority int not null check (priority between 1 and 5),
  selectors jsonb not null,
  state text not null check (state in
    ('pendingClassification', 'scheduled', 'queued', 'assigned', 'completed', 'closed', 'cancelled')),
  enqueued_at timestamptz not null,
  queued_at timestamptz not null,
  sequence bigint not null,
  timeout_at timestamptz,
  round int not null,
  round_started_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  conversation_id uuid not null,
  call_id uuid,
  context jsonb not null
);
create index jobs_open on jobs (sequence) where state in ('queued', 'assigned', 'completed');
create index jobs_conversation on jobs (conversation_id, enqueued_at);
create index jobs_sequence on jobs (sequence desc);

create table offers (
  id uuid primary key,
  job_id uuid not null references jobs,
  worker_id uuid not null,
  queue_id uuid not null,
  channel text not null,
  cost int not null,
  state text not null check (state in ('issued', 'accepted', 'declined', 'expired', 'revoked')),
  offered_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  revoke_reason text,
  retry_at timestamptz,
  round int not null
);
create index offers_job on offers (job_id);
create index offers_missed on offers (worker_id, ended_at) where state = 'expired';

create table assignments (
  id uuid primary key,
  offer_id uuid not null references offers,
  job_id uuid not null references jobs,
  worker_id uuid not null,
  queue_id uuid not null,
  channel text not null,
  cost int not null,
  state text not null check (state in ('active', 'wrapUp', 'closed')),
  assigned_at timestamptz not null,
  completed_at timestamptz,
  wrap_up_ends_at timestamptz,
  closed_at timestamptz,
  disposition_code text,
  note text
);
create index assignments_open on assignments (worker_id) where state <> 'closed';
create index assignments_job on assignments (job_id);

create table queue_measures (
  queue_id uuid primary key,
  unstaffed_since timestamptz,
  handle_ms jsonb not null
);

create table wrap_up_codes (
  code text primary key,
  label jsonb not null,
  place int not null
);
