import {
  ApplicationId,
  AssignmentId,
  CallId,
  ConversationId,
  DeviceId,
  FileId,
  JobId,
  LegId,
  MessageId,
  OfferId,
  QueueId,
  RawId,
  ThreadId,
  TrunkId,
  WorkerId,
} from '@guichet/domain'
import { z } from 'zod'
import { EndReason } from './call.ts'
import { Instant, Locale, ParticipantRole } from './common.ts'
import { Channel, Presence } from './routing.ts'

const conversation = { conversationId: ConversationId }
const job = { jobId: JobId, conversationId: ConversationId, queueId: QueueId, channel: Channel }
const offer = { offerId: OfferId, ...job, workerId: WorkerId }
const assignment = { assignmentId: AssignmentId, ...job, workerId: WorkerId }
const call = { callId: CallId, conversationId: ConversationId }

/**
 * Every event of the product: `entity.pastTense`, written to the outbox in the transaction that makes it true.
 * Payloads change only by addition within a version; consumers are idempotent by event id.
 */
export const domainEvents = {
  'conversation.opened': z.object({ ...conversation, threadId: ThreadId, contact: RawId, locale: Locale }),
  'conversation.handlingChanged': z.object({
    ...conversation,
    by: z.enum(['bot', 'queue', 'agent', 'nobody']),
  }),
  'conversation.closed': z.object({ ...conversation, by: RawId.nullable() }),
  'conversation.reopened': z.object(conversation),
  /** Given, or changed: then `previousScore` is not null. */
  'conversation.rated': z.object({
    ...conversation,
    score: z.number().int(),
    previousScore: z.number().int().nullable(),
    hasComment: z.boolean(),
  }),
  'handoff.requested': z.object({
    ...conversation,
    channel: Channel,
    locale: Locale,
    topic: z.string().nullable(),
    summary: z.string(),
    /** Queue to wait in, when whoever hands over knows. */
    queueId: QueueId.nullish(),
  }),

  'message.sent': z.object({
    ...conversation,
    threadId: ThreadId,
    messageId: MessageId,
    sequenceId: z.number().int(),
    sender: RawId.nullable(),
    senderRole: ParticipantRole.nullable(),
    type: z.string(),
  }),
  'message.edited': z.object({ ...conversation, threadId: ThreadId, messageId: MessageId }),
  'message.deleted': z.object({ ...conversation, threadId: ThreadId, messageId: MessageId }),

  'job.queued': z.object({ ...job, priority: z.number().int(), callId: CallId.nullable() }),
  'job.moved': z.object({ ...job, fromQueueId: QueueId }),
  'job.overflowed': z.object(job),
  'job.timedOut': z.object(job),
  'job.noAgents': z.object(job),
  'job.assigned': z.object({ ...job, workerId: WorkerId }),
  'job.completed': z.object(job),
  'job.closed': z.object(job),
  'job.cancelled': z.object({ ...job, reason: z.string() }),

  'offer.issued': z.object({ ...offer, callId: CallId.nullable(), expiresAt: Instant }),
  'offer.accepted': z.object({ ...offer, assignmentId: AssignmentId }),
  'offer.declined': z.object(offer),
  'offer.expired': z.object(offer),
  'offer.revoked': z.object({ ...offer, reason: z.string() }),

  'assignment.completed': z.object({ ...assignment, wrapUpEndsAt: Instant.nullable() }),
  'assignment.closed': z.object({ ...assignment, dispositionCode: z.string().nullable() }),

  'worker.presenceChanged': z.object({ workerId: WorkerId, presence: Presence, reason: z.string() }),
  'worker.optChanged': z.object({ workerId: WorkerId, queueId: QueueId, optedIn: z.boolean() }),

  'call.started': z.object({ ...call, applicationId: ApplicationId.nullable() }),
  'call.connected': z.object(call),
  'call.answered': z.object({ ...call, workerId: WorkerId }),
  'call.ended': z.object({ ...call, reason: EndReason }),
  'participant.joined': z.object({ ...call, rawId: RawId, role: ParticipantRole, legId: LegId }),
  'participant.held': z.object({ ...call, rawId: RawId }),
  'participant.resumed': z.object({ ...call, rawId: RawId }),
  'participant.left': z.object({ ...call, rawId: RawId, reason: EndReason }),
  'leg.interrupted': z.object({ ...call, legId: LegId, reason: z.string() }),
  'leg.rejoined': z.object({ ...call, legId: LegId }),

  'article.saved': z.object({ articleId: z.uuid(), by: RawId }),
  'article.deleted': z.object({ articleId: z.uuid(), by: RawId }),
  'queue.updated': z.object({ queueId: QueueId, by: RawId.nullable() }),
  'prompt.saved': z.object({ fileId: FileId, by: RawId }),
  'prompt.deleted': z.object({ fileId: FileId, by: RawId }),
  'application.updated': z.object({
    applicationId: ApplicationId,
    version: z.number().int(),
    by: RawId.nullable(),
  }),
  'trunk.saved': z.object({ trunkId: TrunkId, by: RawId.nullable() }),
  'trunk.deleted': z.object({ trunkId: TrunkId, by: RawId }),
  'number.saved': z.object({ number: z.string(), by: RawId.nullable() }),
  'number.deleted': z.object({ number: z.string(), by: RawId }),
  'device.saved': z.object({ deviceId: DeviceId, workerId: WorkerId, by: RawId.nullable() }),
  'device.deleted': z.object({ deviceId: DeviceId, by: RawId }),
  'outboundRules.changed': z.object({ by: RawId }),
  'staff.changed': z.object({ workerId: WorkerId, by: RawId.nullable() }),
} as const

export type DomainEvents = { [N in keyof typeof domainEvents]: z.output<(typeof domainEvents)[N]> }
export type DomainEventName = keyof DomainEvents

/** An event as stored and delivered. */
export type EventEnvelope<N extends DomainEventName = DomainEventName> = {
  [K in N]: {
    id: string
    name: K
    version: number
    occurredAt: string
    causationId: string | null
    payload: DomainEvents[K]
  }
}[N]
