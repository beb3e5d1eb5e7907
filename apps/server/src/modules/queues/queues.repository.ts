import type { QueueId, WorkerId } from '@guichet/domain'
import type { Kysely, Selectable } from 'kysely'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { Queue } from './queue.ts'
import type { QueuesTables } from './queues.tables.ts'

/** Reads and writes queues and their members. */
export type QueuesRepository = {
  list(): Promise<Queue[]>
  /** Reads one queue and holds it until the transaction ends. */
  lock(trx: Work['trx'], queueId: QueueId): Promise<Queue | null>
  save(trx: Work['trx'], queue: Queue): Promise<void>
}

/** @see QueuesRepository */
export function createQueuesRepository(database: Database): QueuesRepository {
  async function withMembers(
    db: Kysely<QueuesTables>,
    rows: Selectable<QueuesTables['queues']>[],
  ): Promise<Queue[]> {
    const members = await db.selectFrom('queueMembers').selectAll().orderBy('place').execute()
    return rows.map(row => ({
      ...row,
      id: row.id as QueueId,
      channels: row.channels as Queue['channels'],
      memberIds: members
        .filter(member => member.queueId === row.id)
        .map(member => member.workerId as WorkerId),
    }))
  }

  return {
    async list() {
      const db = withTables<QueuesTables>(database)
      return withMembers(db, await db.selectFrom('queues').selectAll().orderBy('place').execute())
    },
    async lock(trx, queueId) {
      const db = withTables<QueuesTables>(trx)
      const rows = await db.selectFrom('queues').selectAll().where('id', '=', queueId).forUpdate().execute()
      return (await withMembers(db, rows))[0] ?? null
    },
    async save(trx, { memberIds, ...queue }) {
      const db = withTables<QueuesTables>(trx)
      const row = { ...queue, name: JSON.stringify(queue.name) as unknown as Queue['name'] }
      const { id: _, ...values } = row
      await db
        .insertInto('queues')
        .values(row)
        .onConflict(conflict => conflict.column('id').doUpdateSet(values))
        .execute()
      await db.deleteFrom('queueMembers').where('queueId', '=', queue.id).execute()
      if (memberIds.length === 0) return
      await db
        .insertInto('queueMembers')
        .values(memberIds.map((workerId, place) => ({ queueId: queue.id, workerId, place })))
        .execute()
    },
  }
}
