import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { StartupError } from '../config.ts'
import { advisoryLocks } from './locks.ts'

/**
 * Brings the schema up to date: every `NNNN-name.sql` not yet applied, each in its own transaction, in order.
 * @throws StartupError when the database was made by a newer version of the product, or is older than PostgreSQL 15.
 */
export async function migrate(pool: pg.Pool, directory: string): Promise<string[]> {
  const known = readdirSync(directory)
    .filter(name => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
  const client = await pool.connect()
  try {
    const { rows: versions } = await client.query('show server_version_num')
    if (Number(versions[0].server_version_num) < 150_000) {
      throw new StartupError(
        'The database is older than PostgreSQL 15; upgrade it or leave DATABASE_URL out.',
      )
    }
    // A change of a large table takes its time, and so does another server that is at it already.
    await client.query('set lock_timeout = 0; set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [advisoryLocks.migration])
    await client.query(
      'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
    const applied = new Set(rows.map(row => row.name))
    const unknown = [...applied].filter(name => !known.includes(name)).sort()
    if (unknown.length > 0) {
      throw new StartupError(
        `The data was written by a newer version of Guichet (it has ${unknown.at(-1)}); start that version, or choose another DATA_DIR or DATABASE_URL.`,
      )
    }
    const done: string[] = []
    for (const name of known.filter(name => !applied.has(name))) {
      await client.query('begin')
      try {
        await client.query(readFileSync(join(directory, name), 'utf8'))
        await client.query('insert into schema_migrations (name) values ($1)', [name])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error })
      }
      done.push(name)
    }
    return done
  } finally {
    // With the connection go the lock and the settings of this session.
    client.release(true)
  }
}
