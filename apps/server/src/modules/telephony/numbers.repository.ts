import type { PhoneNumber } from '@guichet/contract'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { TelephonyTables } from './telephony.tables.ts'

/** Reads and writes where numbers lead. */
export type NumbersRepository = {
  list(): Promise<PhoneNumber[]>
  find(number: string): Promise<PhoneNumber | null>
  save(trx: Work['trx'], number: PhoneNumber): Promise<void>
  /** Says whether it was there. */
  remove(trx: Work['trx'], number: string): Promise<boolean>
}

/** @see NumbersRepository */
export function createNumbersRepository(database: Database): NumbersRepository {
  const db = withTables<TelephonyTables>(database)
  return {
    list: () => db.selectFrom('phoneNumbers').selectAll().orderBy('number').execute(),
    async find(number) {
      const row = await db
        .selectFrom('phoneNumbers')
        .selectAll()
        .where('number', '=', number)
        .executeTakeFirst()
      return row ?? null
    },
    async save(trx, { number, name, target }) {
      const values = { name, target: JSON.stringify(target) as unknown as typeof target }
      await withTables<TelephonyTables>(trx)
        .insertInto('phoneNumbers')
        .values({ number, ...values })
        .onConflict(conflict => conflict.column('number').doUpdateSet(values))
        .execute()
    },
    async remove(trx, number) {
      const { numDeletedRows } = await withTables<TelephonyTables>(trx)
        .deleteFrom('phoneNumbers')
        .where('number', '=', number)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    },
  }
}
