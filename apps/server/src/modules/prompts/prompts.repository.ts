import type { FileId } from '@guichet/domain'
import { sql } from 'kysely'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { PromptsTables } from './prompts.tables.ts'

/** A sound as stored. */
export type StoredSound = Omit<PromptsTables['prompts'], 'id'> & { id: FileId }

/** Reads and writes what is known of sounds. */
export type PromptsRepository = {
  /** By name, without regard to capitals. */
  list(): Promise<StoredSound[]>
  find(id: FileId): Promise<StoredSound | null>
  count(): Promise<number>
  insert(trx: Work['trx'], sound: StoredSound): Promise<void>
  /** The sound as it was, held until the transaction ends; null when it is gone. */
  lock(trx: Work['trx'], id: FileId): Promise<StoredSound | null>
  update(trx: Work['trx'], sound: StoredSound): Promise<void>
  remove(trx: Work['trx'], id: FileId): Promise<void>
}

/** @see PromptsRepository */
export function createPromptsRepository(database: Database): PromptsRepository {
  const db = withTables<PromptsTables>(database)
  return {
    async list() {
      const rows = await db
        .selectFrom('prompts')
        .selectAll()
        .orderBy(sql`lower(name)`)
        .orderBy('id')
        .execute()
      return rows as StoredSound[]
    },
    async find(id) {
      const row = await db.selectFrom('prompts').selectAll().where('id', '=', id).executeTakeFirst()
      return (row as StoredSound | undefined) ?? null
    },
    async count() {
      const { count } = await db
        .selectFrom('prompts')
        .select(eb => eb.fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async insert(trx, sound) {
      await withTables<PromptsTables>(trx).insertInto('prompts').values(sound).execute()
    },
    async lock(trx, id) {
      const row = await withTables<PromptsTables>(trx)
        .selectFrom('prompts')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      return (row as StoredSound | undefined) ?? null
    },
    async update(trx, { id, ...changed }) {
      await withTables<PromptsTables>(trx).updateTable('prompts').set(changed).where('id', '=', id).execute()
    },
    async remove(trx, id) {
      await withTables<PromptsTables>(trx).deleteFrom('prompts').where('id', '=', id).execute()
    },
  }
}
