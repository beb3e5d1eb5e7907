import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import pg from 'pg'
import { migrate } from './migrate.ts'

let database: TestDatabase
let pool: pg.Pool

before(async () => {
  database = await createTestDatabase()
  pool = new pg.Pool({ connectionString: database.connectionString })
  await pool.query('drop schema public cascade; create schema public')
})

after(async () => {
  await pool.end()
  await database.drop()
})

function migrations(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-migrations-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const first = { '0001-one.sql': 'create table one (id int);' }

test('each migration is applied once, in order, and several servers may start together', async () => {
  const folder = migrations({
    ...first,
    '0002-two.sql': 'alter table one add column b int;',
    'notes.txt': 'no',
  })
  const done = await Promise.all([migrate(pool, folder), migrate(pool, folder)])
  assert.deepEqual(done.flat(), ['0001-one.sql', '0002-two.sql'])
  assert.deepEqual(await migrate(pool, folder), [])
})

test('a failing migration leaves nothing half done and says which', async () => {
  const folder = migrations({
    ...first,
    '0002-two.sql': '',
    '0003-bad.sql': 'create table three (id int); select no_such_function();',
  })
  await assert.rejects(migrate(pool, folder), /0003-bad\.sql failed: .*no_such_function/)
  const { rows } = await pool.query(`select to_regclass('three') as found`)
  assert.equal(rows[0].found, null)
})

test('data of a newer version is refused in one sentence', async () => {
  await assert.rejects(migrate(pool, migrations(first)), /newer version of Guichet \(it has 0002-two\.sql\)/)
})

test('the real migrations apply from zero', async () => {
  await pool.query('drop schema public cascade; create schema public')
  const folder = join(import.meta.dirname, '../../../migrations')
  const done = await migrate(pool, folder)
  assert.ok(done.includes('0001-platform.sql'))
  assert.deepEqual(await migrate(pool, folder), [])
})
