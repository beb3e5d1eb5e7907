import type { MessageContent, ParticipantRole } from '@guichet/contract'
import type { MessageState } from '@guichet/domain'
import type { ColumnType } from 'kysely'

/** Tables that belong to chat; 64-bit message ids arrive as text. */
export type ChatTables = {
  threads: {
    id: string
    conversationId: string
    topic: string
    createdOn: Date
    locked: ColumnType<boolean, boolean | undefined, boolean>
    lastSequenceId: ColumnType<number, never, never>
    lastVersion: ColumnType<number, never, number>
    lastMessageId: ColumnType<string, never, never>
  }
  threadParticipants: {
    threadId: string
    rawId: string
    displayName: string
    role: ParticipantRole
    joinedAt: Date
    leftAt: Date | null
  }
  messages: {
    threadId: string
    messageId: ColumnType<string, never, never>
    sequenceId: ColumnType<number, never, never>
    version: number
    type: string
    state: MessageState
    senderRawId: string
    senderName: string | null
    senderRole: ParticipantRole | null
    clientMessageId: string
    content: ColumnType<MessageContent, never, string>
    createdOn: Date
    editedOn: Date | null
    deletedOn: Date | null
  }
  readReceipts: { threadId: string; rawId: string; messageId: string; readOn: Date }
  files: {
    id: string
    threadId: string
    uploaderRawId: string
    name: string
    contentType: string
    sizeBytes: number
    createdAt: Date
    deletedAt: Date | null
    /** When it was found that a message carries it. */
    checkedAt: Date | null
  }
}
