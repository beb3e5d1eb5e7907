import { AssignmentId, CallId, ConversationId, JobId, OfferId, QueueId, WorkerId } from '@guichet/domain'
import { z } from 'zod'
import { Call, LegGrant, SdpOffer } from './call.ts'
import { Thread } from './chat.ts'
import { Instant, Locale, Party, StaffRole } from './common.ts'
import { Conversation, IceServer } from './conversation.ts'

export const Presence = z.enum(['available', 'busy', 'doNotDisturb', 'away', 'offline'])
export type Presence = z.infer<typeof Presence>
export const Channel = z.enum(['voice', 'chat'])
export type Channel = z.infer<typeof Channel>

/** What an agent is told when work is offered, before accepting it. */
export const OfferView = z.object({
  id: OfferId,
  jobId: JobId,
  channel: Channel,
  conversationId: ConversationId,
  callId: CallId.nullable(),
  contact: Party,
  queueId: QueueId,
  queueName: z.string(),
  topic: z.string().nullable(),
  locale: Locale,
  waitingSince: Instant,
  issuedAt: Instant,
  expiresAt: Instant,
})
export type OfferView = z.infer<typeof OfferView>

export const OfferOutcome = z.enum(['accepted', 'acceptedElsewhere', 'declined', 'expired', 'revoked'])

export const AssignmentView = z.object({
  id: AssignmentId,
  jobId: JobId,
  channel: Channel,
  state: z.enum(['active', 'wrapUp', 'closed']),
  conversation: Conversation,
  callId: CallId.nullable(),
  queueId: QueueId,
  queueName: z.string(),
  assignedAt: Instant,
  /** When the wrap-up ends by itself; null while active or when it waits for the agent. */
  wrapUpEndsAt: Instant.nullable(),
})
export type AssignmentView = z.infer<typeof AssignmentView>

export const WorkerView = z.object({
  id: WorkerId,
  party: Party,
  presence: Presence,
  /** Why presence changed by itself, e.g. offers missed in a row. */
  presenceReason: z.enum(['chosen', 'missedOffers', 'signedOut', 'connectionLost']),
  /** What they really do, whatever presence says. */
  activity: z.enum(['idle', 'ringing', 'inCall', 'chatting', 'wrapUp']),
  /** Since when; while idle, since when they are so with this presence. */
  activitySince: Instant,
  queues: z.array(z.object({ queueId: QueueId, name: z.string(), optedIn: z.boolean() })),
  presenceSince: Instant,
})
export type WorkerView = z.infer<typeof WorkerView>

/** A colleague as everybody at a desk sees them. */
export const Colleague = WorkerView.pick({
  id: true,
  party: true,
  presence: true,
  activity: true,
  activitySince: true,
})
export type Colleague = z.infer<typeof Colleague>

export const MissedOffer = z.object({
  offerId: OfferId,
  contact: Party,
  queueName: z.string(),
  channel: Channel,
  at: Instant,
})

export const WrapUpCode = z.object({ code: z.string(), label: z.object({ en: z.string(), fr: z.string() }) })

/** All that a desk shows; asked for at start and after every reconnection. */
export const DeskSnapshot = z.object({
  me: z.object({ party: Party, roles: z.array(StaffRole), locale: Locale }),
  worker: WorkerView.nullable(),
  offers: z.array(OfferView),
  assignments: z.array(AssignmentView),
  calls: z.array(Call),
  missedOffers: z.array(MissedOffer),
  wrapUpCodes: z.array(WrapUpCode),
  iceServers: z.array(IceServer),
})
export type DeskSnapshot = z.infer<typeof DeskSnapshot>

export const SetPresence = z.object({ presence: Presence })
export const SetOptIn = z.object({ queueId: QueueId, optedIn: z.boolean() })
/** Accepting a call may bring the agent's SDP offer along, so that sound flows without another round trip. */
export const AcceptOffer = z.object({ offerId: OfferId, sdpOffer: SdpOffer.optional() })
export const AcceptedOffer = z.object({
  assignment: AssignmentView,
  thread: Thread,
  call: Call.nullable(),
  leg: LegGrant.nullable(),
})
export const DeclineOffer = z.object({ offerId: OfferId })
export const CompleteAssignment = z.object({ assignmentId: AssignmentId })
export const FinishWrapUp = z.object({
  assignmentId: AssignmentId,
  dispositionCode: z.string().max(60).optional(),
  note: z.string().max(4_000).optional(),
})

/** No wait of a queue is longer than a day, in milliseconds. */
const MAX_WAIT_MS = 86_400_000
const QueueName = z.string().max(80)

/** A queue as live views and settings show it. */
export const QueueView = z.object({
  id: QueueId,
  name: z.object({ en: QueueName, fr: QueueName }),
  routingMethod: z.enum(['attendant', 'serial', 'roundRobin', 'longestIdle']),
  agentAlertTimeMs: z.number().int().positive().max(MAX_WAIT_MS),
  wrapUpMs: z.number().int().nonnegative().max(MAX_WAIT_MS),
  overflowThreshold: z.number().int().min(0).max(200),
  timeoutMs: z.number().int().nonnegative().max(MAX_WAIT_MS),
  presenceRouting: z.boolean(),
  members: z.array(z.object({ workerId: WorkerId, displayName: z.string(), optedIn: z.boolean() })),
  live: z.object({
    waiting: z.number().int(),
    longestWaitMs: z.number().int(),
    agentsReady: z.number().int(),
    agentsBusy: z.number().int(),
    agentsWrapUp: z.number().int(),
  }),
})
export type QueueView = z.infer<typeof QueueView>
/** What may be changed of a queue; absent keys keep their value. */
export const UpdateQueue = QueueView.omit({ id: true, live: true, members: true })
  .partial()
  .extend({ memberIds: z.array(WorkerId).max(200).optional() })
