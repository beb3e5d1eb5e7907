import type { Call, ContactCard } from '@guichet/contract'
import type { CallId, ConversationId } from '@guichet/domain'

type HistoryEntry = ContactCard['history'][number]

/** What other modules know of past conversations; answers are keyed by conversation, absent where there is nothing. */
export type HistoryPorts = {
  callsOf(conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, HistoryEntry['calls']>>
  wrapUpsOf(conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, HistoryEntry['wrapUps']>>
}

/** The calls of visitors. */
export type CallsPort = {
  /** The call as its visitor sees it; null once it is gone. */
  viewForVisitor(callId: CallId): Promise<Call | null>
}

/** How long visitors usually wait for an answer, in milliseconds; null when nothing is known. */
export type AnswerTimePort = { usuallyAnswersInMs(): Promise<number | null> }
