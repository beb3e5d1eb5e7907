import type { DeviceId } from '@guichet/domain'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { TelephonyTables } from './telephony.tables.ts'

/** A desk phone as stored. */
export type StoredDevice = TelephonyTables['devices']

/** Reads and writes desk phones. */
export type DevicesRepository = {
  list(): Promise<StoredDevice[]>
  findByUsername(username: string): Promise<StoredDevice | null>
  /** False when the user name is taken. */
  insert(trx: Work['trx'], device: StoredDevice): Promise<boolean>
  /** The device as it is now; null when it is gone. */
  renew(
    trx: Work['trx'],
    id: DeviceId,
    hashesOf: (username: string) => Pick<StoredDevice, 'ha1Md5' | 'ha1Sha256'>,
  ): Promise<StoredDevice | null>
  /** Says whether it was there. */
  remove(trx: Work['trx'], id: DeviceId): Promise<boolean>
}

/** @see DevicesRepository */
export function createDevicesRepository(database: Database): DevicesRepository {
  const db = withTables<TelephonyTables>(database)
  return {
    list: () => db.selectFrom('devices').selectAll().orderBy('username').execute(),
    async findByUsername(username) {
      const row = await db
        .selectFrom('devices')
        .selectAll()
        .where('username', '=', username)
        .executeTakeFirst()
      return row ?? null
    },
    async insert(trx, device) {
      const { numInsertedOrUpdatedRows } = await withTables<TelephonyTables>(trx)
        .insertInto('devices')
        .values(device)
        .onConflict(conflict => conflict.column('username').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows !== 0n
    },
    async renew(trx, id, hashesOf) {
      const tables = withTables<TelephonyTables>(trx)
      const row = await tables
        .selectFrom('devices')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      if (row === undefined) return null
      const hashes = hashesOf(row.username)
      await tables.updateTable('devices').set(hashes).where('id', '=', id).execute()
      return { ...row, ...hashes }
    },
    async remove(trx, id) {
      const { numDeletedRows } = await withTables<TelephonyTables>(trx)
        .deleteFrom('devices')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      return numDeletedRows > 0n
    },
  }
}
