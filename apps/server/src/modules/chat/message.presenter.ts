import type { ChatMessage, MessageContent, MessageType, ParticipantRole, Party } from '@guichet/contract'
import type { MessageId, RawId, ThreadId } from '@guichet/domain'

/** A message as its row holds it. */
export type MessageRow = {
  threadId: string
  messageId: string
  sequenceId: number
  version: number
  type: string
  senderRawId: string
  senderName: string | null
  senderRole: ParticipantRole | null
  clientMessageId: string
  content: MessageContent
  createdOn: Date
  editedOn: Date | null
  deletedOn: Date | null
}

/** The wire form of a message. */
export function presentMessage(row: MessageRow): ChatMessage {
  return {
    id: row.messageId as MessageId,
    threadId: row.threadId as ThreadId,
    type: row.type as MessageType,
    sequenceId: row.sequenceId,
    version: row.version,
    sender: senderOf(row),
    content: row.content,
    clientMessageId: row.clientMessageId,
    createdOn: row.createdOn.toISOString(),
    editedOn: row.editedOn?.toISOString() ?? null,
    deletedOn: row.deletedOn?.toISOString() ?? null,
  }
}

function senderOf(row: MessageRow): Party | null {
  if (row.senderRawId === '' || row.senderRole === null) return null
  return { rawId: row.senderRawId as RawId, displayName: row.senderName ?? '', role: row.senderRole }
}
