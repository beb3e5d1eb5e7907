import type { OutboundRules } from '@guichet/contract'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { TelephonyTables } from './telephony.tables.ts'

const KEY = 'outbound'

/** Reads and writes the outbound rules, which live among the common settings. */
export type OutboundRepository = {
  /** As stored, not yet checked; undefined when nobody ever set them. */
  find(): Promise<unknown>
  save(trx: Work['trx'], rules: OutboundRules, at: Date): Promise<void>
}

/** @see OutboundRepository */
export function createOutboundRepository(database: Database): OutboundRepository {
  const db = withTables<TelephonyTables>(database)
  return {
    async find() {
      const row = await db.selectFrom('settings').select('value').where('key', '=', KEY).executeTakeFirst()
      return row?.value
    },
    async save(trx, rules, at) {
      const values = { value: JSON.stringify(rules), updatedAt: at }
      await withTables<TelephonyTables>(trx)
        .insertInto('settings')
        .values({ key: KEY, ...values })
        .onConflict(conflict => conflict.column('key').doUpdateSet(values))
        .execute()
    },
  }
}
