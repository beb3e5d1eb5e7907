import type { CallId, ConversationId } from '@guichet/domain'
import type { Insertable, Selectable } from 'kysely'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { CallData, CallRows, LegData, ParticipantData, RowChange } from './call.record.ts'
import type { CallsTables } from './calls.tables.ts'

/** Thrown when a row is not in the state this server left it in: another one has taken the call over. */
export class CallTakenOverError extends Error {}

/** A call in a contact's history; instants are dates. */
export type PastCall = { callId: CallId; conversationId: ConversationId; startedAt: Date; endedAt: Date }

/** Reads and writes calls. */
export type CallsRepository = {
  /** Writes rows where their state is still the one they had; writing the same again is harmless. */
  save(trx: Work['trx'], callId: CallId, changes: readonly RowChange[]): Promise<void>
  find(callId: CallId): Promise<CallRows | null>
  /** Calls that are not over. */
  open(): Promise<CallRows[]>
  past(conversationIds: readonly ConversationId[]): Promise<PastCall[]>
}

const date = (ms: number | null) => (ms === null ? null : new Date(ms))
const ms = (value: Date | null) => value?.getTime() ?? null

/** @see CallsRepository */
export function createCallsRepository(database: Database): CallsRepository {
  const db = withTables<CallsTables>(database)

  async function complete(calls: Selectable<CallsTables['calls']>[]): Promise<CallRows[]> {
    if (calls.length === 0) return []
    const ids = calls.map(call => call.id)
    const [participants, legs] = await Promise.all([
      db.selectFrom('callParticipants').selectAll().where('callId', 'in', ids).execute(),
      db.selectFrom('callLegs').selectAll().where('callId', 'in', ids).orderBy('openedAt').execute(),
    ])
    return calls.map(call => ({
      call: toCall(call),
      participants: participants.filter(row => row.callId === call.id).map(toParticipant),
      legs: legs.filter(row => row.callId === call.id).map(toLeg),
    }))
  }

  return {
    async save(trx, callId, changes) {
      const tables = withTables<CallsTables>(trx)
      for (const change of changes) {
        const states = change.from === null ? [change.row.state] : [change.from, change.row.state]
        let written: bigint | undefined
        if (change.kind === 'call') {
          const { id, ...values } = fromCall(change.row)
          const result = await tables
            .insertInto('calls')
            .values({ id, ...values })
            .onConflict(conflict =>
              conflict
                .column('id')
                .doUpdateSet(values)
                .where('calls.state', 'in', states as CallData['state'][]),
            )
            .executeTakeFirst()
          written = result.numInsertedOrUpdatedRows
        } else if (change.kind === 'participant') {
          const { id, ...values } = fromParticipant(change.row, callId)
          const result = await tables
            .insertInto('callParticipants')
            .values({ id, ...values })
            .onConflict(conflict =>
              conflict
                .column('id')
                .doUpdateSet(values)
                .where('callParticipants.state', 'in', states as ParticipantData['state'][]),
            )
            .executeTakeFirst()
          written = result.numInsertedOrUpdatedRows
        } else {
          const { id, ...values } = fromLeg(change.row, callId)
          const result = await tables
            .insertInto('callLegs')
            .values({ id, ...values })
            .onConflict(conflict =>
              conflict
                .column('id')
                .doUpdateSet(values)
                .where('callLegs.state', 'in', states as LegData['state'][]),
            )
            .executeTakeFirst()
          written = result.numInsertedOrUpdatedRows
        }
        if (written !== 1n) throw new CallTakenOverError(`${change.kind} of call ${callId} is held elsewhere`)
      }
    },
    async find(callId) {
      const rows = await db.selectFrom('calls').selectAll().where('id', '=', callId).execute()
      return (await complete(rows))[0] ?? null
    },
    async open() {
      return complete(await db.selectFrom('calls').selectAll().where('state', '!=', 'disconnected').execute())
    },
    async past(conversationIds) {
      if (conversationIds.length === 0) return []
      const rows = await db
        .selectFrom('calls')
        .select(['id', 'conversationId', 'startedAt', 'endedAt'])
        .where('conversationId', 'in', [...conversationIds])
        .where('endedAt', 'is not', null)
        .orderBy('startedAt')
        .execute()
      return rows.map(row => ({
        callId: row.id as CallId,
        conversationId: row.conversationId as ConversationId,
        startedAt: row.startedAt,
        endedAt: row.endedAt as Date,
      }))
    },
  }
}

function fromCall(row: CallData): Insertable<CallsTables['calls']> {
  return {
    ...row,
    startedAt: new Date(row.startedAt),
    answeredAt: date(row.answeredAt),
    endedAt: date(row.endedAt),
  }
}

function fromParticipant(row: ParticipantData, callId: CallId): Insertable<CallsTables['callParticipants']> {
  return { ...row, callId, joinedAt: date(row.joinedAt), leftAt: date(row.leftAt) }
}

function fromLeg(row: LegData, callId: CallId): Insertable<CallsTables['callLegs']> {
  return { ...row, callId, openedAt: new Date(row.openedAt), endedAt: date(row.endedAt) }
}

function toCall(row: Selectable<CallsTables['calls']>): CallData {
  return {
    ...row,
    startedAt: row.startedAt.getTime(),
    answeredAt: ms(row.answeredAt),
    endedAt: ms(row.endedAt),
  } as CallData
}

function toParticipant({ callId: _, ...row }: Selectable<CallsTables['callParticipants']>): ParticipantData {
  return { ...row, joinedAt: ms(row.joinedAt), leftAt: ms(row.leftAt) } as ParticipantData
}

function toLeg({ callId: _, ...row }: Selectable<CallsTables['callLegs']>): LegData {
  return { ...row, openedAt: row.openedAt.getTime(), endedAt: ms(row.endedAt) } as LegData
}
