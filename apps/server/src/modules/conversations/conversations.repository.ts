import type { ClosedBy, Handling, Locale } from '@guichet/contract'
import {
  type CallId,
  type ConversationId,
  conversationMachine,
  type RawId,
  type ThreadId,
  transition,
} from '@guichet/domain'
import { sql, type Transaction } from 'kysely'
import { type Database, type PlatformTables, withTables } from '../../platform/index.ts'
import type { ConversationsTables, Handoff } from './conversations.tables.ts'

type Executor = Database | Transaction<PlatformTables>

/** A conversation as its row holds it. */
export type ConversationRow = {
  id: ConversationId
  state: 'open' | 'closed'
  threadId: ThreadId
  contactRawId: RawId
  locale: Locale
  topic: string | null
  handling: Handling
  handoff: Handoff | null
  activeCallId: CallId | null
  openedAt: Date
  closedAt: Date | null
  closedBy: ClosedBy | null
  ratingScore: number | null
  ratingComment: string | null
  ratedAt: Date | null
}

/** What may change of a conversation besides its state. */
export type ConversationChange = Partial<
  Pick<
    ConversationRow,
    'locale' | 'topic' | 'handling' | 'handoff' | 'activeCallId' | 'ratingScore' | 'ratingComment' | 'ratedAt'
  >
>

export type ConversationFilter = {
  state: 'open' | 'closed' | undefined
  /** Only conversations of these threads. */
  threadIds: readonly ThreadId[] | null
  search: { text: string; contacts: readonly RawId[] } | null
  before: Date | undefined
  limit: number
}

/** Where a waiting conversation stands in its queue. */
export type PlaceInLine = Pick<Handling, 'position' | 'expectedWaitMs'> & { id: ConversationId }

/** SQL over conversations. */
export function createConversationsRepository(db: Database) {
  const tables = (executor: Executor) => withTables<ConversationsTables>(executor)
  const columns = (change: ConversationChange) => {
    const { handling, handoff, ...plain } = change
    return {
      ...plain,
      ...(handling === undefined ? {} : { handling: sql<Handling>`${JSON.stringify(handling)}::jsonb` }),
      ...(handoff === undefined
        ? {}
        : { handoff: sql<Handoff>`${handoff === null ? null : JSON.stringify(handoff)}::jsonb` }),
    }
  }

  return {
    async insert(trx: Executor, row: ConversationRow): Promise<void> {
      await tables(trx)
        .insertInto('conversations')
        .values({
          ...row,
          handling: sql<Handling>`${JSON.stringify(row.handling)}::jsonb`,
          handoff: null,
        })
        .execute()
    },

    async find(id: ConversationId): Promise<ConversationRow | undefined> {
      const row = await tables(db)
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst()
      return row as ConversationRow | undefined
    },

    /** The row, locked until the transaction ends: whoever changes a conversation begins here. */
    async lock(trx: Executor, id: ConversationId): Promise<ConversationRow | undefined> {
      const row = await tables(trx)
        .selectFrom('conversations')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      return row as ConversationRow | undefined
    },

    async update(trx: Executor, row: ConversationRow, change: ConversationChange): Promise<ConversationRow> {
      await tables(trx).updateTable('conversations').set(columns(change)).where('id', '=', row.id).execute()
      return { ...row, ...change }
    },

    /** Writes the places of those that still wait, in one statement; returns their rows. */
    async moveInLine(places: readonly PlaceInLine[]): Promise<ConversationRow[]> {
      const { rows } = await sql<ConversationRow>`
        update conversations as c
        set handling = c.handling || jsonb_build_object('position', p.position, 'expectedWaitMs', p.expected_wait_ms)
        from jsonb_to_recordset(${JSON.stringify(
          places.map(({ id, position, expectedWaitMs }) => ({
            id,
            position,
            expected_wait_ms: expectedWaitMs,
          })),
        )}::jsonb) as p(id uuid, position int, expected_wait_ms bigint)
        where c.id = p.id and c.state = 'open' and c.handling->>'by' = 'queue'
        returning c.*`.execute(db)
      return rows
    },

    /** Moves a conversation on through its state table. @throws InvalidTransitionError `invalid-transition` */
    async move(
      trx: Executor,
      row: ConversationRow,
      event: 'close' | 'reopen',
      change: ConversationChange & Pick<ConversationRow, 'closedAt' | 'closedBy'>,
    ): Promise<ConversationRow> {
      const state = transition(conversationMachine, row.state, event)
      const { closedAt, closedBy, ...others } = change
      await tables(trx)
        .updateTable('conversations')
        .set({ ...columns(others), state, closedAt, closedBy })
        .where('id', '=', row.id)
        .where('state', '=', row.state)
        .execute()
      return { ...row, ...change, state }
    },

    /** Newest first. */
    async list(filter: ConversationFilter): Promise<ConversationRow[]> {
      const { state, threadIds, search, before, limit } = filter
      if (threadIds !== null && threadIds.length === 0) return []
      let query = tables(db).selectFrom('conversations').selectAll()
      if (state !== undefined) query = query.where('state', '=', state)
      if (threadIds !== null) query = query.where('threadId', 'in', threadIds)
      if (before !== undefined) query = query.where('openedAt', '<', before)
      if (search !== null) {
        const pattern = `%${search.text.replace(/[\\%_]/g, '\\$&')}%`
        query = query.where(eb =>
          eb.or([
            eb('topic', 'ilike', pattern),
            ...(search.contacts.length === 0 ? [] : [eb('contactRawId', 'in', search.contacts)]),
          ]),
        )
      }
      const rows = await query.orderBy('openedAt', 'desc').limit(limit).execute()
      return rows as ConversationRow[]
    },

    /**
     * Open conversations that no person handles and none is waited for, begun before `openedBefore`, without a call: oldest first,
     * those after `after`.
     */
    async leftAlone(
      openedBefore: Date,
      after: ConversationRow | null,
      limit: number,
    ): Promise<ConversationRow[]> {
      let query = tables(db)
        .selectFrom('conversations')
        .selectAll()
        .where('state', '=', 'open')
        .where('openedAt', '<', openedBefore)
        .where('activeCallId', 'is', null)
        .where(sql<string>`handling->>'by'`, 'in', ['bot', 'nobody'])
      if (after !== null) {
        query = query.where(sql<boolean>`(opened_at, id) > (${after.openedAt}, ${after.id}::uuid)`)
      }
      const rows = await query.orderBy('openedAt').orderBy('id').limit(limit).execute()
      return rows as ConversationRow[]
    },

    /** All conversations of one contact, newest first. */
    async ofContact(contactRawId: RawId, limit: number): Promise<ConversationRow[]> {
      const rows = await tables(db)
        .selectFrom('conversations')
        .selectAll()
        .where('contactRawId', '=', contactRawId)
        .orderBy('openedAt', 'desc')
        .limit(limit)
        .execute()
      return rows as ConversationRow[]
    },
  }
}

export type ConversationsRepository = ReturnType<typeof createConversationsRepository>
