import type { FileId, RawId, ThreadId } from '@guichet/domain'
import { type Database, withTables } from '../../platform/index.ts'
import type { ChatTables } from './chat.tables.ts'

/** A file as its row holds it. */
export type FileRow = Omit<ChatTables['files'], 'deletedAt'>

const columns = ['id', 'threadId', 'uploaderRawId', 'name', 'contentType', 'sizeBytes', 'createdAt'] as const

/** SQL over files. */
export function createFileRepository(database: Database) {
  const db = withTables<ChatTables>(database)
  return {
    async countOf(threadId: ThreadId): Promise<number> {
      const rows = await db
        .selectFrom('files')
        .select(eb => eb.fn.countAll<string>().as('count'))
        .where('threadId', '=', threadId)
        .execute()
      return Number(rows[0]?.count ?? 0)
    },

    async insert(row: FileRow): Promise<void> {
      await db.insertInto('files').values(row).execute()
    },

    find: (id: FileId): Promise<FileRow | undefined> =>
      db
        .selectFrom('files')
        .select(columns)
        .where('id', '=', id)
        .where('deletedAt', 'is', null)
        .executeTakeFirst(),

    /** Those of the files that this person uploaded to this thread. */
    uploadedBy: (rawId: RawId, threadId: ThreadId, ids: readonly FileId[]): Promise<FileRow[]> =>
      db
        .selectFrom('files')
        .select(columns)
        .where('id', 'in', ids)
        .where('threadId', '=', threadId)
        .where('uploaderRawId', '=', rawId)
        .where('deletedAt', 'is', null)
        .execute(),

    async markDeleted(ids: readonly FileId[], at: Date): Promise<void> {
      await db.updateTable('files').set({ deletedAt: at }).where('id', 'in', ids).execute()
    },
  }
}
