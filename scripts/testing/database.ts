// Global set-up of a test run: one PostgreSQL for all files, with a migrated template that each file copies.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../apps/server/src/adapters/postgres-embedded/index.ts'
import { systemClock } from '../../apps/server/src/platform/clock.ts'
import { migrate } from '../../apps/server/src/platform/postgres/migrate.ts'
import { templateDatabase, withDatabase } from '../../packages/testkit/src/postgres/index.ts'
import { root } from '../lib/places.mjs'

/** What tests may lose in a power cut: everything. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
}

let embedded: EmbeddedPostgres | undefined
let dataDir: string | undefined

/** Starts the database, unless TEST_DATABASE_URL names one that may create databases. */
export async function globalSetup(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) {
    dataDir = mkdtempSync(join(tmpdir(), 'guichet-test-'))
    embedded = await startEmbeddedPostgres({
      dataDir,
      clock: systemClock,
      log: () => undefined,
      settings: fastSettings,
    })
    process.env.TEST_DATABASE_URL = embedded.connectionString
  }
  await makeTemplate(process.env.TEST_DATABASE_URL)
}

/** Ends the database that the set-up started. */
export async function globalTeardown(): Promise<void> {
  await embedded?.stop()
  if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
}

async function makeTemplate(url: string): Promise<void> {
  const admin = new pg.Client(url)
  await admin.connect()
  await admin.query(`drop database if exists ${templateDatabase} with (force)`)
  await admin.query(`create database ${templateDatabase}`)
  await admin.end()
  const pool = new pg.Pool({ connectionString: withDatabase(url, templateDatabase), max: 1 })
  await migrate(pool, join(root, 'apps/server/migrations'))
  await pool.end()
}
