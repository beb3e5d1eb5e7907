import type {
  AssignmentRow,
  JobRow,
  MemberRow,
  OfferRow,
  Presence,
  QueueMeasureRow,
  QueueRow,
  RoutingChannel,
  WorkerRow,
  WorkerSelector,
} from './model.ts'

/** What the router is told. */
export type RoutingEvent =
  | { readonly type: 'queue.upserted'; readonly queue: QueueRow }
  | { readonly type: 'queue.removed'; readonly queueId: string }
  | {
      readonly type: 'worker.upserted'
      readonly worker: Pick<WorkerRow, 'id' | 'labels' | 'capacity' | 'channels'>
    }
  | { readonly type: 'worker.presenceSet'; readonly workerId: string; readonly presence: Presence }
  | { readonly type: 'worker.connected'; readonly workerId: string }
  | { readonly type: 'worker.disconnected'; readonly workerId: string }
  | {
      readonly type: 'worker.optSet'
      readonly workerId: string
      readonly queueId: string
      readonly optedIn: boolean
    }
  /** Joins the queue, or changes the place in its list; `optedIn` counts only when joining (default true). */
  | {
      readonly type: 'member.upserted'
      readonly queueId: string
      readonly workerId: string
      readonly order: number
      readonly optedIn?: boolean
    }
  | { readonly type: 'member.removed'; readonly queueId: string; readonly workerId: string }
  /** `enqueuedAt` in the past keeps an earned place; `priority` is 3 unless told. */
  | {
      readonly type: 'job.enqueued'
      readonly jobId: string
      readonly queueId: string
      readonly channel: RoutingChannel
      readonly priority?: number
      readonly selectors?: readonly WorkerSelector[]
      readonly enqueuedAt?: number
      /** Offered to this worker first for `forMs`, one alert time of the queue unless told. */
      readonly preferred?: {
        readonly workerId: string
        readonly besideJobId?: string
        readonly forMs?: number
      }
      readonly context?: unknown
    }
  /** The consumer went away. */
  | { readonly type: 'job.cancelled'; readonly jobId: string }
  | {
      readonly type: 'job.moved'
      readonly jobId: string
      readonly queueId?: string
      readonly priority?: number
      readonly selectors?: readonly WorkerSelector[]
    }
  | { readonly type: 'offer.accepted'; readonly offerId: string; readonly workerId: string }
  | { readonly type: 'offer.declined'; readonly offerId: string; readonly workerId: string }
  /** The work ended; wrap-up begins. */
  | { readonly type: 'assignment.completed'; readonly assignmentId: string }
  /** The wrap-up ended, or work and wrap-up together. */
  | { readonly type: 'assignment.closed'; readonly assignmentId: string }
  /** The work goes back to its place in the queue. */
  | { readonly type: 'assignment.unassigned'; readonly assignmentId: string }
  /** Time passed; send it at `nextTimerAt`. */
  | { readonly type: 'tick' }

/**
 * What the router decided, in order. Each carries whole rows: storing them (insert or replace by key) is all
 * that is needed to rebuild the router, and each is an outbox event of the same name.
 */
export type RoutingChange =
  | { readonly type: 'queue.updated'; readonly queue: QueueRow }
  | { readonly type: 'queue.removed'; readonly queueId: string }
  | { readonly type: 'queue.staffed' | 'queue.unstaffed'; readonly measure: QueueMeasureRow }
  | { readonly type: 'queue.measured'; readonly measure: QueueMeasureRow }
  | { readonly type: 'worker.updated'; readonly worker: WorkerRow }
  | { readonly type: 'member.updated'; readonly member: MemberRow }
  | { readonly type: 'member.removed'; readonly queueId: string; readonly workerId: string }
  | {
      readonly type:
        | 'job.queued'
        | 'job.moved'
        | 'job.roundStarted'
        | 'job.cancelled'
        | 'job.overflowed'
        | 'job.timedOut'
        | 'job.noAgents'
      readonly job: JobRow
    }
  | {
      readonly type: 'offer.issued' | 'offer.accepted' | 'offer.declined' | 'offer.expired' | 'offer.revoked'
      readonly offer: OfferRow
    }
  | {
      readonly type: 'job.assigned' | 'job.completed' | 'job.closed' | 'job.unassigned'
      readonly job: JobRow
      readonly assignment: AssignmentRow
    }
  /** The job was cancelled under its assignment. */
  | { readonly type: 'assignment.closed'; readonly assignment: AssignmentRow }
