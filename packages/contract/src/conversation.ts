import { CallId, ConversationId, RawId, ThreadId } from '@guichet/domain'
import { z } from 'zod'
import { Thread } from './chat.ts'
import { DisplayName, Instant, Locale, Party } from './common.ts'

/** Who answers the visitor now. */
export const Handling = z.object({
  by: z.enum(['bot', 'queue', 'agent', 'nobody']),
  agent: Party.nullable(),
  queueName: z.string().nullable(),
  position: z.number().int().positive().nullable(),
  expectedWaitMs: z.number().int().nonnegative().nullable(),
})
export type Handling = z.infer<typeof Handling>

/** Longest comment with a rating, in UTF-16 units. */
export const MAX_RATING_COMMENT_LENGTH = 1_000

/** What a visitor thought of a conversation: 1 is worst, 5 is best. */
export const Rating = z.object({
  score: z.number().int().min(1).max(5),
  comment: z.string().nullable(),
  ratedAt: Instant,
})
export type Rating = z.infer<typeof Rating>

/** A rating as the visitor gives it; a comment left out stays as it was, an empty one is taken away. */
export const RateConversation = Rating.pick({ score: true }).extend({
  comment: z.string().trim().max(MAX_RATING_COMMENT_LENGTH).optional(),
})

/** Who ended a conversation; `idle` when nobody wrote for a while. */
export const ClosedBy = z.enum(['consumer', 'agent', 'idle'])
export type ClosedBy = z.infer<typeof ClosedBy>

export const Conversation = z.object({
  id: ConversationId,
  state: z.enum(['open', 'closed']),
  threadId: ThreadId,
  contact: z.object({ rawId: RawId, displayName: z.string() }),
  locale: Locale,
  topic: z.string().nullable(),
  handling: Handling,
  activeCallId: CallId.nullable(),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  closedBy: ClosedBy.nullish(),
  rating: Rating.nullish(),
})
export type Conversation = z.infer<typeof Conversation>

/** What a page may say about its visitor; never trusted as proof of identity. */
export const VisitorIdentity = z.object({
  displayName: DisplayName.optional(),
  email: z.email().max(200).optional(),
  attributes: z.record(z.string().max(60), z.string().max(300)).optional(),
})
export type VisitorIdentity = z.infer<typeof VisitorIdentity>

export const StartConversation = z.object({
  locale: Locale,
  /** Proof from an earlier visit (kept by the widget); resumes that conversation. */
  resumeToken: z.string().max(2_000).optional(),
  /** Begins another conversation of the same contact, once the one of the resume token has ended. */
  startNew: z.boolean().optional(),
  identity: VisitorIdentity.optional(),
  page: z.object({ url: z.url().max(2_000), title: z.string().max(300) }).optional(),
})

export const IceServer = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
})
export type IceServer = z.infer<typeof IceServer>

export const VisitorSession = z.object({
  /** Short-lived bearer token, bound to this conversation alone. */
  accessToken: z.string(),
  accessTokenExpiresAt: Instant,
  /** Longer-lived; only good for getting the next access token of this conversation. */
  resumeToken: z.string(),
  visitor: Party,
  conversation: Conversation,
  thread: Thread,
  iceServers: z.array(IceServer),
  brand: z.object({ name: z.string(), usuallyAnswersInMs: z.number().nullable() }),
})
export type VisitorSession = z.infer<typeof VisitorSession>
