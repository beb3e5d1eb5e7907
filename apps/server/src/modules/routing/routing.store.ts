import { DomainError } from '@guichet/domain'
import type {
  AssignmentRow,
  JobRow,
  MemberRow,
  OfferRow,
  QueueMeasureRow,
  RoutingChange,
  WorkerRow,
} from '@guichet/domain/routing'
import { sql } from 'kysely'
import type { Work } from '../../platform/index.ts'
import type { JobContext } from './job-context.ts'

/** Thrown when another server has been elected meanwhile: nothing was written. Code `unavailable`, retryable. */
export class NotLeaderError extends DomainError {
  constructor() {
    super('unavailable', 'The queues are being taken over; try again', { retryable: true })
  }
}

/** How work was wrapped up, by assignment id. */
export type WrapUps = ReadonlyMap<string, { dispositionCode: string | null; note: string | null }>

const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** The last state of every row that changed. */
function collect(changes: readonly RoutingChange[]) {
  const workers = new Map<string, WorkerRow>()
  const members = new Map<string, MemberRow>()
  const removedMembers = new Map<string, { queueId: string; workerId: string }>()
  const jobs = new Map<string, JobRow>()
  const offers = new Map<string, OfferRow>()
  const assignments = new Map<string, AssignmentRow>()
  const measures = new Map<string, QueueMeasureRow>()
  for (const change of changes) {
    if ('worker' in change) workers.set(change.worker.id, change.worker)
    if ('job' in change) jobs.set(change.job.id, change.job)
    if ('offer' in change) offers.set(change.offer.id, change.offer)
    if ('assignment' in change) assignments.set(change.assignment.id, change.assignment)
    if ('measure' in change) measures.set(change.measure.queueId, change.measure)
    if ('member' in change) {
      const key = `${change.member.queueId}/${change.member.workerId}`
      members.set(key, change.member)
      removedMembers.delete(key)
    }
    if (change.type === 'member.removed') {
      const key = `${change.queueId}/${change.workerId}`
      members.delete(key)
      removedMembers.set(key, { queueId: change.queueId, workerId: change.workerId })
    }
  }
  return { workers, members, removedMembers, jobs, offers, assignments, measures }
}

/**
 * Writes what the router decided, in one statement, if `epoch` is still the elected one. The single elected
 * writer takes the place of `where state = from`: nobody else can have changed a row in between.
 * @throws NotLeaderError `unavailable`
 * @source ADR on the router's election
 */
export async function storeChanges(
  trx: Work['trx'],
  epoch: string,
  changes: readonly RoutingChange[],
  wrapUps: WrapUps,
): Promise<void> {
  const rows = collect(changes)
  const workers = [...rows.workers.values()].map(row => ({
    id: row.id,
    labels: row.labels,
    capacity: row.capacity,
    channels: row.channels,
    presence: row.presence,
    presence_reason: row.presenceReason,
    connected: row.connected,
    missed_offers: row.missedOffers,
    available_since: at(row.availableSince),
  }))
  const members = [...rows.members.values()].map(row => ({
    queue_id: row.queueId,
    worker_id: row.workerId,
    opted_in: row.optedIn,
    handled: row.handled,
    last_assigned_at: at(row.lastAssignedAt),
  }))
  const removed = [...rows.removedMembers.values()].map(row => ({
    queue_id: row.queueId,
    worker_id: row.workerId,
  }))
  const jobs = [...rows.jobs.values()].map(row => ({
    id: row.id,
    queue_id: row.queueId,
    channel: row.channel,
    priority: row.priority,
    selectors: row.selectors,
    preference: row.preference,
    state: row.state,
    enqueued_at: at(row.enqueuedAt),
    queued_at: at(row.queuedAt),
    sequence: row.sequence,
    timeout_at: at(row.timeoutAt),
    round: row.round,
    round_started_at: at(row.roundStartedAt),
    ended_at: at(row.endedAt),
    end_reason: row.endReason,
    conversation_id: (row.context as JobContext).conversationId,
    call_id: (row.context as JobContext).callId,
    context: row.context,
  }))
  const offers = [...rows.offers.values()].map(row => ({
    id: row.id,
    job_id: row.jobId,
    worker_id: row.workerId,
    queue_id: row.queueId,
    channel: row.channel,
    cost: row.cost,
    state: row.state,
    offered_at: at(row.offeredAt),
    expires_at: at(row.expiresAt),
    ended_at: at(row.endedAt),
    revoke_reason: row.revokeReason,
    retry_at: at(row.retryAt),
    round: row.round,
  }))
  const assignments = [...rows.assignments.values()].map(row => ({
    id: row.id,
    offer_id: row.offerId,
    job_id: row.jobId,
    worker_id: row.workerId,
    queue_id: row.queueId,
    channel: row.channel,
    cost: row.cost,
    state: row.state,
    assigned_at: at(row.assignedAt),
    completed_at: at(row.completedAt),
    wrap_up_ends_at: at(row.wrapUpEndsAt),
    closed_at: at(row.closedAt),
    disposition_code: wrapUps.get(row.id)?.dispositionCode ?? null,
    note: wrapUps.get(row.id)?.note ?? null,
  }))
  const measures = [...rows.measures.values()].map(row => ({
    queue_id: row.queueId,
    unstaffed_since: at(row.unstaffedSince),
    handle_ms: row.handleMs,
  }))
  const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`
  const { rows: fence } = await sql<{ held: number }>`
    with fence as (select 1 from routing_leader where epoch = ${epoch}::bigint for share),
    stored_workers as (
      insert into workers as w
        (id, labels, capacity, channels, presence, presence_reason, presence_since, connected, missed_offers, available_since)
      select r.id, r.labels, r.capacity, r.channels, r.presence, r.presence_reason, now(), r.connected, r.missed_offers, r.available_since
      from fence, jsonb_to_recordset(${json(workers)}) as r(
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
      from fence, jsonb_to_recordset(${json(members)}) as r(
        queue_id uuid, worker_id uuid, opted_in boolean, handled int, last_assigned_at timestamptz)
      on conflict (queue_id, worker_id) do update set
        opted_in = excluded.opted_in, handled = excluded.handled, last_assigned_at = excluded.last_assigned_at
    ),
    removed_members as (
      delete from worker_queues m
      using fence, jsonb_to_recordset(${json(removed)}) as r(queue_id uuid, worker_id uuid)
      where m.queue_id = r.queue_id and m.worker_id = r.worker_id
    ),
    stored_jobs as (
      insert into jobs (id, queue_id, channel, priority, selectors, preference, state, enqueued_at, queued_at, sequence, timeout_at,
        round, round_started_at, ended_at, end_reason, conversation_id, call_id, context)
      select r.id, r.queue_id, r.channel, r.priority, r.selectors, nullif(r.preference, 'null'::jsonb), r.state, r.enqueued_at, r.queued_at, r.sequence, r.timeout_at,
        r.round, r.round_started_at, r.ended_at, r.end_reason, r.conversation_id, r.call_id, r.context
      from fence, jsonb_to_recordset(${json(jobs)}) as r(
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
      from fence, jsonb_to_recordset(${json(offers)}) as r(
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
      from fence, jsonb_to_recordset(${json(assignments)}) as r(
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
      from fence, jsonb_to_recordset(${json(measures)}) as r(queue_id uuid, unstaffed_since timestamptz, handle_ms jsonb)
      on conflict (queue_id) do update set
        unstaffed_since = excluded.unstaffed_since, handle_ms = excluded.handle_ms
    )
    select count(*)::int as held from fence`.execute(trx)
  if (fence[0]?.held !== 1) throw new NotLeaderError()
}
