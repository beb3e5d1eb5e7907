import type { AssignmentState, JobState, OfferState } from '../state/tables.ts'

/** What a queue and a worker can carry. */
export const routingChannels = ['voice', 'chat'] as const
export type RoutingChannel = (typeof routingChannels)[number]

/** How a queue chooses among its ready members. @source Teams call queue routing methods */
export const routingMethods = ['attendant', 'serial', 'roundRobin', 'longestIdle'] as const
export type RoutingMethod = (typeof routingMethods)[number]

/** What a worker says about themselves; real state (calls, wrap-up, lost console) wins over it. */
export const presences = ['available', 'busy', 'doNotDisturb', 'away', 'offline'] as const
export type Presence = (typeof presences)[number]

/** Comparisons a worker selector can make. @source ACS Job Router labelOperator */
export const labelOperators = [
  'equal',
  'notEqual',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
] as const
export type LabelOperator = (typeof labelOperators)[number]

/** A label's value; a list means "any of these", as in `language: ['fr', 'en']`. */
export type LabelValue = string | number | boolean | readonly string[]

/** A condition on worker labels that a job demands. */
export type WorkerSelector = {
  readonly key: string
  readonly operator: LabelOperator
  readonly value: string | number | boolean
}

/** What a worker carries on one channel: cost of one job out of `capacity`, and a ceiling on jobs. */
export type ChannelCapacity = { readonly cost: number; readonly maxJobs: number }

/** One call, or three chats. */
export const defaultCapacity = {
  capacity: 100,
  channels: { voice: { cost: 100, maxJobs: 1 }, chat: { cost: 33, maxJobs: 3 } },
} as const

/** A queue's settings; a row of the `queues` table. */
export type QueueRow = {
  readonly id: string
  readonly name: string
  readonly channels: readonly RoutingChannel[]
  readonly routingMethod: RoutingMethod
  /** How long one offer rings. */
  readonly agentAlertTimeMs: number
  /** Wrap-up after a call; 0 for none. */
  readonly wrapUpMs: number
  /** Wrap-up after a chat; 0 for none. */
  readonly chatWrapUpMs: number
  /** Only `available` workers ring; `longestIdle` always behaves as if true. */
  readonly presenceRouting: boolean
  /** How many may wait; 0 admits nobody, null has no limit. */
  readonly overflowThreshold: number | null
  /** Longest wait in this queue; 0 lets nobody wait, null has no limit. */
  readonly timeoutMs: number | null
  /** What happens when nobody is staffed: keep queueing, or raise `job.noAgents` for all or newcomers. */
  readonly noAgentsPolicy: 'queue' | 'fireNew' | 'fireAll'
  /** How long a queue must be unstaffed before `job.noAgents`, so that a page reload dismisses nobody. */
  readonly noAgentsGraceMs: number
  /** How long a job is kept from a worker who declined it, when nobody else is left to try. */
  readonly declineRetryMs: number
  /** Waiting this long is worth one priority level; null for strict priorities. */
  readonly ageingMs: number | null
}

/** Settings of a queue nobody has tuned. @source Teams call queue defaults */
export const defaultQueueSettings = {
  channels: routingChannels,
  routingMethod: 'attendant',
  agentAlertTimeMs: 30_000,
  wrapUpMs: 30_000,
  chatWrapUpMs: 0,
  presenceRouting: true,
  overflowThreshold: 50,
  timeoutMs: 1_200_000,
  noAgentsPolicy: 'queue',
  noAgentsGraceMs: 10_000,
  declineRetryMs: 5_000,
  ageingMs: null,
} as const satisfies Omit<QueueRow, 'id' | 'name'>

/** A worker as stored: who they are, what they say, and since when they are free. */
export type WorkerRow = {
  readonly id: string
  readonly labels: Readonly<Record<string, LabelValue>>
  readonly capacity: number
  readonly channels: { readonly [channel in RoutingChannel]?: ChannelCapacity }
  readonly presence: Presence
  /** Why the router changed the presence itself; null when the worker chose it. */
  readonly presenceReason: 'missedOffers' | null
  /** A console (or a reachable phone) is there to ring. */
  readonly connected: boolean
  /** Offers missed in a row. */
  readonly missedOffers: number
  /** Start of the present idle time, epoch ms; orders `longestIdle`. */
  readonly availableSince: number
}

/** A worker's place in a queue. */
export type MemberRow = {
  readonly queueId: string
  readonly workerId: string
  /** Place in the list, for `serial`. */
  readonly order: number
  readonly optedIn: boolean
  /** Jobs accepted from this queue; evened out by `roundRobin`. */
  readonly handled: number
  readonly lastAssignedAt: number | null
}

/** Whom a job is offered first, if they can take it. */
export type JobPreference = {
  readonly workerId: string
  /** Until then; epoch ms. */
  readonly until: number
  /** Work of theirs with the same consumer, whose cost does not stand in the way; null for none. */
  readonly besideJobId: string | null
}

/** Why a job left before its work was done. */
export type JobEndReason = 'overflowed' | 'timedOut' | 'noAgents' | 'cancelled' | 'queueRemoved'

/** A job as stored. Instants are epoch ms. */
export type JobRow = {
  readonly id: string
  readonly queueId: string
  readonly channel: RoutingChannel
  /** 1 is the most urgent, 5 the least. */
  readonly priority: number
  readonly selectors: readonly WorkerSelector[]
  readonly preference: JobPreference | null
  readonly state: JobState
  /** Start of the wait that gives the place in line; survives moves. */
  readonly enqueuedAt: number
  /** Entry into the present queue; its time limit counts from here. */
  readonly queuedAt: number
  /** Order of arrival at the router; decides between equal `enqueuedAt`. */
  readonly sequence: number
  readonly timeoutAt: number | null
  /** How many times all ready workers have been tried. */
  readonly round: number
  readonly roundStartedAt: number
  readonly endedAt: number | null
  readonly endReason: JobEndReason | null
  /** The application's own data (conversation, call, topic); opaque here. */
  readonly context: unknown
}

/** Why an offer was withdrawn. `taken`: another worker accepted. */
export type OfferRevokeReason =
  | 'taken'
  | 'cancelled'
  | 'timedOut'
  | 'noAgents'
  | 'moved'
  | 'workerUnavailable'
  | 'workerDisconnected'
  | 'queueRemoved'

/** An offer as stored. Instants are epoch ms. */
export type OfferRow = {
  readonly id: string
  readonly jobId: string
  readonly workerId: string
  readonly queueId: string
  readonly channel: RoutingChannel
  readonly cost: number
  readonly state: OfferState
  readonly offeredAt: number
  readonly expiresAt: number
  readonly endedAt: number | null
  readonly revokeReason: OfferRevokeReason | null
  /** After this the job may come back to the worker once the others were tried; null while issued. */
  readonly retryAt: number | null
  /** The job's round this offer belongs to. */
  readonly round: number
}

/** An accepted offer and its wrap-up, as stored. Instants are epoch ms. */
export type AssignmentRow = {
  readonly id: string
  readonly offerId: string
  readonly jobId: string
  readonly workerId: string
  readonly queueId: string
  readonly channel: RoutingChannel
  readonly cost: number
  readonly state: AssignmentState
  readonly assignedAt: number
  readonly completedAt: number | null
  readonly wrapUpEndsAt: number | null
  readonly closedAt: number | null
}

/** What a queue remembers of its own past, one row per queue. */
export type QueueMeasureRow = {
  readonly queueId: string
  /** Since when nobody is staffed, epoch ms; null while somebody is, or when it always was so. */
  readonly unstaffedSince: number | null
  /** Mean time from assignment to close, exponentially weighted, per channel. */
  readonly handleMs: { readonly [channel in RoutingChannel]: number | null }
}

/**
 * Rows a router is rebuilt from: every queue, worker and member; jobs neither closed nor cancelled; their
 * open assignments; and the offers of those jobs that are issued, or ended in the job's current round, or
 * have `retryAt` after its `roundStartedAt`. Giving more rows is harmless.
 */
export type RoutingRows = {
  readonly queues: readonly QueueRow[]
  readonly workers: readonly WorkerRow[]
  readonly members: readonly MemberRow[]
  readonly jobs: readonly JobRow[]
  readonly offers: readonly OfferRow[]
  readonly assignments: readonly AssignmentRow[]
  readonly measures: readonly QueueMeasureRow[]
  /** The highest job sequence ever stored. */
  readonly lastSequence: number
}
