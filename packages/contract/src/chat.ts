import { FileId, MessageId, RawId, ThreadId } from '@guichet/domain'
import { z } from 'zod'
import { Instant, Party } from './common.ts'

/** Longest text of one message, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 8_000
/** Largest attachment, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024

export const Attachment = z.object({
  id: FileId,
  attachmentType: z.enum(['image', 'file']),
  name: z.string(),
  contentType: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  url: z.string(),
})
export type Attachment = z.infer<typeof Attachment>

/** A choice that the reader may answer with one click; `value` is what is sent back. */
export const QuickReply = z.object({
  label: z.string().max(80),
  value: z.string().max(200),
  /** What the client does besides sending: ask for a person, or start a call. */
  action: z.enum(['send', 'requestPerson', 'startCall']).default('send'),
})
export type QuickReply = z.infer<typeof QuickReply>

/** ACS message types, and `system` for lines such as "Camille joined". */
export const MessageType = z.enum([
  'text',
  'html',
  'topicUpdated',
  'participantAdded',
  'participantRemoved',
  'system',
])
export type MessageType = z.infer<typeof MessageType>

/** System lines are codes with values, so that each reader sees them in their own language. */
export const SystemNotice = z.object({
  code: z.enum([
    'queued',
    'agentJoined',
    'agentLeft',
    'noAgents',
    'handedToBot',
    'callStarted',
    'callEnded',
    'callMissed',
    'conversationClosed',
    'conversationIdle',
    'conversationReopened',
  ]),
  values: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})
export type SystemNotice = z.infer<typeof SystemNotice>

export const MessageContent = z.object({
  message: z.string().optional(),
  attachments: z.array(Attachment).optional(),
  quickReplies: z.array(QuickReply).optional(),
  /** Knowledge articles the answer was taken from. */
  sources: z.array(z.object({ title: z.string(), url: z.string().optional() })).optional(),
  notice: SystemNotice.optional(),
})
export type MessageContent = z.infer<typeof MessageContent>

export const ChatMessage = z.object({
  id: MessageId,
  threadId: ThreadId,
  type: MessageType,
  /** Order within the thread, from 1, without gaps. */
  sequenceId: z.number().int().positive(),
  /** Change counter of the thread: a reader that holds every version up to N misses nothing up to N. */
  version: z.number().int().positive(),
  sender: Party.nullable(),
  content: MessageContent,
  clientMessageId: z.string().nullable(),
  createdOn: Instant,
  editedOn: Instant.nullable(),
  deletedOn: Instant.nullable(),
})
export type ChatMessage = z.infer<typeof ChatMessage>

export const ReadReceipt = z.object({ rawId: RawId, messageId: MessageId, readOn: Instant })
export type ReadReceipt = z.infer<typeof ReadReceipt>

export const Thread = z.object({
  id: ThreadId,
  topic: z.string(),
  createdOn: Instant,
  lastSequenceId: z.number().int().nonnegative(),
  lastVersion: z.number().int().nonnegative(),
  participants: z.array(Party),
  readReceipts: z.array(ReadReceipt),
})
export type Thread = z.infer<typeof Thread>

const text = z.string().trim().min(1).max(MAX_MESSAGE_LENGTH)
const threadId = ThreadId
/** Made by the client, unique in the thread; sending it again returns the first message. */
const clientMessageId = z.string().min(8).max(64)

export const SendMessage = z.object({
  threadId,
  clientMessageId,
  message: text.optional(),
  fileIds: z.array(FileId).max(10).optional(),
})
export const EditMessage = z.object({ threadId, messageId: MessageId, message: text })
export const DeleteMessage = z.object({ threadId, messageId: MessageId })
export const SyncThread = z.object({
  threadId,
  afterVersion: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(500).default(200),
})
export const ThreadPage = z.object({
  messages: z.array(ChatMessage),
  lastVersion: z.number().int(),
  more: z.boolean(),
})
export const Typing = z.object({ threadId })
export const MarkRead = z.object({ threadId, messageId: MessageId })
