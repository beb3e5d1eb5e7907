import type { Conversation, Locale, Party, SystemNotice } from '@guichet/contract'
import type { ApplicationId, CallId, ConversationId, FileId, QueueId } from '@guichet/domain'

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

/** What is known about telephone numbers. */
export type CallNumbersPort = {
  /** Where a dialled number leads; null when it is none of ours. */
  targetOf(dialled: string, country: string | null): Promise<{ applicationId: ApplicationId } | null>
  /** A caller's number in international form; null when it is none. */
  e164Of(number: string, country: string | null): string | null
}

/** Conversations with those who call by telephone. */
export type PhoneConversationsPort = {
  beginByPhone(caller: {
    e164: string | null
    displayName: string | null
    locale: Locale
  }): Promise<{ conversationId: ConversationId; party: Party }>
}
