import type { Conversation, SystemNotice } from '@guichet/contract'
import type { CallId, ConversationId, FileId, QueueId } from '@guichet/domain'

/** What calls tell conversations. */
export type CallsConversationsPort = {
  view(id: ConversationId): Promise<Conversation>
  setActiveCall(id: ConversationId, callId: CallId | null): Promise<Conversation>
  notice(id: ConversationId, notice: SystemNotice): Promise<void>
  /** Turns to people by chat; `queueId` says where to wait, when it is known. */
  requestPerson(id: ConversationId, request?: { queueId?: QueueId }): Promise<Conversation>
}

/** Sound files that designers uploaded. */
export type PromptFilesPort = {
  /** Absolute path of a WAV file; null when there is none. */
  path(fileId: FileId): Promise<string | null>
}
