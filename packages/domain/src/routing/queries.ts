import {
  type AssignmentRow,
  type JobRow,
  type OfferRow,
  type Presence,
  type QueueRow,
  type RoutingChannel,
  type RoutingRows,
  routingChannels,
  type WorkerRow,
} from './model.ts'
import { canRing, isReachable, measureOf } from './readiness.ts'
import { sortedIndex } from './sorted.ts'
import { compareInLine, type JobNode, type QueueNode, type RouterState, type WorkerNode } from './state.ts'

/** A waiting job's place: 1 is next. */
export type JobPosition = { readonly position: number; readonly of: number }

/** A queue at this moment. */
export type QueueStatistics = {
  readonly queueId: string
  readonly waiting: number
  /** Waiting jobs that ring somebody now. */
  readonly ringing: number
  readonly longestWaitMs: number
  /** Members opted in, connected and not offline. */
  readonly staffed: number
  /** Members who would be rung now, per channel. */
  readonly ready: { readonly [channel in RoutingChannel]: number }
  /** Opted-in members with work of any queue. */
  readonly busy: number
  /** Opted-in members with nothing but wrap-up left. */
  readonly wrapUp: number
}

/** What a worker is really doing, which wins over what their presence says. */
export type WorkerActivity = 'offline' | 'ringing' | 'inWork' | 'wrapUp' | 'idle'

/** A worker at this moment. */
export type WorkerView = {
  readonly worker: WorkerRow
  /** What others see: offline without a console, busy while at work. */
  readonly shownPresence: Presence
  readonly activity: WorkerActivity
  readonly offers: readonly OfferRow[]
  readonly assignments: readonly AssignmentRow[]
  /** Capacity in use, 0 to 1. */
  readonly loadRatio: number
  /** Channels on which one more job fits. */
  readonly canTake: readonly RoutingChannel[]
}

function activityOf(worker: WorkerNode): WorkerActivity {
  let wrapUp = false
  for (const { row } of worker.assignments) {
    if (row.state === 'active') return 'inWork'
    wrapUp = true
  }
  if (worker.offers.length > 0) return 'ringing'
  if (wrapUp) return 'wrapUp'
  return worker.staffed ? 'idle' : 'offline'
}

/** A waiting job's place in its queue's line; undefined when it does not wait. */
export function positionOf(state: RouterState, jobId: string): JobPosition | undefined {
  const job = state.jobs.get(jobId)
  if (job === undefined || job.row.state !== 'queued') return undefined
  const { line } = job.queue
  return { position: sortedIndex(line, job, compareInLine) + 1, of: line.length }
}

function servers(queue: QueueNode, channel: RoutingChannel): number {
  let slots = 0
  for (const member of queue.members.values()) {
    const { worker } = member
    const limits = worker.row.channels[channel]
    if (!isReachable(member) || limits === undefined) continue
    slots += Math.min(limits.maxJobs, Math.floor(worker.row.capacity / limits.cost))
  }
  return slots
}

/**
 * How long a job will wait from now, in ms: position × mean handle time ÷ jobs that the staffed members can
 * handle at once, since each of those places becomes free once per handle time. The mean is exponentially
 * weighted over the queue's closed assignments, wrap-up included. Undefined when no job was handled yet,
 * nobody is there to handle one, or the job does not wait. Members shared with other queues count in full,
 * so it errs on the short side there.
 */
export function expectedWaitOf(state: RouterState, jobId: string): number | undefined {
  const place = positionOf(state, jobId)
  const job = state.jobs.get(jobId)
  if (place === undefined || job === undefined) return undefined
  const handleMs = job.queue.handleMs[job.row.channel]
  const slots = servers(job.queue, job.row.channel)
  if (handleMs === null || slots === 0) return undefined
  return (place.position * handleMs) / slots
}

/** A queue's live figures; costs a look at each member and waiting job. */
export function statisticsOf(state: RouterState, queueId: string, now: number): QueueStatistics | undefined {
  const queue = state.queues.get(queueId)
  if (queue === undefined) return undefined
  const ready = { voice: 0, chat: 0 }
  let busy = 0
  let wrapUp = 0
  for (const member of queue.roster) {
    for (const channel of routingChannels) if (canRing(member, channel)) ready[channel] += 1
    const activity = activityOf(member.worker)
    if (activity === 'inWork') busy += 1
    else if (activity === 'wrapUp') wrapUp += 1
  }
  let ringing = 0
  let longestWaitMs = 0
  for (const job of queue.line) {
    if (job.offers.length > 0) ringing += 1
    longestWaitMs = Math.max(longestWaitMs, now - job.row.enqueuedAt)
  }
  const { staffed, line } = queue
  return { queueId, waiting: line.length, ringing, longestWaitMs, staffed, ready, busy, wrapUp }
}

/** A worker as live views show them. */
export function viewWorker(state: RouterState, workerId: string): WorkerView | undefined {
  const worker = state.workers.get(workerId)
  if (worker === undefined) return undefined
  const activity = activityOf(worker)
  const { presence, connected, capacity } = worker.row
  const busyNow = presence === 'available' && (activity === 'inWork' || activity === 'wrapUp')
  return {
    worker: worker.row,
    shownPresence: connected ? (busyNow ? 'busy' : presence) : 'offline',
    activity,
    offers: worker.offers.map(offer => offer.row),
    assignments: worker.assignments.map(assignment => assignment.row),
    loadRatio: capacity > 0 ? worker.used / capacity : 0,
    canTake: routingChannels.filter(channel => worker.reach > 0 && worker.canTake[channel]),
  }
}

/** A queue's waiting jobs in order of service. */
export function lineOf(state: RouterState, queueId: string): readonly JobRow[] {
  return (state.queues.get(queueId)?.line ?? []).map(job => job.row)
}

/** The settings of every queue. */
export function listQueues(state: RouterState): readonly QueueRow[] {
  return [...state.queues.values()].map(queue => queue.row)
}

function offersOf({ tried, offers, assignment }: JobNode): OfferRow[] {
  const accepted = assignment?.offer ?? null
  return [
    ...(tried?.values() ?? []),
    ...offers.map(({ row }) => row),
    ...(accepted === null ? [] : [accepted]),
  ]
}

/** Every row a router would be rebuilt from. */
export function snapshotOf(state: RouterState): RoutingRows {
  const jobs = [...state.jobs.values()]
  return {
    queues: [...listQueues(state)],
    workers: [...state.workers.values()].map(worker => worker.row),
    members: [...state.queues.values()].flatMap(queue =>
      [...queue.members.values()].map(member => member.row),
    ),
    jobs: jobs.map(job => job.row),
    offers: jobs.flatMap(offersOf),
    assignments: [...state.assignments.values()].map(assignment => assignment.row),
    measures: [...state.queues.values()].map(measureOf),
    lastSequence: state.lastSequence,
  }
}
