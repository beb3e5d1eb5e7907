import type { Colleague, OfferView, Presence, QueueView, WorkerView } from '@guichet/contract'
import {
  type AssignmentId,
  type ConversationId,
  DomainError,
  type JobId,
  type OfferId,
  type QueueId,
  type WorkerId,
} from '@guichet/domain'
import {
  type AssignmentRow,
  defaultCapacity,
  type OfferRow,
  type Router,
  type RoutingChannel,
  type RoutingEvent,
} from '@guichet/domain/routing'
import type { Clock } from '../../platform/index.ts'
import { NotFoundError } from '../../platform/index.ts'
import { type Queue, type QueuesService, toRoutingQueue } from '../queues/index.ts'
import type { Consoles } from './consoles.ts'
import type { JobContext } from './job-context.ts'
import { placeOf } from './places.ts'
import type { RoutingDirectory } from './routing.directory.ts'
import type { RoutingEngine, WrapUp } from './routing.engine.ts'
import {
  presentColleague,
  presentFigures,
  presentMissed,
  presentOffer,
  presentWorker,
} from './routing.presenter.ts'
import type { RoutingRepository } from './routing.repository.ts'
import type { JobPlace, RoutedJob } from './routing.signals.ts'

/** Missed offers are shown for this long. */
const MISSED_SHOWN_MS = 12 * 3_600_000
/** Answers of this long count toward how soon people usually answer. */
const ANSWER_WINDOW_MS = 7 * 86_400_000

/** How a piece of earlier work was wrapped up. */
export type PastWrapUp = {
  assignmentId: AssignmentId
  agentName: string
  dispositionCode: string | null
  note: string | null
  at: string
}

/** A job to route. A repeat with the same id changes nothing. */
export type NewJob = {
  jobId: JobId
  queueId: QueueId
  channel: RoutingChannel
  context: JobContext
  priority?: number
  /** Epoch ms; keeps a place that was earned before. */
  enqueuedAt?: number
}

/** What other modules ask of routing. */
export type RoutingService = {
  /** @throws UnknownRoutingEntityError `not-found` for an unknown queue. */
  enqueue(job: NewJob): Promise<void>
  /** Ends a job, waiting or taken, without wrap-up; harmless when it is over. */
  cancel(jobId: JobId): Promise<void>
  /** @throws OfferExpiredError `offer-expired`, OfferTakenError `offer-taken`. */
  accept(workerId: WorkerId, offerId: OfferId): Promise<AssignmentRow>
  /** @throws OfferExpiredError `offer-expired`, OfferTakenError `offer-taken`. */
  decline(workerId: WorkerId, offerId: OfferId): Promise<void>
  /** The work is over, wrap-up begins; harmless when it has. */
  complete(assignmentId: AssignmentId): Promise<void>
  /** Work and wrap-up are over; harmless when they are. */
  close(wrapUp: WrapUp): Promise<void>
  /** Ends a job whose object is gone: called off while waiting, wrapped up when taken. */
  release(jobId: JobId): Promise<void>
  /** The work goes back to its place in the queue; harmless when the assignment is over. */
  unassign(assignmentId: AssignmentId): Promise<void>
  setPresence(workerId: WorkerId, presence: Presence): Promise<WorkerView>
  setOptIn(workerId: WorkerId, queueId: QueueId, optedIn: boolean): Promise<WorkerView>

  /** The job as the router holds it; null once it is over. */
  job(jobId: string): RoutedJob | null
  /** The job as stored, over or not; null when there never was one. */
  storedJob(jobId: string): Promise<RoutedJob | null>
  place(jobId: string): JobPlace | null
  openJobsOf(conversationId: ConversationId): { job: RoutedJob; assignment: AssignmentRow | null }[]
  /** Calls that wait or are taken. */
  openVoiceJobs(): RoutedJob[]
  assignmentsOf(workerId: WorkerId): AssignmentRow[]
  /** @throws NotFoundError when it is over, or somebody else's. */
  assignmentOf(workerId: WorkerId, assignmentId: AssignmentId): AssignmentRow
  offersOf(workerId: WorkerId): OfferView[]
  offerView(offer: OfferRow): OfferView | null
  missedOffersOf(workerId: WorkerId): Promise<ReturnType<typeof presentMissed>[]>
  workerView(workerId: string): WorkerView | null
  workerViews(): WorkerView[]
  /** Everybody who takes work, as colleagues see them. */
  colleagues(): Colleague[]
  queueView(queueId: QueueId): Promise<QueueView | null>
  figures(queueId: QueueId): QueueView['live']
  isOptedIn(queueId: QueueId, workerId: WorkerId): boolean
  /** How earlier work of conversations was wrapped up, oldest first. */
  wrapUpsOf(conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, PastWrapUp[]>>
  /** Median wait of the chats answered lately, in ms; null when there were none. */
  usuallyAnswersInMs(): Promise<number | null>
  wrapUpCodes: RoutingRepository['wrapUpCodes']
  /** Resolves when all that was decided is stored. */
  settled(): Promise<void>
}

/** What the service needs; `presences` says since when each worker's presence holds, epoch ms. */
export type RoutingServiceDeps = {
  engine: RoutingEngine
  repository: RoutingRepository
  directory: RoutingDirectory
  queues: Pick<QueuesService, 'views'>
  consoles(): Consoles
  presences: ReadonlyMap<string, number>
  clock: Clock
}

/** @see RoutingService */
export function createRoutingService(deps: RoutingServiceDeps): RoutingService {
  const { engine, repository, directory, clock } = deps

  /** Applies an event whose object may be gone already. */
  async function unlessOver(event: RoutingEvent, wrapUp?: WrapUp): Promise<void> {
    try {
      await engine.submit(event, wrapUp)
    } catch (error) {
      if (
        error instanceof DomainError &&
        (error.code === 'not-found' || error.code === 'invalid-transition')
      ) {
        return
      }
      throw error
    }
  }

  function jobOf(jobId: string): RoutedJob | null {
    return (engine.router()?.job(jobId) as RoutedJob | undefined) ?? null
  }

  function assignmentsOf(workerId: string): AssignmentRow[] {
    return [...(engine.router()?.worker(workerId)?.assignments ?? [])]
  }

  function workerView(workerId: string): WorkerView | null {
    const view = engine.router()?.worker(workerId)
    if (view === undefined) return null
    return presentWorker(
      view,
      {
        isGone: deps.consoles().isGone(workerId),
        presenceSince: deps.presences.get(workerId) ?? clock.now(),
        optedIn: (queueId, id) => engine.facts()?.optedIn(queueId, id),
      },
      directory,
    )
  }

  const workerViews = () => directory.workers().flatMap(({ id }) => workerView(id) ?? [])

  function requireWorker(workerId: string): WorkerView {
    const view = workerView(workerId)
    if (view === null) throw new NotFoundError('The worker')
    return view
  }

  function offerView(offer: OfferRow): OfferView | null {
    const context = engine.facts()?.contextOf(offer.jobId)
    if (context === undefined) return null
    return presentOffer(offer, context, jobOf(offer.jobId)?.enqueuedAt ?? offer.offeredAt, directory)
  }

  function openJobsOf(conversationId: ConversationId) {
    const jobs = engine.facts()?.jobsOf(conversationId) ?? []
    return jobs.flatMap(jobId => {
      const job = jobOf(jobId)
      return job === null ? [] : [{ job, assignment: engine.facts()?.assignmentOf(jobId) ?? null }]
    })
  }

  /** Who chats with the visitor now: a call of theirs goes to them first. */
  function chatOf(conversationId: ConversationId): AssignmentRow | undefined {
    for (const { job, assignment } of openJobsOf(conversationId))
      if (job.channel === 'chat' && assignment?.state === 'active') return assignment
    return undefined
  }

  return {
    async enqueue({ jobId, queueId, channel, context, priority, enqueuedAt }) {
      if (jobOf(jobId) !== null) return
      const chat = channel === 'voice' ? chatOf(context.conversationId) : undefined
      await engine.submit({
        type: 'job.enqueued',
        jobId,
        queueId,
        channel,
        context,
        ...(chat === undefined ? {} : { preferred: { workerId: chat.workerId, besideJobId: chat.jobId } }),
        ...(priority === undefined ? {} : { priority }),
        ...(enqueuedAt === undefined ? {} : { enqueuedAt }),
      })
    },
    cancel: jobId => unlessOver({ type: 'job.cancelled', jobId }),
    async accept(workerId, offerId) {
      const changes = await engine.submit({ type: 'offer.accepted', offerId, workerId })
      for (const change of changes) if (change.type === 'job.assigned') return change.assignment
      throw new Error('An accepted offer made no assignment')
    },
    async decline(workerId, offerId) {
      await engine.submit({ type: 'offer.declined', offerId, workerId })
    },
    complete: assignmentId => unlessOver({ type: 'assignment.completed', assignmentId }),
    close: wrapUp => unlessOver({ type: 'assignment.closed', assignmentId: wrapUp.assignmentId }, wrapUp),
    async release(jobId) {
      const assignment = engine.facts()?.assignmentOf(jobId)
      if (assignment === undefined) await unlessOver({ type: 'job.cancelled', jobId })
      else await unlessOver({ type: 'assignment.completed', assignmentId: assignment.id })
    },
    unassign: assignmentId => unlessOver({ type: 'assignment.unassigned', assignmentId }),
    async setPresence(workerId, presence) {
      await engine.submit({ type: 'worker.presenceSet', workerId, presence })
      return requireWorker(workerId)
    },
    async setOptIn(workerId, queueId, optedIn) {
      await engine.submit({ type: 'worker.optSet', workerId, queueId, optedIn })
      return requireWorker(workerId)
    },

    job: jobOf,
    storedJob: jobId => repository.job(jobId),
    place(jobId) {
      const router = engine.router()
      return router === null ? null : placeOf(router, jobId)
    },
    openJobsOf,
    openVoiceJobs: () =>
      (engine.router()?.snapshot().jobs ?? []).filter(
        job => job.channel === 'voice' && (job.state === 'queued' || job.state === 'assigned'),
      ) as RoutedJob[],
    assignmentsOf,
    assignmentOf(workerId, assignmentId) {
      const found = assignmentsOf(workerId).find(assignment => assignment.id === assignmentId)
      if (found === undefined) throw new NotFoundError('The assignment')
      return found
    },
    offersOf(workerId) {
      const offers = engine.router()?.worker(workerId)?.offers ?? []
      return offers.flatMap(offer => offerView(offer) ?? [])
    },
    offerView,
    async missedOffersOf(workerId) {
      const since = new Date(clock.now() - MISSED_SHOWN_MS)
      const missed = await repository.missedOffers(workerId, since)
      return missed.map(({ offer, context }) => presentMissed(offer, context, directory))
    },
    workerView,
    workerViews,
    colleagues: () => workerViews().map(presentColleague),
    async queueView(queueId) {
      return (await deps.queues.views()).find(queue => queue.id === queueId) ?? null
    },
    figures: queueId => presentFigures(engine.router(), queueId, clock.now()),
    isOptedIn: (queueId, workerId) => engine.facts()?.optedIn(queueId, workerId) ?? true,
    async wrapUpsOf(conversationIds) {
      const wrapUps = new Map<ConversationId, PastWrapUp[]>()
      for (const row of await repository.wrapUpsOf(conversationIds)) {
        const conversationId = row.conversationId as ConversationId
        const entry: PastWrapUp = {
          assignmentId: row.assignmentId as AssignmentId,
          agentName: directory.party(row.workerId).displayName,
          dispositionCode: row.dispositionCode,
          note: row.note,
          at: row.closedAt.toISOString(),
        }
        wrapUps.set(conversationId, [...(wrapUps.get(conversationId) ?? []), entry])
      }
      return wrapUps
    },
    usuallyAnswersInMs: () => repository.medianAnswerMs(new Date(clock.now() - ANSWER_WINDOW_MS)),
    wrapUpCodes: () => repository.wrapUpCodes(),
    settled: () => engine.settled(),
  }
}

/** What has changed among people, consoles and queues since the rows were written. */
export function catchUpEvents(
  router: Router,
  directory: RoutingDirectory,
  isConnected: (workerId: string) => boolean,
): RoutingEvent[] {
  const events: RoutingEvent[] = []
  const workers = directory.workers()
  const known = new Set(router.snapshot().workers.map(worker => worker.id))
  for (const member of workers) {
    const labels = { language: [member.locale] }
    const { capacity, channels } = defaultCapacity
    events.push({ type: 'worker.upserted', worker: { id: member.id, labels, capacity, channels } })
    if (isConnected(member.id)) events.push({ type: 'worker.connected', workerId: member.id })
    else if (known.has(member.id)) events.push({ type: 'worker.disconnected', workerId: member.id })
  }
  const allowed = new Set<string>(workers.map(member => member.id))
  for (const id of known) if (!allowed.has(id)) events.push({ type: 'worker.disconnected', workerId: id })
  for (const queue of directory.queues()) events.push(...queueEvents(router, queue, allowed))
  return events
}

/** What brings one queue in the router to the state it is set up in. */
function queueEvents(router: Router, queue: Queue, allowed: ReadonlySet<string>): RoutingEvent[] {
  const members = router.snapshot().members.filter(member => member.queueId === queue.id)
  const wanted = queue.memberIds.filter(id => allowed.has(id))
  return [
    { type: 'queue.upserted', queue: toRoutingQueue(queue) },
    ...members
      .filter(member => !(wanted as string[]).includes(member.workerId))
      .map(member => ({
        type: 'member.removed' as const,
        queueId: queue.id,
        workerId: member.workerId,
      })),
    ...wanted.map((workerId, order) => ({
      type: 'member.upserted' as const,
      queueId: queue.id,
      workerId,
      order,
    })),
  ]
}
