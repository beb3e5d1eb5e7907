import { Locale, Party } from '@guichet/contract'
import { CallId, ConversationId } from '@guichet/domain'
import { z } from 'zod'

/** What a job is about; the router carries it without looking. */
export const JobContext = z.object({
  conversationId: ConversationId,
  /** The call to answer; null for a chat. */
  callId: CallId.nullable(),
  contact: Party,
  topic: z.string().nullable(),
  locale: Locale,
})
export type JobContext = z.infer<typeof JobContext>
