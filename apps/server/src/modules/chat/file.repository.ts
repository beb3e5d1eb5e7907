import type { FileId, RawId, ThreadId } from '@guichet/domain'
import { sql } from 'kysely'
import { type Database, withTables } from '../../platform/index.ts'
import type { ChatTables } from './chat.tables.ts'

/** A file as its row holds it. */
export type FileRow = Omit<ChatTables['files'], 'deletedAt' | 'checkedAt'>

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

    /** Uploads from before an instant that were not looked at yet, oldest first, and whether a message carries them. */
    async unchecked(before: Date, limit: number): Promise<{ id: FileId; isSent: boolean }[]> {
      const { rows } = await sql<{ id: FileId; isSent: boolean }>`
        select f.id, exists (
          select 1 from messages m
          where m.thread_id = f.thread_id
            and m.content->'attachments' @> jsonb_build_array(jsonb_build_object('id', f.id))
        ) as is_sent
        from files f
        where f.checked_at is null and f.deleted_at is null and f.created_at < ${before}
        order by f.created_at
        limit ${limit}`.execute(db)
      return rows
    },

    async markChecked(ids: readonly FileId[], at: Date): Promise<void> {
      await db.updateTable('files').set({ checkedAt: at }).where('id', 'in', ids).execute()
    },

    async markDeleted(ids: readonly FileId[], at: Date): Promise<void> {
      await db.updateTable('files').set({ deletedAt: at }).where('id', 'in', ids).execute()
    },
  }
}
