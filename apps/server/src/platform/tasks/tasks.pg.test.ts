import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import { createLog } from '../log.ts'
import { createOutboxRetention } from '../outbox/retention.ts'
import { openDatabase } from '../postgres/database.ts'
import { createTasks, ROUND_MS, type Task } from './tasks.ts'

const log = createLog({ level: 'silent' })
const DAY_MS = 86_400_000

/** Time that stands still until it is moved on; pauses between batches end at once. */
function createFakeClock(nowMs: number) {
  const rounds = new Set<() => void>()
  const clock: Clock = {
    now: () => nowMs,
    after(delayMs, action) {
      if (delayMs < ROUND_MS) {
        queueMicrotask(action)
        return () => undefined
      }
      rounds.add(action)
      return () => void rounds.delete(action)
    },
    every: () => () => undefined,
  }
  return {
    clock,
    pending: () => rounds.size,
    nextRound() {
      nowMs += ROUND_MS
      for (const action of [...rounds]) {
        rounds.delete(action)
        action()
      }
    },
  }
}

describe('tasks', { timeout: 30_000 }, () => {
  let database: TestDatabase
  let first: ReturnType<typeof openDatabase>
  let second: ReturnType<typeof openDatabase>

  before(async () => {
    database = await createTestDatabase()
    first = openDatabase(database.connectionString, log)
    second = openDatabase(database.connectionString, log)
  })
  after(async () => {
    await first.db.destroy()
    await second.db.destroy()
    await database.drop()
  })

  it('run in rounds until nothing is left, and a failing one does not stop the next', async () => {
    const { clock, nextRound, pending } = createFakeClock(0)
    const left = [2, 1, 0]
    let done = () => {}
    const finished = new Promise<void>(resolve => {
      done = resolve
    })
    const tasks = createTasks({
      pool: first.pool,
      clock,
      log,
      tasks: [
        { name: 'fails', batch: () => Promise.reject(new Error('not now')) },
        {
          name: 'counts',
          async batch() {
            const some = left.shift() as number
            if (some === 0) done()
            return some
          },
        },
      ],
    })
    tasks.start()
    assert.equal(left.length, 3)
    nextRound()
    await finished
    await tasks.stop()
    assert.deepEqual(left, [])
    assert.equal(pending(), 0)
  })

  it('are run by one server at a time', async () => {
    const { clock, nextRound } = createFakeClock(0)
    const ran: string[] = []
    let release = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    let began = () => {}
    const begun = new Promise<void>(resolve => {
      began = resolve
    })
    const slow = (name: string): Task => ({
      name,
      async batch() {
        ran.push(name)
        began()
        await held
        return 0
      },
    })
    const one = createTasks({ pool: first.pool, clock, log, tasks: [slow('one')] })
    one.start()
    nextRound()
    await begun
    const two = createTasks({ pool: second.pool, clock, log, tasks: [slow('two')] })
    two.start()
    nextRound()
    await two.stop()
    assert.deepEqual(ran, ['one'])
    release()
    await one.stop()
  })

  describe('of the outbox', () => {
    const now = Date.parse('2030-01-31T00:00:00Z')

    beforeEach(async () => {
      await sql`truncate outbox, outbox_cursors`.execute(first.db)
      for (const days of [40, 31, 29, 0]) {
        await sql`
          insert into outbox (id, name, version, occurred_at, payload)
          values (gen_random_uuid(), ${`event.${days}`}, 1, ${new Date(now - days * DAY_MS)}, '{}')`.execute(
          first.db,
        )
      }
    })

    const left = async () => {
      const { rows } = await sql<{ name: string }>`select name from outbox order by txid, position`.execute(
        first.db,
      )
      return rows.map(row => row.name)
    }
    const passed = (consumer: string, name: string) =>
      sql`
        insert into outbox_cursors (consumer, txid, position)
        select ${consumer}, txid, position from outbox where name = ${name}`.execute(first.db)
    const retention = () =>
      createOutboxRetention({ db: first.db, clock: createFakeClock(now).clock, keepDays: 30 })

    it('remove what is old and passed by every consumer', async () => {
      await passed('bots', 'event.0')
      await passed('routing', 'event.29')
      assert.equal(await retention().batch(), 2)
      assert.equal(await retention().batch(), 0)
      assert.deepEqual(await left(), ['event.29', 'event.0'])
    })

    it('keep what the slowest consumer has not passed', async () => {
      await passed('bots', 'event.0')
      await passed('routing', 'event.40')
      assert.equal(await retention().batch(), 1)
      assert.deepEqual(await left(), ['event.31', 'event.29', 'event.0'])
    })

    it('keep everything while nobody has read any of it', async () => {
      assert.equal(await retention().batch(), 0)
      assert.equal((await left()).length, 4)
    })
  })
})
