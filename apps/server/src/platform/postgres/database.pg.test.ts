import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import pg from 'pg'
import { createHttpServer } from '../http/index.ts'
import { systemIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { openDatabase } from './database.ts'

const log = createLog({ level: 'silent' })

describe('a request that would wait for the database', { timeout: 30_000 }, () => {
  let database: TestDatabase
  let app: FastifyInstance
  let opened: ReturnType<typeof openDatabase>
  let other: pg.Client

  before(async () => {
    database = await createTestDatabase()
    opened = openDatabase(database.connectionString, log, {
      lockMs: 100,
      statementMs: 1_000,
      idleInTransactionMs: 100,
      connectionMs: 2_000,
    })
    other = new pg.Client({ connectionString: database.connectionString })
    await other.connect()
    await other.query('create table things (id int primary key, name text)')
    await other.query("insert into things values (1, 'one')")
    app = await createHttpServer({
      log,
      ids: systemIds,
      metrics: createMetrics(),
      trustProxy: false,
      isOriginAllowed: async () => false,
    })
    const { db, pool } = opened
    const ended = new Promise(resolve => pool.on('connect', client => client.once('end', resolve)))
    app.get('/rename', async () => {
      await sql`update things set name = 'two' where id = 1`.execute(db)
      return 'renamed'
    })
    app.get('/think', async () => sql`select pg_sleep(30)`.execute(db))
    app.get('/forget', async () =>
      db.transaction().execute(async trx => {
        await sql`update things set name = 'three' where id = 1`.execute(trx)
        await ended
        await sql`select 1`.execute(trx)
      }),
    )
  })

  after(async () => {
    await app.close()
    await other.end()
    await opened.db.destroy()
    await database.drop()
  })

  async function isToldToRetry(path: string): Promise<void> {
    const response = await app.inject(path)
    assert.equal(response.statusCode, 503, response.body)
    assert.deepEqual([response.json().code, response.json().retryable], ['unavailable', true])
  }

  it('is told to try again when another connection holds the lock', async () => {
    await other.query('begin; select * from things where id = 1 for update')
    await isToldToRetry('/rename')
    await other.query('rollback')
    assert.equal((await app.inject('/rename')).statusCode, 200)
  })

  it('is told so when its own statement takes too long', () => isToldToRetry('/think'))

  it('is told so when its transaction stood still, and what that held is given back', async () => {
    await isToldToRetry('/forget')
    const { rows } = await other.query("update things set name = 'four' where id = 1 returning name")
    assert.deepEqual(rows, [{ name: 'four' }])
  })

  it('is told so when every connection is taken', async () => {
    const taken = await Promise.all(Array.from({ length: 10 }, () => opened.pool.connect()))
    await isToldToRetry('/rename')
    for (const client of taken) client.release()
    assert.equal((await app.inject('/rename')).statusCode, 200)
  })
})
