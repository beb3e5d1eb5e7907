import pg from 'pg'

/** A migrated, empty database of one test file. */
export type TestDatabase = {
  readonly connectionString: string
  /** Removes it, cutting connections that are still open. */
  drop(): Promise<void>
}

/** The migrated database that the run's set-up makes, and every test database is copied from. */
export const templateDatabase = 'guichet_template'

let made = 0

/**
 * Makes a database of its own for a test file, from the migrated template.
 * @throws Error when no run has set a database up: start the file with `npm test -- <file>`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL
  if (!url) throw new Error('No database is set up for tests: run this file with "npm test -- <file>".')
  made += 1
  const name = `guichet_test_${process.pid}_${made}`
  await runAlone(url, `drop database if exists ${name} with (force)`)
  await runAlone(url, `create database ${name} template ${templateDatabase}`)
  return {
    connectionString: withDatabase(url, name),
    drop: () => runAlone(url, `drop database if exists ${name} with (force)`),
  }
}

/** The same server and account, another database. */
export function withDatabase(connectionString: string, database: string): string {
  const url = new URL(connectionString)
  url.pathname = `/${database}`
  return url.href
}

async function runAlone(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client(connectionString)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
