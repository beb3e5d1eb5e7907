import type { Attachment, MessageContent, Party, ReadReceipt } from '@guichet/contract'
import {
  type ConversationId,
  type MessageId,
  messageMachine,
  type RawId,
  type ThreadId,
  transition,
} from '@guichet/domain'
import { sql, type Transaction } from 'kysely'
import { type Database, type PlatformTables, withTables } from '../../platform/index.ts'
import type { ChatTables } from './chat.tables.ts'
import type { MessageRow } from './message.presenter.ts'

type Executor = Database | Transaction<PlatformTables>

/** Somebody who is or was in a thread. */
export type ParticipantRow = { party: Party; left: boolean }

/** What the hot path needs of a thread. */
export type ThreadEntry = {
  id: ThreadId
  conversationId: ConversationId
  locked: boolean
  participants: ReadonlyMap<string, ParticipantRow>
}

/** Work of an agent who left a contact less than this ago still counts as serving, in milliseconds. */
const SERVED_LATELY_MS = 3_600_000

const messageColumns = [
  'threadId',
  'messageId',
  'sequenceId',
  'version',
  'type',
  'state',
  'senderRawId',
  'senderName',
  'senderRole',
  'clientMessageId',
  'content',
  'createdOn',
  'editedOn',
  'deletedOn',
] as const

/** SQL over threads, participants, messages and receipts; sending is in the journal. */
export function createThreadRepository(db: Database) {
  const tables = (executor: Executor) => withTables<ChatTables>(executor)

  /** The next version of a thread, with its row locked until the transaction ends. */
  async function nextVersion(trx: Executor, threadId: ThreadId): Promise<number> {
    const row = await tables(trx)
      .updateTable('threads')
      .set({ lastVersion: sql`last_version + 1` })
      .where('id', '=', threadId)
      .returning('lastVersion')
      .executeTakeFirstOrThrow()
    return row.lastVersion
  }

  return {
    async insertThread(
      trx: Executor,
      thread: { id: ThreadId; conversationId: ConversationId; topic: string; createdOn: Date },
    ): Promise<void> {
      await tables(trx).insertInto('threads').values(thread).execute()
    },

    async findEntry(threadId: ThreadId): Promise<ThreadEntry | null> {
      const rows = await tables(db)
        .selectFrom('threads')
        .leftJoin('threadParticipants as p', 'p.threadId', 'threads.id')
        .select([
          'threads.conversationId',
          'threads.locked',
          'p.rawId',
          'p.displayName',
          'p.role',
          'p.leftAt',
        ])
        .where('threads.id', '=', threadId)
        .execute()
      const [first] = rows
      if (first === undefined) return null
      const participants = new Map<string, ParticipantRow>()
      for (const { rawId, displayName, role, leftAt } of rows) {
        if (rawId === null || displayName === null || role === null) continue
        participants.set(rawId, {
          party: { rawId: rawId as RawId, displayName, role },
          left: leftAt !== null,
        })
      }
      return {
        id: threadId,
        conversationId: first.conversationId as ConversationId,
        locked: first.locked,
        participants,
      }
    },

    async findThread(threadId: ThreadId) {
      return tables(db)
        .selectFrom('threads')
        .select(['id', 'topic', 'createdOn', 'lastSequenceId', 'lastVersion'])
        .where('id', '=', threadId)
        .executeTakeFirst()
    },

    /** Threads that somebody is or was in, newest first. */
    async threadsOf(rawId: RawId, limit: number): Promise<ThreadId[]> {
      const rows = await tables(db)
        .selectFrom('threadParticipants')
        .select('threadId')
        .where('rawId', '=', rawId)
        .orderBy('joinedAt', 'desc')
        .limit(limit)
        .execute()
      return rows.map(row => row.threadId as ThreadId)
    },

    /** True when they were not there before. */
    async putParticipant(trx: Executor, threadId: ThreadId, party: Party, at: Date): Promise<boolean> {
      const { rawId, displayName, role } = party
      const there = await tables(trx)
        .selectFrom('threadParticipants')
        .select('rawId')
        .where('threadId', '=', threadId)
        .where('rawId', '=', rawId)
        .where('leftAt', 'is', null)
        .executeTakeFirst()
      const joined = there === undefined ? { joinedAt: at, leftAt: null } : {}
      await tables(trx)
        .insertInto('threadParticipants')
        .values({ threadId, rawId, displayName, role, joinedAt: at, leftAt: null })
        .onConflict(conflict =>
          conflict.columns(['threadId', 'rawId']).doUpdateSet({ displayName, role, ...joined }),
        )
        .execute()
      return there === undefined
    },

    /** False when they were not there. */
    async endParticipant(trx: Executor, threadId: ThreadId, rawId: RawId, at: Date): Promise<boolean> {
      const result = await tables(trx)
        .updateTable('threadParticipants')
        .set({ leftAt: at })
        .where('threadId', '=', threadId)
        .where('rawId', '=', rawId)
        .where('leftAt', 'is', null)
        .executeTakeFirst()
      return result.numUpdatedRows > 0n
    },

    async setLocked(trx: Executor, threadId: ThreadId, locked: boolean): Promise<void> {
      await tables(trx).updateTable('threads').set({ locked }).where('id', '=', threadId).execute()
    },

    /** Whether somebody is, or was lately, in a thread with the consumer of this thread. */
    async serves(rawId: RawId, threadId: ThreadId, nowMs: number): Promise<boolean> {
      const row = await tables(db)
        .selectFrom('threadParticipants as here')
        .innerJoin('threadParticipants as contact', join =>
          join.onRef('contact.rawId', '=', 'here.rawId').on('contact.role', '=', 'consumer'),
        )
        .innerJoin('threadParticipants as server', 'server.threadId', 'contact.threadId')
        .select('here.rawId')
        .where('here.threadId', '=', threadId)
        .where('here.role', '=', 'consumer')
        .where('server.rawId', '=', rawId)
        .where(eb =>
          eb.or([
            eb('server.leftAt', 'is', null),
            eb('server.leftAt', '>', new Date(nowMs - SERVED_LATELY_MS)),
          ]),
        )
        .executeTakeFirst()
      return row !== undefined
    },

    async findMessage(executor: Executor, threadId: ThreadId, messageId: MessageId) {
      return tables(executor)
        .selectFrom('messages')
        .select(messageColumns)
        .where('threadId', '=', threadId)
        .where('messageId', '=', messageId)
        .executeTakeFirst()
    },

    async messagesAfter(threadId: ThreadId, version: number, limit: number): Promise<MessageRow[]> {
      return tables(db)
        .selectFrom('messages')
        .select(messageColumns)
        .where('threadId', '=', threadId)
        .where('version', '>', version)
        .orderBy('version')
        .limit(limit)
        .execute()
    },

    /** The last messages in order of sending, oldest first. */
    async lastMessages(threadId: ThreadId, limit: number): Promise<MessageRow[]> {
      const rows = await tables(db)
        .selectFrom('messages')
        .select(messageColumns)
        .where('threadId', '=', threadId)
        .orderBy('messageId', 'desc')
        .limit(limit)
        .execute()
      return rows.reverse()
    },

    /** Locks a thread against new messages until the transaction ends. */
    async lock(trx: Executor, threadId: ThreadId): Promise<void> {
      await tables(trx).selectFrom('threads').select('id').where('id', '=', threadId).forUpdate().execute()
    },

    /** When each thread got its last message; a thread without one is absent. */
    async lastMessagesAt(
      threadIds: readonly ThreadId[],
      executor: Executor = db,
    ): Promise<Map<ThreadId, Date>> {
      if (threadIds.length === 0) return new Map()
      const rows = await tables(executor)
        .selectFrom('threads')
        .innerJoin('messages', join =>
          join
            .onRef('messages.threadId', '=', 'threads.id')
            .onRef('messages.messageId', '=', 'threads.lastMessageId'),
        )
        .select(['threads.id', 'messages.createdOn'])
        .where('threads.id', 'in', threadIds)
        .execute()
      return new Map(rows.map(row => [row.id as ThreadId, row.createdOn]))
    },

    /** Moves a message on through its state table; undefined when somebody else was quicker. */
    async changeMessage(
      trx: Executor,
      row: MessageRow & { state: 'sent' | 'edited' | 'deleted' },
      event: 'edit' | 'delete',
      content: MessageContent,
      at: Date,
    ): Promise<MessageRow | undefined> {
      const state = transition(messageMachine, row.state, event)
      const version = await nextVersion(trx, row.threadId as ThreadId)
      return tables(trx)
        .updateTable('messages')
        .set({
          state,
          version,
          content: JSON.stringify(content),
          ...(event === 'edit' ? { editedOn: at } : { deletedOn: at }),
        })
        .where('threadId', '=', row.threadId)
        .where('messageId', '=', row.messageId)
        .where('state', '=', row.state)
        .returning(messageColumns)
        .executeTakeFirst()
    },

    /** Moves a receipt forward to a message of the thread; false when it stands there or further already. */
    async putReceipt(threadId: ThreadId, rawId: RawId, messageId: MessageId, at: Date): Promise<boolean> {
      const { rows } = await sql`
        insert into read_receipts (thread_id, raw_id, message_id, read_on)
        select thread_id, ${rawId}, message_id, ${at} from messages
        where thread_id = ${threadId} and message_id = ${messageId}::bigint
        on conflict (thread_id, raw_id) do update set message_id = excluded.message_id, read_on = excluded.read_on
        where read_receipts.message_id < excluded.message_id
        returning 1`.execute(db)
      return rows.length > 0
    },

    async receipts(threadId: ThreadId): Promise<ReadReceipt[]> {
      const rows = await tables(db)
        .selectFrom('readReceipts')
        .select(['rawId', 'messageId', 'readOn'])
        .where('threadId', '=', threadId)
        .execute()
      return rows.map(row => ({
        rawId: row.rawId as RawId,
        messageId: row.messageId as MessageId,
        readOn: row.readOn.toISOString(),
      }))
    },
  }
}

export type ThreadRepository = ReturnType<typeof createThreadRepository>

/** The files that a message carries. */
export function attachmentsOf(row: Pick<MessageRow, 'content'>): Attachment[] {
  return row.content.attachments ?? []
}
