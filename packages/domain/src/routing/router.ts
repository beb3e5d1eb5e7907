import { DomainError } from '../errors.ts'
import {
  assignJob,
  completeAssignment,
  finishAssignment,
  getIssuedOffer,
  unassignJob,
} from './assignments.ts'
import { cancelJob, enqueueJob, giveUpQueue, moveJob, retryJob, timeOutJob } from './jobs.ts'
import { settle } from './matching.ts'
import type { RoutingChange, RoutingEvent } from './messages.ts'
import type { JobRow, QueueRow, RoutingRows } from './model.ts'
import { declineOffer, expireOffer } from './offers.ts'
import {
  expectedWaitOf,
  type JobPosition,
  lineOf,
  listQueues,
  positionOf,
  type QueueStatistics,
  snapshotOf,
  statisticsOf,
  viewWorker,
  type WorkerView,
} from './queries.ts'
import { removeQueue, upsertQueue } from './queues.ts'
import { restoreRows } from './restore.ts'
import { createState, type RouterState, type TimerKind } from './state.ts'
import { removeMember, setConnected, setOptIn, setPresence, upsertMember, upsertWorker } from './workers.ts'

/** What the router needs from outside. */
export type RouterOptions = {
  /** Makes ids for offers and assignments. */
  readonly newId: () => string
  /** Offers missed in a row that put a worker away; 2 unless told, Infinity for never. */
  readonly missedOffersLimit?: number
}

/** What one event led to. */
export type RoutingResult = {
  /** Decisions in order; store them before they take effect outside. */
  readonly changes: readonly RoutingChange[]
  /** Why the event itself was refused; the changes are then those of timers that were due. */
  readonly rejection: DomainError | null
  /** When to send the next `tick`, epoch ms; null when nothing is due ever. */
  readonly nextTimerAt: number | null
}

/** The single writer that matches jobs and workers; see `createRouter`. */
export type Router = {
  /** Applies one event at `now` (epoch ms, never going back), after the timers due by then. Never throws a DomainError. */
  apply(event: RoutingEvent, now: number): RoutingResult
  nextTimerAt(): number | null
  position(jobId: string): JobPosition | undefined
  expectedWaitMs(jobId: string): number | undefined
  queueStatistics(queueId: string, now: number): QueueStatistics | undefined
  worker(workerId: string): WorkerView | undefined
  job(jobId: string): JobRow | undefined
  line(queueId: string): readonly JobRow[]
  queues(): readonly QueueRow[]
  snapshot(): RoutingRows
}

const timerHandlers: { readonly [kind in TimerKind]: (state: RouterState, id: string) => void } = {
  jobTimeout: timeOutJob,
  noAgents: giveUpQueue,
  offerExpiry(state, id) {
    const offer = state.offers.get(id)
    if (offer !== undefined) expireOffer(state, offer)
  },
  wrapUp: finishAssignment,
  retry: retryJob,
}

/** Fires all that is due before matching, so that nobody rings for a job whose time is up. */
function fireDue(state: RouterState): void {
  for (
    let next = state.timers.peek();
    next !== undefined && next.at <= state.now;
    next = state.timers.peek()
  ) {
    state.timers.remove(next)
    timerHandlers[next.kind](state, next.id)
  }
}

type Handler<T extends RoutingEvent['type']> = (
  state: RouterState,
  event: Extract<RoutingEvent, { type: T }>,
) => void

const handlers: { readonly [type in RoutingEvent['type']]: Handler<type> } = {
  'queue.upserted': (state, event) => upsertQueue(state, event.queue),
  'queue.removed': (state, event) => removeQueue(state, event.queueId),
  'worker.upserted': upsertWorker,
  'worker.presenceSet': setPresence,
  'worker.connected': (state, event) => setConnected(state, event.workerId, true),
  'worker.disconnected': (state, event) => setConnected(state, event.workerId, false),
  'worker.optSet': setOptIn,
  'member.upserted': upsertMember,
  'member.removed': removeMember,
  'job.enqueued': enqueueJob,
  'job.cancelled': cancelJob,
  'job.moved': moveJob,
  'offer.accepted': (state, event) => assignJob(state, getIssuedOffer(state, event.offerId, event.workerId)),
  'offer.declined': (state, event) =>
    declineOffer(state, getIssuedOffer(state, event.offerId, event.workerId)),
  'assignment.completed': (state, event) => completeAssignment(state, event.assignmentId),
  'assignment.closed': (state, event) => finishAssignment(state, event.assignmentId),
  'assignment.unassigned': (state, event) => unassignJob(state, event.assignmentId),
  tick() {
    // Timers due were fired before the event was looked at.
  },
}

/** Handlers check everything before they change anything, so a refused event leaves no trace. */
function attempt(state: RouterState, event: RoutingEvent): DomainError | null {
  try {
    const handler = handlers[event.type] as (state: RouterState, event: RoutingEvent) => void
    handler(state, event)
    return null
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

/**
 * Makes a router, empty or rebuilt from rows. It is one mutable memory with one writer and no clock of its
 * own: the same rows and events give the same decisions. When storing a result fails, throw the router away
 * and rebuild it from what is stored.
 */
export function createRouter(options: RouterOptions, rows: Partial<RoutingRows> = {}): Router {
  const state = createState(options.newId, options.missedOffersLimit ?? 2)
  restoreRows(state, rows)
  const nextTimerAt = () => state.timers.peek()?.at ?? null
  return {
    apply(event, now) {
      state.now = Math.max(state.now, now)
      state.changes = []
      fireDue(state)
      settle(state)
      const rejection = attempt(state, event)
      fireDue(state)
      settle(state)
      return { changes: state.changes, rejection, nextTimerAt: nextTimerAt() }
    },
    nextTimerAt,
    position: jobId => positionOf(state, jobId),
    expectedWaitMs: jobId => expectedWaitOf(state, jobId),
    queueStatistics: (queueId, now) => statisticsOf(state, queueId, now),
    worker: workerId => viewWorker(state, workerId),
    job: jobId => state.jobs.get(jobId)?.row,
    line: queueId => lineOf(state, queueId),
    queues: () => listQueues(state),
    snapshot: () => snapshotOf(state),
  }
}
