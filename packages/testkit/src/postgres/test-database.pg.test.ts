import assert from 'node:assert/strict'
import { it } from 'node:test'
import pg from 'pg'
import { createTestDatabase } from './index.ts'

it('gives each caller a migrated database that nobody else sees', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
  assert.notEqual(one.connectionString, two.connectionString)
  const client = new pg.Client(one.connectionString)
  // Dropping the database cuts this connection.
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query('select count(*)::int as applied from schema_migrations')
  assert.ok(rows[0].applied > 0, 'migrations are applied')
  await client.query('create table mine (word text)')

  await assert.rejects(queryOnce(two.connectionString, 'select * from mine'), { code: '42P01' })
  await one.drop()
  await assert.rejects(queryOnce(one.connectionString, 'select 1'), { code: '3D000' })
  await two.drop()
})

async function queryOnce(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client(connectionString)
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
