import type { Conversation, IceServer } from '@guichet/contract'
import type { ConversationId } from '@guichet/domain'

/** What desks need of conversations. */
export type DeskConversationsPort = {
  view(id: ConversationId): Promise<Conversation>
}

/** Servers that help a person's browser reach our media, with credentials that last a while. */
export type DeskIceServersPort = (rawId: string) => IceServer[]
