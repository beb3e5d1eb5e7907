import type { ClosedBy, ConversationDetail, Handling, Locale } from '@guichet/contract'
import type { ConversationState } from '@guichet/domain'

/** What was handed over with a visitor. */
export type Handoff = NonNullable<ConversationDetail['handoff']>

/** Tables that belong to conversations. */
export type ConversationsTables = {
  conversations: {
    id: string
    state: ConversationState
    threadId: string
    contactRawId: string
    locale: Locale
    topic: string | null
    handling: Handling
    handoff: Handoff | null
    activeCallId: string | null
    openedAt: Date
    closedAt: Date | null
    closedBy: ClosedBy | null
    ratingScore: number | null
    ratingComment: string | null
    ratedAt: Date | null
  }
  settings: { key: string; value: unknown; updatedAt: Date }
}
