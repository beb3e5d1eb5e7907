import type { CallId } from '@guichet/domain'
import { ApplicationRun, VoiceApplication } from '@guichet/domain/flow'
import { sql } from 'kysely'
import { type Database, type Work, withTables } from '../../platform/index.ts'
import type { FlowsTables } from './flows.tables.ts'

/** A voice application as stored. */
export type StoredApplication = {
  document: VoiceApplication
  version: number
  isDefault: boolean
  updatedAt: Date
}

/** Where a call is in its application, and of which instant its documents are. */
export type StoredRun = { run: ApplicationRun; startedAt: Date }

/** Reads and writes applications and runs. */
export type FlowsRepository = {
  list(): Promise<StoredApplication[]>
  /** The documents as they were at an instant. */
  documentsAt(instant: Date): Promise<VoiceApplication[]>
  lockVersion(trx: Work['trx'], id: string): Promise<number | null>
  save(trx: Work['trx'], application: StoredApplication): Promise<void>
  loadRun(callId: CallId): Promise<StoredRun | null>
  saveRun(trx: Work['trx'], callId: CallId, stored: StoredRun, at: Date): Promise<void>
}

/** @see FlowsRepository */
export function createFlowsRepository(database: Database): FlowsRepository {
  const db = withTables<FlowsTables>(database)
  return {
    async list() {
      const rows = await db
        .selectFrom('applications')
        .innerJoin('applicationVersions', join =>
          join
            .onRef('applicationVersions.applicationId', '=', 'applications.id')
            .onRef('applicationVersions.version', '=', 'applications.version'),
        )
        .select([
          'applicationVersions.document',
          'applications.version',
          'applications.isDefault',
          'applications.updatedAt',
        ])
        .orderBy('applications.isDefault', 'desc')
        .orderBy('applications.id')
        .execute()
      return rows.map(row => ({ ...row, document: VoiceApplication.parse(row.document) }))
    },
    async documentsAt(instant) {
      const rows = await db
        .selectFrom('applicationVersions')
        .distinctOn('applicationId')
        .select('document')
        .where('createdAt', '<=', instant)
        .orderBy('applicationId')
        .orderBy('version', 'desc')
        .execute()
      return rows.map(row => VoiceApplication.parse(row.document))
    },
    async lockVersion(trx, id) {
      const row = await withTables<FlowsTables>(trx)
        .selectFrom('applications')
        .select('version')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      return row?.version ?? null
    },
    async save(trx, { document, version, isDefault, updatedAt }) {
      const tables = withTables<FlowsTables>(trx)
      await tables
        .insertInto('applications')
        .values({ id: document.id, version, isDefault, updatedAt })
        .onConflict(conflict => conflict.column('id').doUpdateSet({ version, isDefault, updatedAt }))
        .execute()
      await tables
        .insertInto('applicationVersions')
        .values({
          applicationId: document.id,
          version,
          document: sql`${JSON.stringify(document)}::jsonb`,
          createdAt: updatedAt,
        })
        .execute()
    },
    async loadRun(callId) {
      const row = await db
        .selectFrom('applicationRuns')
        .select(['run', 'startedAt'])
        .where('callId', '=', callId)
        .executeTakeFirst()
      return row === undefined ? null : { run: ApplicationRun.parse(row.run), startedAt: row.startedAt }
    },
    async saveRun(trx, callId, { run, startedAt }, at) {
      await sql`
        insert into application_runs (call_id, run, started_at, updated_at)
        values (${callId}::uuid, ${JSON.stringify(run)}::jsonb, ${startedAt}, ${at})
        on conflict (call_id) do update set run = excluded.run, updated_at = excluded.updated_at`.execute(trx)
    },
  }
}
