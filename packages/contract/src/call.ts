import { ApplicationId, CallId, ConversationId, LegId, OfferId } from '@guichet/domain'
import { z } from 'zod'
import { Instant, Party } from './common.ts'

/** Largest SDP accepted from a client, in UTF-16 units. */
export const MAX_SDP_LENGTH = 65_536
const Sdp = z.string().min(20).max(MAX_SDP_LENGTH).startsWith('v=0')

export const Tone = z.enum(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'])
export type Tone = z.infer<typeof Tone>

export const CallParticipant = Party.extend({
  state: z.enum(['inviting', 'ringing', 'earlyMedia', 'connected', 'held', 'leaving', 'left']),
  isMuted: z.boolean(),
  isOnHold: z.boolean(),
  camera: z.boolean(),
  screen: z.boolean(),
})
export type CallParticipant = z.infer<typeof CallParticipant>

/** Why a call or a leg ended, in words a screen can explain. */
export const EndReason = z.enum([
  'hungUp',
  'remoteHungUp',
  'applicationEnded',
  'overflow',
  'timeout',
  'noAgents',
  'continuedByChat',
  'connectionLost',
  'mediaFailed',
  'declined',
  'serverStopped',
])
export type EndReason = z.infer<typeof EndReason>

/** A call as one viewer may see it. */
export const Call = z.object({
  id: CallId,
  conversationId: ConversationId,
  state: z.enum(['connecting', 'connected', 'transferring', 'disconnecting', 'disconnected']),
  participants: z.array(CallParticipant),
  /** Choices of the auto attendant's menu, to click or to key; null outside a menu. */
  menu: z.array(z.object({ tone: Tone, label: z.string() })).nullable(),
  /** Place in a queue; null outside one. */
  waiting: z
    .object({
      queueName: z.string(),
      position: z.number().int().positive(),
      expectedWaitMs: z.number().int().nonnegative().nullable(),
      since: Instant,
    })
    .nullable(),
  /** What the application is saying at this moment, in words; for those who cannot hear it. */
  announcement: z.string().nullish(),
  startedAt: Instant,
  /** When a person first answered. */
  answeredAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  endReason: EndReason.nullable(),
})
export type Call = z.infer<typeof Call>

/** What a client needs to hold its own leg. */
export const LegGrant = z.object({ legId: LegId, sdpAnswer: z.string() })
export type LegGrant = z.infer<typeof LegGrant>

export const StartCall = z.object({
  conversationId: ConversationId,
  /** Voice application to enter; the site's default when absent. */
  applicationId: ApplicationId.optional(),
  sdpOffer: Sdp,
})
/** A connection made ready while an offer rings: nothing is heard through it until the offer is accepted. */
export const PrepareCall = z.object({ offerId: OfferId, sdpOffer: Sdp })
export const StartedCall = LegGrant.extend({ call: Call })
/** A new peer connection for the same leg, after a network change or a lost media process. */
export const RejoinCall = z.object({ callId: CallId, sdpOffer: Sdp })
export const CallRef = z.object({ callId: CallId })
export const PressTone = z.object({ callId: CallId, tone: Tone })
export const SetMuted = z.object({ callId: CallId, muted: z.boolean() })
export const SetPicture = z.object({ callId: CallId, camera: z.boolean(), screen: z.boolean() })
export const SdpOffer = Sdp
