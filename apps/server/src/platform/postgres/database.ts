import { CamelCasePlugin, type Generated, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Log } from '../log.ts'

/** Tables that belong to the platform. */
export type PlatformTables = {
  outbox: {
    position: Generated<string>
    txid: Generated<string>
    id: string
    name: string
    version: number
    occurredAt: Date
    causationId: string | null
    conversationId: string | null
    callId: string | null
    payload: unknown
  }
  outboxCursors: { consumer: string; txid: string; position: string }
}

/** The database as the platform sees it; a module adds its own tables with `withTables`. */
export type Database = Kysely<PlatformTables>

/** The same database, seen with a module's own tables. A module names only tables it owns. */
export function withTables<Tables>(db: Database | Transaction<PlatformTables>): Kysely<Tables> {
  return db as unknown as Kysely<Tables>
}

/** Column names are camelCase in code; JSON columns keep their keys as they are. */
export const camelCase = new CamelCasePlugin({ maintainNestedObjectKeys: true })

/** How long a connection waits for others, in milliseconds; whoever asked is told `unavailable` then. */
export type DatabaseLimits = {
  /** For a row, table or advisory lock that somebody else holds. */
  lockMs: number
  /** For one statement, whatever it does. */
  statementMs: number
  /** For our own next statement in an open transaction: what a stuck transaction holds is given back. */
  idleInTransactionMs: number
  /** For a free connection of the pool. */
  connectionMs: number
}

const limits: DatabaseLimits = {
  lockMs: 5_000,
  statementMs: 30_000,
  idleInTransactionMs: 30_000,
  connectionMs: 10_000,
}

/** Opens a pool; columns are camelCase in code and snake_case in SQL. */
export function openDatabase(
  connectionString: string,
  log: Log,
  chosen: Partial<DatabaseLimits> = {},
): { db: Database; pool: pg.Pool } {
  const { lockMs, statementMs, idleInTransactionMs, connectionMs } = { ...limits, ...chosen }
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: connectionMs,
    lock_timeout: lockMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
  })
  // An idle connection that the server closes must not end the process.
  pool.on('error', error => {
    if (!pool.ending) log.warn({ err: error }, 'idle database connection lost')
  })
  // Nor may one that is lost between two statements of a transaction, when neither the pool nor a query listens.
  pool.on('connect', client =>
    client.on('error', error => log.debug({ err: error }, 'database connection lost')),
  )
  const db = new Kysely<PlatformTables>({ dialect: new PostgresDialect({ pool }), plugins: [camelCase] })
  return { db, pool }
}
