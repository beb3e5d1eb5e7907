-- Made by `npm run generate` from apps/server/src/modules/routing/routing.store.ts: change that, not this file.

-- storeChanges
with fence as (select 1 from routing_leader where epoch = $1::bigint for share),
stored_workers as (
  insert into workers as w
    (id, labels, capacity, channels, presence, presence_reason, presence_since, connected, missed_offers, available_since)
  select r.id, r.labels, r.capacity, r.channels, r.presence, r.presence_reason, now(), r.connected, r.missed_offers, r.available_since
  from fence, jsonb_to_recordset($2::jsonb) as r(
    id uuid, labels jsonb, capacity int, channels jsonb, presence text, presence_reason text,
    connected boolean, missed_offers int, available_since timestamptz)
  on conflict (id) do update set
    labels = excluded.labels, capacity = excluded.capacity, channels = excluded.channels,
    presence = excluded.presence, presence_reason = excluded.presence_reason,
    presence_since = case when w.presence = excluded.presence then w.presence_since else excluded.presence_since end,
    connected = excluded.connected, missed_offers = excluded.missed_offers,
    available_since = excluded.available_since
),
stored_members as (
  insert into worker_queues (queue_id, worker_id, opted_in, handled, last_assigned_at)
  select r.queue_id, r.worker_id, r.opted_in, r.handled, r.last_assigned_at
  from fence, jsonb_to_recordset($3::jsonb) as r(
    queue_id uuid, worker_id uuid, opted_in boolean, handled int, last_assigned_at timestamptz)
  on conflict (queue_id, worker_id) do update set
    opted_in = excluded.opted_in, handled = excluded.handled, last_assigned_at = excluded.last_assigned_at
),
removed_members as (
  delete from worker_queues m
  using fence, jsonb_to_recordset($4::jsonb) as r(queue_id uuid, worker_id uuid)
  where m.queue_id = r.queue_id and m.worker_id = r.worker_id
),
stored_jobs as (
  insert into jobs (id, queue_id, channel, priority, selectors, preference, state, enqueued_at, queued_at, sequence, timeout_at,
    round, round_started_at, ended_at, end_reason, conversation_id, call_id, context)
  select r.id, r.queue_id, r.channel, r.priority, r.selectors, nullif(r.preference, 'null'::jsonb), r.state, r.enqueued_at, r.queued_at, r.sequence, r.timeout_at,
    r.round, r.round_started_at, r.ended_at, r.end_reason, r.conversation_id, r.call_id, r.context
  from fence, jsonb_to_recordset($5::jsonb) as r(
    id uuid, queue_id uuid, channel text, priority int, selectors jsonb, preference jsonb, state text, enqueued_at timestamptz,
    queued_at timestamptz, sequence bigint, timeout_at timestamptz, round int, round_started_at timestamptz,
    ended_at timestamptz, end_reason text, conversation_id uuid, call_id uuid, context jsonb)
  on conflict (id) do update set
    queue_id = excluded.queue_id, priority = excluded.priority, selectors = excluded.selectors,
    state = excluded.state, queued_at = excluded.queued_at, timeout_at = excluded.timeout_at,
    round = excluded.round, round_started_at = excluded.round_started_at, ended_at = excluded.ended_at,
    end_reason = excluded.end_reason
),
stored_offers as (
  insert into offers (id, job_id, worker_id, queue_id, channel, cost, state, offered_at, expires_at, ended_at,
    revoke_reason, retry_at, round)
  select r.id, r.job_id, r.worker_id, r.queue_id, r.channel, r.cost, r.state, r.offered_at, r.expires_at, r.ended_at,
    r.revoke_reason, r.retry_at, r.round
  from fence, jsonb_to_recordset($6::jsonb) as r(
    id uuid, job_id uuid, worker_id uuid, queue_id uuid, channel text, cost int, state text,
    offered_at timestamptz, expires_at timestamptz, ended_at timestamptz, revoke_reason text,
    retry_at timestamptz, round int)
  on conflict (id) do update set
    state = excluded.state, ended_at = excluded.ended_at, revoke_reason = excluded.revoke_reason,
    retry_at = excluded.retry_at
),
stored_assignments as (
  insert into assignments as a (id, offer_id, job_id, worker_id, queue_id, channel, cost, state, assigned_at,
    completed_at, wrap_up_ends_at, closed_at, disposition_code, note)
  select r.id, r.offer_id, r.job_id, r.worker_id, r.queue_id, r.channel, r.cost, r.state, r.assigned_at,
    r.completed_at, r.wrap_up_ends_at, r.closed_at, r.disposition_code, r.note
  from fence, jsonb_to_recordset($7::jsonb) as r(
    id uuid, offer_id uuid, job_id uuid, worker_id uuid, queue_id uuid, channel text, cost int, state text,
    assigned_at timestamptz, completed_at timestamptz, wrap_up_ends_at timestamptz, closed_at timestamptz,
    disposition_code text, note text)
  on conflict (id) do update set
    state = excluded.state, completed_at = excluded.completed_at, wrap_up_ends_at = excluded.wrap_up_ends_at,
    closed_at = excluded.closed_at, disposition_code = coalesce(excluded.disposition_code, a.disposition_code),
    note = coalesce(excluded.note, a.note)
),
stored_measures as (
  insert into queue_measures (queue_id, unstaffed_since, handle_ms)
  select r.queue_id, r.unstaffed_since, r.handle_ms
  from fence, jsonb_to_recordset($8::jsonb) as r(queue_id uuid, unstaffed_since timestamptz, handle_ms jsonb)
  on conflict (queue_id) do update set
    unstaffed_since = excluded.unstaffed_since, handle_ms = excluded.handle_ms
)
select count(*)::int as held from fence;
