import type { RoutingChange, RoutingEvent } from './messages.ts'
import {
  type AssignmentRow,
  defaultCapacity,
  defaultQueueSettings,
  type JobRow,
  type MemberRow,
  type OfferRow,
  type QueueMeasureRow,
  type QueueRow,
  type RoutingRows,
  type WorkerRow,
} from './model.ts'
import { createRouter, type Router, type RoutingResult } from './router.ts'

/** Rows as a database would hold them after storing changes; nothing is ever deleted but queues and members. */
export type StoredRows = {
  apply(changes: readonly RoutingChange[]): void
  rows(): RoutingRows
}

/** Makes an empty store of rows. */
export function createStoredRows(): StoredRows {
  const queues = new Map<string, QueueRow>()
  const workers = new Map<string, WorkerRow>()
  const members = new Map<string, MemberRow>()
  const jobs = new Map<string, JobRow>()
  const offers = new Map<string, OfferRow>()
  const assignments = new Map<string, AssignmentRow>()
  const measures = new Map<string, QueueMeasureRow>()
  let lastSequence = 0

  function store(change: RoutingChange): void {
    if (change.type === 'queue.removed') {
      queues.delete(change.queueId)
      measures.delete(change.queueId)
    } else if (change.type === 'member.removed') members.delete(`${change.queueId}/${change.workerId}`)
    if ('queue' in change) queues.set(change.queue.id, change.queue)
    if ('worker' in change) workers.set(change.worker.id, change.worker)
    if ('member' in change) members.set(`${change.member.queueId}/${change.member.workerId}`, change.member)
    if ('job' in change) {
      jobs.set(change.job.id, change.job)
      lastSequence = Math.max(lastSequence, change.job.sequence)
    }
    if ('offer' in change) offers.set(change.offer.id, change.offer)
    if ('assignment' in change) assignments.set(change.assignment.id, change.assignment)
    if ('measure' in change) measures.set(change.measure.queueId, change.measure)
  }

  return {
    apply: changes => changes.forEach(store),
    rows: () => ({
      queues: [...queues.values()],
      workers: [...workers.values()],
      members: [...members.values()],
      jobs: [...jobs.values()],
      offers: [...offers.values()],
      assignments: [...assignments.values()],
      measures: [...measures.values()],
      lastSequence,
    }),
  }
}

/** A router with readable ids, a clock that only moves when told, and the rows it has stored. */
export type Scenario = {
  readonly router: Router
  readonly stored: StoredRows
  now(): number
  /** Applies an event now. */
  send(event: RoutingEvent): RoutingResult
  /** Moves the clock to an instant and ticks there, stopping at each timer on the way. */
  until(at: number): RoutingChange[]
  queue(settings?: Partial<QueueRow>): void
  /** Adds a worker, connected and available unless told, as the last member of each queue named. */
  worker(id: string, settings?: Partial<WorkerRow> & { queues?: readonly string[] }): void
  job(id: string, settings?: Partial<Extract<RoutingEvent, { type: 'job.enqueued' }>>): RoutingResult
  /** Offers that ring now, as `worker:job`, sorted. */
  ringing(): string[]
  accept(workerId: string, jobId: string): RoutingResult
  decline(workerId: string, jobId: string): RoutingResult
  complete(workerId: string, jobId: string): RoutingResult
  close(workerId: string, jobId: string): RoutingResult
  offerId(workerId: string, jobId: string): string
  assignmentId(workerId: string, jobId: string): string
}

/** Sets a scene for routing tests; the queue is `q` unless named, its methods answer at once. */
export function createScenario(options: { missedOffersLimit?: number; startAt?: number } = {}): Scenario {
  let ids = 0
  let now = options.startAt ?? 1_000_000
  let members = 0
  const newId = () => `id${String(++ids).padStart(6, '0')}`
  const router = createRouter({ newId, missedOffersLimit: options.missedOffersLimit ?? 2 })
  const stored = createStoredRows()

  function send(event: RoutingEvent): RoutingResult {
    const result = router.apply(event, now)
    stored.apply(result.changes)
    return result
  }

  function must(event: RoutingEvent): RoutingResult {
    const result = send(event)
    if (result.rejection !== null) throw result.rejection
    return result
  }

  function offerId(workerId: string, jobId: string): string {
    const offers = stored.rows().offers.filter(offer => offer.workerId === workerId && offer.jobId === jobId)
    const offer = offers.at(-1)
    if (offer === undefined) throw new Error(`${workerId} was never offered ${jobId}`)
    return offer.id
  }

  function assignmentId(workerId: string, jobId: string): string {
    const { assignments } = stored.rows()
    const assignment = assignments.findLast(row => row.workerId === workerId && row.jobId === jobId)
    if (assignment === undefined) throw new Error(`${workerId} never had ${jobId}`)
    return assignment.id
  }

  return {
    router,
    stored,
    now: () => now,
    send,
    until(at) {
      const changes: RoutingChange[] = []
      for (let next = router.nextTimerAt(); next !== null && next <= at; next = router.nextTimerAt()) {
        now = Math.max(now, next)
        changes.push(...send({ type: 'tick' }).changes)
      }
      now = at
      changes.push(...send({ type: 'tick' }).changes)
      return changes
    },
    queue(settings = {}) {
      must({
        type: 'queue.upserted',
        queue: { id: 'q', name: 'Queue', ...defaultQueueSettings, ...settings },
      })
    },
    worker(id, settings = {}) {
      const {
        labels = {},
        capacity = defaultCapacity.capacity,
        channels = defaultCapacity.channels,
      } = settings
      must({ type: 'worker.upserted', worker: { id, labels, capacity, channels } })
      for (const queueId of settings.queues ?? ['q']) {
        members += 1
        must({ type: 'member.upserted', queueId, workerId: id, order: members })
      }
      if (settings.connected ?? true) must({ type: 'worker.connected', workerId: id })
      must({ type: 'worker.presenceSet', workerId: id, presence: settings.presence ?? 'available' })
    },
    job: (id, settings = {}) =>
      send({ type: 'job.enqueued', jobId: id, queueId: 'q', channel: 'voice', ...settings }),
    ringing: () =>
      stored
        .rows()
        .offers.filter(offer => offer.state === 'issued')
        .map(offer => `${offer.workerId}:${offer.jobId}`)
        .sort(),
    accept: (workerId, jobId) =>
      send({ type: 'offer.accepted', offerId: offerId(workerId, jobId), workerId }),
    decline: (workerId, jobId) =>
      send({ type: 'offer.declined', offerId: offerId(workerId, jobId), workerId }),
    complete: (workerId, jobId) =>
      send({ type: 'assignment.completed', assignmentId: assignmentId(workerId, jobId) }),
    close: (workerId, jobId) =>
      send({ type: 'assignment.closed', assignmentId: assignmentId(workerId, jobId) }),
    offerId,
    assignmentId,
  }
}
