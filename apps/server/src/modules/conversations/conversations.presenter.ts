import type { ContactCard, Conversation, ConversationDetail, Rating } from '@guichet/contract'
import type { Contact } from '../contacts/index.ts'
import type { ConversationRow } from './conversations.repository.ts'

/** The wire form of a conversation. */
export function presentConversation(row: ConversationRow, contactName: string): Conversation {
  return {
    id: row.id,
    state: row.state,
    threadId: row.threadId,
    contact: { rawId: row.contactRawId, displayName: contactName },
    locale: row.locale,
    topic: row.topic,
    handling: row.handling,
    activeCallId: row.activeCallId,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    closedBy: row.closedBy,
    rating: presentRating(row),
  }
}

/** What the visitor thought of it; null while it is not rated. */
export function presentRating(row: ConversationRow): Rating | null {
  if (row.ratingScore === null || row.ratedAt === null) return null
  return { score: row.ratingScore, comment: row.ratingComment, ratedAt: row.ratedAt.toISOString() }
}

/** A conversation with its contact and what happened before. */
export function presentDetail(
  row: ConversationRow,
  contact: Contact,
  history: ContactCard['history'],
): ConversationDetail {
  return {
    conversation: presentConversation(row, contact.displayName),
    contact: {
      rawId: contact.rawId,
      displayName: contact.displayName,
      email: contact.email,
      locale: contact.locale,
      attributes: contact.attributes,
      firstSeenAt: contact.firstSeenAt.toISOString(),
      lastSeenAt: contact.lastSeenAt.toISOString(),
      page: contact.page,
      history,
    },
    handoff: row.handoff,
  }
}
