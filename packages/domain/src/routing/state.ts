import { createHeap, type Heap, type HeapItem } from './heap.ts'
import type { RoutingChange } from './messages.ts'
import type {
  AssignmentRow,
  JobRow,
  MemberRow,
  OfferRow,
  QueueRow,
  RoutingChannel,
  WorkerRow,
  WorkerSelector,
} from './model.ts'

/** What a timer is for; timers of one instant fire in this order, so a job's limit beats its ringing. */
export const timerKinds = ['jobTimeout', 'noAgents', 'offerExpiry', 'wrapUp', 'retry'] as const
export type TimerKind = (typeof timerKinds)[number]

/** An instant something is due for the entity `id`. */
export type Timer = HeapItem & { readonly kind: TimerKind; readonly id: string; at: number }

/** Jobs of a queue that the same workers can take. */
export type Lane = {
  readonly key: string
  readonly channel: RoutingChannel
  readonly selectors: readonly WorkerSelector[]
  /** Jobs that may be offered now, first one first. */
  readonly open: JobNode[]
}

/** A queue in memory. */
export type QueueNode = {
  row: QueueRow
  readonly members: Map<string, MemberNode>
  /** Opted-in members in list order, and beside it their workers' indexes, to be scanned without touching objects. */
  readonly roster: MemberNode[]
  readonly rosterWorkers: number[]
  /** Every waiting job, being offered or not, in order of service. */
  readonly line: JobNode[]
  readonly lanes: Map<string, Lane>
  /** The reach its members need to be rung. */
  neededReach: Reach
  readonly serves: { [channel in RoutingChannel]: boolean }
  openCount: number
  /** Members opted in, connected and not offline. */
  staffed: number
  unstaffedSince: number | null
  handleMs: { [channel in RoutingChannel]: number | null }
  readonly noAgentsTimer: Timer
}

/** How reachable a worker is: 0 never rings, 1 rings without presence routing, 2 always. */
export type Reach = 0 | 1 | 2

/** A worker in memory. */
export type WorkerNode = {
  row: WorkerRow
  /** Place in `ringBits`. */
  readonly index: number
  readonly members: MemberNode[]
  readonly offers: OfferNode[]
  readonly assignments: AssignmentNode[]
  /** Capacity held by offers and assignments. */
  used: number
  /** Capacity held by assignments alone. */
  load: number
  readonly jobs: { [channel in RoutingChannel]: number }
  readonly canTake: { [channel in RoutingChannel]: boolean }
  reach: Reach
  staffed: boolean
}

/** A worker's place in a queue, in memory. */
export type MemberNode = {
  row: MemberRow
  readonly queue: QueueNode
  readonly worker: WorkerNode
  staffed: boolean
}

/** A job in memory, with the keys that order it in line. */
export type JobNode = {
  row: JobRow
  queue: QueueNode
  lane: Lane | null
  laneKey: string
  /** Issued offers; replaced rather than emptied, since most jobs have one for seconds and none for minutes. */
  offers: OfferNode[]
  /** The last ended offer of each worker tried in this round; most jobs never need one. */
  tried: Map<string, OfferRow> | null
  assignment: AssignmentNode | null
  keyA: number
  keyB: number
  timeoutTimer: Timer | null
  retryTimer: Timer | null
}

/** An issued offer in memory. */
export type OfferNode = {
  row: OfferRow
  readonly job: JobNode
  readonly worker: WorkerNode
  readonly expiryTimer: Timer
}

/** An open assignment in memory. */
export type AssignmentNode = {
  row: AssignmentRow
  readonly job: JobNode
  readonly worker: WorkerNode
  /** The accepted offer, should the job be given back in the same round. */
  offer: OfferRow | null
  wrapUpTimer: Timer | null
}

/** Everything the router holds, and what the event in hand has decided so far. */
export type RouterState = {
  readonly newId: () => string
  readonly missedOffersLimit: number
  readonly queues: Map<string, QueueNode>
  readonly workers: Map<string, WorkerNode>
  readonly jobs: Map<string, JobNode>
  readonly offers: Map<string, OfferNode>
  readonly assignments: Map<string, AssignmentNode>
  /** Offers of jobs that somebody accepted, to explain a late answer: two generations, the older dropped. */
  takenOffers: Set<string>
  takenOffersBefore: Set<string>
  readonly timers: Heap<Timer>
  readonly dirtyJobs: Set<JobNode>
  readonly dirtyWorkers: Set<WorkerNode>
  /** Per worker index, the channels they could be rung on: see `ringBit`. */
  ringBits: Uint8Array
  lastSequence: number
  now: number
  changes: RoutingChange[]
}

const timerRank: Record<TimerKind, number> = Object.fromEntries(
  timerKinds.map((kind, index) => [kind, index]),
) as Record<TimerKind, number>

/** Orders texts by code unit, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareTimers(a: Timer, b: Timer): number {
  return a.at - b.at || timerRank[a.kind] - timerRank[b.kind] || compareText(a.id, b.id)
}

/** The bit in `ringBits` that says a worker of this reach could be rung on the channel. */
export function ringBit(channel: RoutingChannel, reach: Reach): number {
  return (channel === 'voice' ? 1 : 2) << (reach === 2 ? 0 : 2)
}

/** Jobs within one queue, in order of service. */
export function compareInLine(a: JobNode, b: JobNode): number {
  return a.keyA - b.keyA || a.keyB - b.keyB || a.row.sequence - b.row.sequence
}

/**
 * The priority a job has earned by waiting: one level per `ageingMs` of its queue, without a floor, so that
 * it agrees with the order in line.
 */
export function effectivePriority(job: JobNode, now: number): number {
  const { ageingMs } = job.queue.row
  if (ageingMs === null) return job.row.priority
  return job.row.priority - (now - job.row.enqueuedAt) / ageingMs
}

/** Jobs of different queues that one worker could take: effective priority, then longest wait. */
export function compareAcrossQueues(a: JobNode, b: JobNode, now: number): number {
  if (a.queue === b.queue) return compareInLine(a, b)
  return (
    effectivePriority(a, now) - effectivePriority(b, now) ||
    a.row.enqueuedAt - b.row.enqueuedAt ||
    a.row.sequence - b.row.sequence
  )
}

/** Makes a timer that is not set. */
export function createTimer(kind: TimerKind, id: string): Timer {
  return { heapIndex: -1, kind, id, at: 0 }
}

/** Sets, moves or (with null) clears a timer. */
export function setTimer(state: RouterState, timer: Timer, at: number | null): void {
  if (timer.heapIndex >= 0) state.timers.remove(timer)
  if (at === null) return
  timer.at = at
  state.timers.push(timer)
}

/** Sets, moves or clears a timer that is made when first needed and dropped when cleared, to spare memory. */
export function moveTimer(
  state: RouterState,
  timer: Timer | null,
  kind: TimerKind,
  id: string,
  at: number | null,
): Timer | null {
  if (at === null) {
    if (timer !== null) state.timers.remove(timer)
    return null
  }
  const moved = timer ?? createTimer(kind, id)
  setTimer(state, moved, at)
  return moved
}

/** Makes an empty router state. */
export function createState(newId: () => string, missedOffersLimit: number): RouterState {
  return {
    newId,
    missedOffersLimit,
    queues: new Map(),
    workers: new Map(),
    jobs: new Map(),
    offers: new Map(),
    assignments: new Map(),
    takenOffers: new Set(),
    takenOffersBefore: new Set(),
    timers: createHeap(compareTimers),
    dirtyJobs: new Set(),
    dirtyWorkers: new Set(),
    ringBits: new Uint8Array(64),
    lastSequence: 0,
    now: 0,
    changes: [],
  }
}
