import type { Attachment, Locale, MessageContent, Party } from '@guichet/contract'
import type { ConversationId, ThreadId } from '@guichet/domain'

/** Something that happened in a conversation which a bot handles; the common part of every bot protocol. */
export type BotActivity = {
  kind: 'conversationStarted' | 'message'
  /** The same activity may come twice; its id does not change. */
  id: string
  conversationId: ConversationId
  threadId: ThreadId
  locale: Locale
  from: Party
  text: string
  attachments: readonly Attachment[]
  /** Epoch milliseconds. */
  at: number
}

/** A bot's wish that a person goes on; all bot protocols' hand-overs come down to this. @source reference bots-and-channels §7 */
export type HandoffRequest = {
  /** What is wanted; null when the bot does not know. */
  topic: string | null
  /** What was said, for whoever takes over; null leaves it to the visitor's own words. */
  summary: string | null
}

/** What a bot does about an activity. */
export type BotTurn = {
  replies: MessageContent[]
  /** False when the bot could not make sense of it; null when there was nothing to make sense of. */
  understood: boolean | null
  /** What the visitor is about, as far as the bot can tell. */
  topic: string | null
  handoff: HandoffRequest | null
}

/** A bot: the built-in one, or one behind a protocol. It decides about one activity at a time and keeps no promises. */
export type BotPort = {
  readonly party: Party
  onActivity(activity: BotActivity): Promise<BotTurn>
}
