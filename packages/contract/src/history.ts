import { AssignmentId, CallId, ConversationId, RawId } from '@guichet/domain'
import { z } from 'zod'
import { Instant, Locale } from './common.ts'
import { Conversation, Rating } from './conversation.ts'

/** A contact beside the work: who it is and what happened before. */
export const ContactCard = z.object({
  rawId: RawId,
  displayName: z.string(),
  email: z.string().nullable(),
  locale: Locale,
  attributes: z.record(z.string(), z.string()),
  firstSeenAt: Instant,
  lastSeenAt: Instant,
  page: z.object({ url: z.string(), title: z.string() }).nullable(),
  history: z.array(
    z.object({
      conversationId: ConversationId,
      openedAt: Instant,
      closedAt: Instant.nullable(),
      topic: z.string().nullable(),
      rating: Rating.nullish(),
      calls: z.array(z.object({ callId: CallId, startedAt: Instant, durationMs: z.number().int() })),
      wrapUps: z.array(
        z.object({
          assignmentId: AssignmentId,
          agentName: z.string(),
          dispositionCode: z.string().nullable(),
          note: z.string().nullable(),
          at: Instant,
        }),
      ),
    }),
  ),
})
export type ContactCard = z.infer<typeof ContactCard>

export const ConversationDetail = z.object({
  conversation: Conversation,
  contact: ContactCard,
  /** What the bot handed over: topic, language, what was said. */
  handoff: z.object({ topic: z.string().nullable(), summary: z.string(), locale: Locale }).nullable(),
})
export type ConversationDetail = z.infer<typeof ConversationDetail>
