import type {
  ChatMessage,
  MessageContent,
  MessageType,
  Party,
  SocketEventName,
  SocketEvents,
  SystemNotice,
  Thread,
} from '@guichet/contract'
import {
  type ConversationId,
  DomainError,
  type FileId,
  type MessageId,
  type RawId,
  type ThreadId,
} from '@guichet/domain'
import { CompiledQuery } from 'kysely'
import type pg from 'pg'
import {
  allow,
  type Bus,
  type Clock,
  type Connection,
  type Database,
  ForbiddenError,
  type Ids,
  type Log,
  type Metrics,
  NotFoundError,
  type Principal,
  type UnitOfWork,
  type Work,
} from '../../platform/index.ts'
import { mayChangeMessage, mayRead, maySend } from './chat.policy.ts'
import type { FileService } from './file.service.ts'
import { type StoredMessage, storeBatch } from './journal.store.ts'
import { createJournal, type JournalEntry } from './journal.ts'
import { presentMessage } from './message.presenter.ts'
import { createThreadDirectory } from './thread.directory.ts'
import { attachmentsOf, type ThreadEntry, type ThreadRepository } from './thread.repository.ts'

/** Somebody's typing is told again after this, at the earliest. */
const TYPING_INTERVAL_MS = 1_000
const MAX_TYPING_REMEMBERED = 10_000

/** Thrown when a message is meant for a conversation that has ended. */
export class ConversationClosedError extends DomainError {
  constructor() {
    super('conversation-closed', 'This conversation has ended; start a new one')
  }
}

/** Thrown when somebody changes a message of another. */
export class MessageNotYoursError extends DomainError {
  constructor() {
    super('message-not-yours', 'Only the sender may change a message')
  }
}

/** A message written by the server itself: a bot's, or a system line. */
export type Post = {
  threadId: ThreadId
  /** Null for system lines. */
  sender: Party | null
  content: MessageContent
  type?: MessageType
  /** Posting it again returns the first message; without it each post is a new message. */
  clientMessageId?: string
  causationId?: string
}

export type ThreadPage = { messages: ChatMessage[]; lastVersion: number; more: boolean }

/** Tells the readers of a thread what changed. */
export type Publish = <N extends SocketEventName>(
  topic: string,
  name: N,
  payload: SocketEvents[N],
  except?: Connection,
) => void

/** Threads and their messages. Methods that take a `Work` act in its transaction; the others in their own. */
export type ChatService = {
  createThread(
    work: Work,
    thread: { conversationId: ConversationId; topic: string; participants: readonly Party[] },
  ): Promise<ThreadId>
  /** @throws NotFoundError `not-found` */
  thread(threadId: ThreadId): Promise<Thread>
  /** Adds or brings back somebody, or renames them; true when they were not there. */
  addParticipant(work: Work, threadId: ThreadId, party: Party): Promise<boolean>
  /** False when they were not in it. */
  removeParticipant(work: Work, threadId: ThreadId, rawId: RawId): Promise<boolean>
  /** A locked thread takes system lines only. */
  setLocked(work: Work, threadId: ThreadId, locked: boolean): Promise<void>
  /** Writes as the server; the message is on disk when it resolves. */
  post(post: Post): Promise<ChatMessage>
  /** Writes within a transaction; readers are told after its commit. */
  postIn(work: Work, post: Post): Promise<void>
  notice(threadId: ThreadId, notice: SystemNotice): Promise<void>
  /** One message; null when there is none such. */
  message(threadId: ThreadId, messageId: MessageId): Promise<ChatMessage | null>
  /** The last messages, oldest first. */
  lastMessages(threadId: ThreadId, limit: number): Promise<ChatMessage[]>
  /** When each thread got its last message; a thread without one is absent. */
  lastMessagesAt(threadIds: readonly ThreadId[]): Promise<Map<ThreadId, Date>>
  /** When the thread got its last message, with its row locked until the transaction ends; null without one. */
  lockedLastMessageAt(work: Work, threadId: ThreadId): Promise<Date | null>
  tellTyping(threadId: ThreadId, sender: Party, except?: Connection): void
  /** Whether the principal may read, by policy. @throws NotFoundError `not-found` */
  canRead(principal: Principal, threadId: ThreadId): Promise<boolean>
  /** Threads that somebody is or was in, newest first. */
  threadsOf(rawId: RawId, limit: number): Promise<ThreadId[]>

  /** @throws ForbiddenError, ConversationClosedError, DomainError `invalid-request` when there is nothing to send */
  send(
    principal: Principal,
    input: {
      threadId: ThreadId
      clientMessageId: string
      message?: string | undefined
      fileIds?: readonly FileId[] | undefined
    },
  ): Promise<ChatMessage>
  /** @throws MessageNotYoursError, InvalidTransitionError when it was deleted */
  edit(principal: Principal, threadId: ThreadId, messageId: MessageId, message: string): Promise<ChatMessage>
  /** Wipes text and files. @throws MessageNotYoursError, InvalidTransitionError when it was deleted */
  remove(principal: Principal, threadId: ThreadId, messageId: MessageId): Promise<ChatMessage>
  /** Messages with a version above `afterVersion`, in that order. */
  sync(principal: Principal, threadId: ThreadId, afterVersion: number, limit: number): Promise<ThreadPage>
  markRead(principal: Principal, threadId: ThreadId, messageId: MessageId): Promise<void>
  typing(principal: Principal, threadId: ThreadId, connection: Connection): Promise<void>
  /** Resolves when nothing is waiting to be written. */
  idle(): Promise<void>
}

export type ChatServiceDeps = {
  db: Database
  repository: ThreadRepository
  files: FileService
  pool: pg.Pool
  uow: UnitOfWork
  bus: Bus
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  publish: Publish
}

/** The topic that readers of a thread follow. */
export function threadTopic(threadId: ThreadId): string {
  return `thread:${threadId}`
}

/** @source ADR on group commit of chat messages */
export function createChatService(deps: ChatServiceDeps): ChatService {
  const { repository, files, pool, uow, bus, clock, ids, publish } = deps
  const directory = createThreadDirectory(clock, threadId => repository.findEntry(threadId))
  const typingTold = new Map<string, number>()

  /** Named, so that each connection plans the statement once. */
  const runOnPool = async (text: string, values: unknown[]) =>
    (await pool.query({ name: 'chat-store-batch', text, values })).rows

  const journal = createJournal<StoredMessage>({
    clock,
    store: (entries, nowMs) => storeBatch(runOnPool, entries, nowMs),
    stored: tellStored,
    failed: (error, entries) => deps.log.error({ err: error, entries }, 'messages could not be stored'),
  })

  function tellStored(results: readonly StoredMessage[]): void {
    const events = []
    for (const { message, event } of results) {
      if (event === null) continue
      events.push(event)
      publish(threadTopic(message.threadId), 'message.changed', { message })
    }
    if (events.length === 0) return
    deps.metrics.messagesStored.inc(events.length)
    deps.metrics.outboxEvents.inc({ name: 'message.sent' }, events.length)
    bus.publish(events)
  }

  async function entryOf(threadId: ThreadId): Promise<ThreadEntry> {
    const entry = await directory.get(threadId)
    if (entry === null) throw new NotFoundError('The thread')
    return entry
  }

  function toEntry(post: Post): JournalEntry {
    return {
      threadId: post.threadId,
      sender: post.sender,
      type: post.type ?? (post.sender === null ? 'system' : 'text'),
      content: post.content,
      clientMessageId: post.clientMessageId ?? ids.uuid(),
      eventId: ids.uuid(),
      causationId: post.causationId ?? null,
    }
  }

  async function append(entry: JournalEntry): Promise<ChatMessage> {
    const stored = await journal.append(entry)
    if (stored !== null) return stored.message
    directory.forget(entry.threadId)
    const thread = await entryOf(entry.threadId)
    if (thread.locked) throw new ConversationClosedError()
    throw new NotFoundError('The thread')
  }

  async function readable(principal: Principal, threadId: ThreadId): Promise<ThreadEntry> {
    const thread = await entryOf(threadId)
    if (mayRead(principal, { thread, servesContact: false })) return thread
    const servesContact =
      principal.kind === 'staff' && (await repository.serves(principal.rawId, threadId, clock.now()))
    allow(mayRead, principal, { thread, servesContact }, 'read this conversation')
    return thread
  }

  async function change(
    principal: Principal,
    threadId: ThreadId,
    messageId: MessageId,
    event: 'edit' | 'delete',
    contentOf: (content: MessageContent) => MessageContent,
  ): Promise<ChatMessage> {
    const thread = await entryOf(threadId)
    allow(maySend, principal, thread, 'write in this conversation')
    if (thread.locked) throw new ConversationClosedError()
    const { message, wiped } = await uow.run(async ({ trx, emit, afterCommit }) => {
      const row = await repository.findMessage(trx, threadId, messageId)
      if (row === undefined) throw new NotFoundError('The message')
      if (!mayChangeMessage(principal, { thread, senderRawId: row.senderRawId }))
        throw new MessageNotYoursError()
      const changed = await repository.changeMessage(
        trx,
        row,
        event,
        contentOf(row.content),
        new Date(clock.now()),
      )
      if (changed === undefined)
        throw new DomainError('invalid-transition', 'The message was changed at the same time', {
          retryable: true,
        })
      const payload = { conversationId: thread.conversationId, threadId, messageId }
      emit(event === 'edit' ? 'message.edited' : 'message.deleted', payload)
      const message = presentMessage(changed)
      afterCommit(() => publish(threadTopic(threadId), 'message.changed', { message }))
      return { message, wiped: event === 'delete' ? attachmentsOf(row) : [] }
    })
    await files.wipe(wiped.map(attachment => attachment.id))
    return message
  }

  /** Tells after the commit who is in the thread now. */
  function tellParticipants(work: Work, threadId: ThreadId): void {
    work.afterCommit(() => {
      directory.forget(threadId)
      entryOf(threadId)
        .then(entry =>
          publish(threadTopic(threadId), 'thread.participantsChanged', {
            threadId,
            participants: presentParticipants(entry),
          }),
        )
        .catch(error => deps.log.warn({ err: error }, 'participants could not be told'))
    })
  }

  return {
    async createThread(work, { conversationId, topic, participants }) {
      const id = ids.threadId()
      const at = new Date(clock.now())
      await repository.insertThread(work.trx, { id, conversationId, topic, createdOn: at })
      for (const party of participants) await repository.putParticipant(work.trx, id, party, at)
      return id
    },

    async thread(threadId) {
      const [row, entry, readReceipts] = await Promise.all([
        repository.findThread(threadId),
        entryOf(threadId),
        repository.receipts(threadId),
      ])
      if (row === undefined) throw new NotFoundError('The thread')
      return {
        id: threadId,
        topic: row.topic,
        createdOn: row.createdOn.toISOString(),
        lastSequenceId: row.lastSequenceId,
        lastVersion: row.lastVersion,
        participants: presentParticipants(entry),
        readReceipts,
      }
    },

    async addParticipant(work, threadId, party) {
      const joined = await repository.putParticipant(work.trx, threadId, party, new Date(clock.now()))
      tellParticipants(work, threadId)
      return joined
    },
    async removeParticipant(work, threadId, rawId) {
      const left = await repository.endParticipant(work.trx, threadId, rawId, new Date(clock.now()))
      if (left) tellParticipants(work, threadId)
      return left
    },
    async setLocked(work, threadId, locked) {
      await repository.setLocked(work.trx, threadId, locked)
      work.afterCommit(() => directory.forget(threadId))
    },

    post: post => append(toEntry(post)),
    async postIn(work, post) {
      const run = async (text: string, values: unknown[]) =>
        (await work.trx.executeQuery(CompiledQuery.raw(text, values))).rows
      const results = await storeBatch(run, [toEntry(post)], clock.now())
      work.afterCommit(() => tellStored(results.filter(result => result !== null)))
    },
    async notice(threadId, notice) {
      await append(toEntry({ threadId, sender: null, content: { notice } }))
    },
    async message(threadId, messageId) {
      const row = await repository.findMessage(deps.db, threadId, messageId)
      return row === undefined ? null : presentMessage(row)
    },
    async lastMessages(threadId, limit) {
      return (await repository.lastMessages(threadId, limit)).map(presentMessage)
    },
    lastMessagesAt: threadIds => repository.lastMessagesAt(threadIds),
    async lockedLastMessageAt(work, threadId) {
      await repository.lock(work.trx, threadId)
      return (await repository.lastMessagesAt([threadId], work.trx)).get(threadId) ?? null
    },
    tellTyping(threadId, sender, except) {
      publish(threadTopic(threadId), 'typing.started', { threadId, sender }, except)
    },
    async canRead(principal, threadId) {
      return readable(principal, threadId).then(
        () => true,
        error => {
          if (error instanceof ForbiddenError) return false
          throw error
        },
      )
    },
    threadsOf: (rawId, limit) => repository.threadsOf(rawId, limit),

    async send(principal, input) {
      const thread = await entryOf(input.threadId)
      allow(maySend, principal, thread, 'write in this conversation')
      if (thread.locked) throw new ConversationClosedError()
      const sender = thread.participants.get(principal.rawId)?.party ?? principal.party
      const message = input.message === undefined ? undefined : storable(input.message)
      const fileIds = input.fileIds ?? []
      if ((message === undefined || message === '') && fileIds.length === 0)
        throw new DomainError('invalid-request', 'Write something or add a file')
      const attachments =
        fileIds.length === 0 ? [] : await files.attachmentsToSend(principal, input.threadId, fileIds)
      return append(
        toEntry({
          threadId: input.threadId,
          sender,
          clientMessageId: storable(input.clientMessageId),
          content: {
            ...(message === undefined || message === '' ? {} : { message }),
            ...(attachments.length === 0 ? {} : { attachments }),
          },
        }),
      )
    },

    edit: (principal, threadId, messageId, message) =>
      change(principal, threadId, messageId, 'edit', content => ({ ...content, message: storable(message) })),
    remove: (principal, threadId, messageId) => change(principal, threadId, messageId, 'delete', () => ({})),

    async sync(principal, threadId, afterVersion, limit) {
      await readable(principal, threadId)
      const rows = await repository.messagesAfter(threadId, afterVersion, limit + 1)
      const page = rows.slice(0, limit)
      return {
        messages: page.map(presentMessage),
        // Every version belongs to one message, so the last one read is where the reader stands.
        lastVersion: page.at(-1)?.version ?? afterVersion,
        more: rows.length > limit,
      }
    },

    async markRead(principal, threadId, messageId) {
      const thread = await entryOf(threadId)
      allow(maySend, principal, thread, 'read here as a participant')
      const at = new Date(clock.now())
      if (!(await repository.putReceipt(threadId, principal.rawId, messageId, at))) return
      const receipt = { rawId: principal.rawId, messageId, readOn: at.toISOString() }
      publish(threadTopic(threadId), 'message.read', { threadId, receipt })
    },

    async typing(principal, threadId, connection) {
      const thread = await entryOf(threadId)
      allow(maySend, principal, thread, 'write in this conversation')
      const key = `${threadId} ${principal.rawId}`
      const now = clock.now()
      if (now - (typingTold.get(key) ?? Number.NEGATIVE_INFINITY) < TYPING_INTERVAL_MS) return
      typingTold.delete(key)
      typingTold.set(key, now)
      if (typingTold.size > MAX_TYPING_REMEMBERED) typingTold.delete(typingTold.keys().next().value as string)
      const sender = thread.participants.get(principal.rawId)?.party ?? principal.party
      publish(threadTopic(threadId), 'typing.started', { threadId, sender }, connection)
    },

    idle: () => journal.idle(),
  }
}

function presentParticipants(entry: ThreadEntry): Party[] {
  return [...entry.participants.values()].filter(({ left }) => !left).map(({ party }) => party)
}

/** Text that JSON columns can hold: no NUL, no half characters. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
