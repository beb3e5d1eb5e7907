import type { Party } from '@guichet/contract'
import type { AssignmentId, JobId, QueueId } from '@guichet/domain'
import type { RunEvent } from '@guichet/domain/flow'
import type { Clock, Ids, Log } from '../../platform/index.ts'
import type { JobPlace, JobSignal, RoutedJob, RoutingDirectory, RoutingService } from '../routing/index.ts'
import type { CallRecord } from './call.record.ts'
import type { CallStage } from './call.stage.ts'

/** What a call asks of routing. */
export type QueueingRouting = Pick<
  RoutingService,
  'enqueue' | 'cancel' | 'unassign' | 'job' | 'storedJob' | 'place'
> & { directory: RoutingDirectory }

/** The call's one job: joining a queue, its place, and how it leaves. */
export type CallQueueing = {
  /** Joins a queue; a job that waits there already keeps its place. Answers with what is known at once. */
  enqueue(queueId: QueueId): Promise<RunEvent[]>
  dequeue(): Promise<void>
  /** Queue that the caller waits in, or was taken from. */
  queueId(): QueueId | null
  onSignal(signal: JobSignal): Promise<void>
  /** Catches up with what happened to the job while nobody listened. */
  reconcile(): Promise<void>
}

/** @see CallQueueing */
export function createCallQueueing(deps: {
  record: CallRecord
  stage: CallStage
  routing: QueueingRouting
  host: {
    dispatch(event: RunEvent): Promise<void>
    later(action: () => Promise<void>): void
    /** Somebody took the job. */
    onTaken(assignmentId: AssignmentId, agent: Party): Promise<void>
    /** The work was completed away from the call. */
    onCompleted(assignmentId: AssignmentId): Promise<void>
  }
  clock: Clock
  ids: Ids
  log: Log
}): CallQueueing {
  const { record, stage, routing, host, clock, ids, log } = deps
  const { id: callId, conversationId, locale, topic } = record.call()
  let isJoining = false

  function join(jobId: JobId, queueId: QueueId, contact: Party): void {
    isJoining = true
    const context = { conversationId, callId, contact, topic, locale }
    routing
      .enqueue({ jobId, queueId, channel: 'voice', context })
      .catch(error => {
        log.warn({ err: error, queueId }, 'call could not join its queue')
        host.later(() => leave({ kind: 'enqueueFailed', queueId }))
      })
      .finally(() => {
        isJoining = false
      })
  }

  function contact(): Party | null {
    const consumer = record.consumer()
    if (consumer === undefined) return null
    const { rawId, displayName, role } = consumer
    return { rawId, displayName, role }
  }

  function placed(kind: 'jobQueued' | 'positionChanged', queueId: QueueId, place: JobPlace): RunEvent {
    const queueName = routing.directory.queueName(queueId, locale)
    const since = stage.scene().waiting?.since ?? new Date(clock.now()).toISOString()
    stage.change({ waiting: { queueName, ...place, since } })
    return { kind, queueId, ...place }
  }

  async function leave(event: RunEvent): Promise<void> {
    stage.change({ waiting: null })
    await host.dispatch(event)
  }

  function queueId(): QueueId | null {
    const run = record.run()
    return run?.state === 'queueing' || run?.state === 'connected' ? run.queueId : null
  }

  /** How a job that is over left its queue. */
  function ending({ endReason, queueId: left }: RoutedJob): RunEvent {
    const endings = { overflowed: 'jobOverflowed', timedOut: 'jobTimedOut', noAgents: 'jobNoAgents' } as const
    const kind = endings[endReason as keyof typeof endings] ?? ('enqueueFailed' as const)
    return { kind, queueId: left as QueueId }
  }

  return {
    queueId,
    async enqueue(wanted) {
      const { jobId } = record.call()
      const known = jobId === null ? null : routing.job(jobId)
      if (known?.state === 'assigned') return []
      if (known?.state === 'queued' && known.queueId === wanted) {
        const place = routing.place(known.id)
        return place === null ? [] : [placed('jobQueued', wanted, place)]
      }
      const caller = contact()
      if (caller === null) return []
      const newJobId = ids.uuid() as JobId
      record.updateCall({ jobId: newJobId })
      join(newJobId, wanted, caller)
      return []
    },
    async dequeue() {
      const { jobId } = record.call()
      stage.change({ waiting: null })
      if (jobId !== null && routing.job(jobId)?.state === 'queued') await routing.cancel(jobId)
    },
    async onSignal(signal) {
      if (signal.kind === 'assignmentEnded') return
      const { job } = signal
      if (job.id !== record.call().jobId) return
      switch (signal.kind) {
        case 'queued':
          return host.dispatch(placed('jobQueued', job.queueId as QueueId, signal.place))
        case 'placed':
          return host.dispatch(placed('positionChanged', job.queueId as QueueId, signal.place))
        case 'overflowed':
        case 'timedOut':
        case 'noAgents':
        case 'cancelled':
          return leave(ending(job))
        case 'assigned': {
          const { id, workerId } = signal.assignment
          stage.change({ waiting: null })
          return host.onTaken(id as AssignmentId, routing.directory.party(workerId))
        }
        case 'completed':
          return host.onCompleted(signal.assignment.id as AssignmentId)
        case 'unassigned':
        case 'closed':
          return
      }
    },
    async reconcile() {
      const { jobId } = record.call()
      const run = record.run()
      if (jobId === null || run?.state !== 'queueing' || isJoining) return
      const place = routing.place(jobId)
      if (place !== null) return host.dispatch(placed('positionChanged', run.queueId, place))
      const job = routing.job(jobId) ?? (await routing.storedJob(jobId))
      const caller = contact()
      // Stored with the call, but the last server ended before the router heard of it.
      if (job === null && caller !== null) return join(jobId, run.queueId, caller)
      if (job?.state === 'cancelled') await leave(ending(job))
    },
  }
}
