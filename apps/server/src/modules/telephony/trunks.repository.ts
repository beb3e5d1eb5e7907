import type { TrunkSettings } from '@guichet/contract'
import type { TrunkId } from '@guichet/domain'
import type { Selectable } from 'kysely'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { TelephonyTables } from './telephony.tables.ts'

/** A trunk as stored. */
export type StoredTrunk = { id: TrunkId; settings: TrunkSettings; sealedPassword: string | null }

/** Reads and writes trunks. */
export type TrunksRepository = {
  list(): Promise<StoredTrunk[]>
  /** The trunk as it was, held until the transaction ends; null when it is gone. */
  lock(trx: Work['trx'], id: TrunkId): Promise<StoredTrunk | null>
  save(trx: Work['trx'], trunk: StoredTrunk): Promise<void>
  /** Says whether it was there. */
  remove(trx: Work['trx'], id: TrunkId): Promise<boolean>
}

const fromRow = ({
  id,
  name,
  settings,
  sealedPassword,
}: Selectable<TelephonyTables['trunks']>): StoredTrunk => ({
  id: id as TrunkId,
  settings: { ...settings, name },
  sealedPassword,
})

/** @see TrunksRepository */
export function createTrunksRepository(database: Database): TrunksRepository {
  const db = withTables<TelephonyTables>(database)
  return {
    async list() {
      const trunks = (await db.selectFrom('trunks').selectAll().orderBy('name').orderBy('id').execute()).map(
        fromRow,
      )
      return trunks.sort((a, b) => a.settings.priority - b.settings.priority)
    },
    async lock(trx, id) {
      const row = await withTables<TelephonyTables>(trx)
        .selectFrom('trunks')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      return row === undefined ? null : fromRow(row)
    },
    async save(trx, { id, settings: { name, ...settings }, sealedPassword }) {
      const values = {
        name,
        settings: JSON.stringify(settings) as unknown as typeof settings,
        sealedPassword,
      }
      await withTables<TelephonyTables>(trx)
        .insertInto('trunks')
        .values({ id, ...values })
        .onConflict(conflict => conflict.column('id').doUpdateSet(values))
        .execute()
    },
    async remove(trx, id) {
      const { numDeletedRows } = await withTables<TelephonyTables>(trx)
        .deleteFrom('trunks')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    },
  }
}
