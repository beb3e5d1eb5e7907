import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { EventEnvelope } from '@guichet/contract'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import type pg from 'pg'
import { systemClock } from '../clock.ts'
import { systemIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { type Database, openDatabase } from '../postgres/database.ts'
import { type Bus, createBus } from './bus.ts'
import { type Consumer, startConsumer } from './consumer.ts'
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts'

const log = createLog({ level: 'silent' })
let database: TestDatabase
let db: Database
let pool: pg.Pool
let bus: Bus
let work: UnitOfWork
const followers = new Set<Consumer>()

before(async () => {
  database = await createTestDatabase()
  ;({ db, pool } = openDatabase(database.connectionString, log))
  bus = createBus(log)
  work = createUnitOfWork({ db, bus, clock: systemClock, ids: systemIds, metrics: createMetrics() })
})

after(async () => {
  await Promise.all([...followers].map(follower => follower.stop()))
  await db.destroy()
  await database.drop()
})

function follow(
  consumer: string,
  wanted: number,
  fail?: (event: EventEnvelope<'conversation.reopened'>) => boolean,
) {
  const seen: string[] = []
  let done: () => void
  const all = new Promise<void>(resolve => {
    done = resolve
  })
  const running = startConsumer(
    { db, bus, clock: systemClock, log },
    {
      consumer,
      names: ['conversation.reopened'],
      async handle(event) {
        if (fail?.(event)) throw new Error('not now')
        seen.push(event.payload.conversationId)
        if (seen.length === wanted) done()
      },
    },
  )
  followers.add(running)
  return { seen, all, stop: () => running.stop() }
}

const reopen = (id: string, wait?: Promise<void>, begun?: () => void) =>
  work.run(async ({ trx, emit }) => {
    await trx.selectNoFrom(eb => eb.val(1).as('one')).execute()
    emit('conversation.reopened', { conversationId: id as never })
    begun?.()
    await wait
  })

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

test('events of a rolled-back change are never seen', async () => {
  await assert.rejects(
    work.run(async ({ emit }) => {
      emit('conversation.reopened', { conversationId: uuid(1) as never })
      throw new Error('changed my mind')
    }),
  )
  await reopen(uuid(2))
  const follower = follow('rolled-back', 1)
  await follower.all
  assert.deepEqual(follower.seen, [uuid(2)])
  await follower.stop()
})

test('a transaction that began earlier and commits later is not skipped', async () => {
  const follower = follow('late-commit', 4)
  const { promise: held, resolve: release } = Promise.withResolvers<void>()
  const client = await pool.connect()
  await client.query('begin')
  await client.query(
    `insert into outbox (id, name, version, occurred_at, payload) values (gen_random_uuid(), 'conversation.reopened', 1, now(), $1)`,
    [JSON.stringify({ conversationId: uuid(10) })],
  )
  await reopen(uuid(11))
  await reopen(uuid(12), Promise.resolve(), release)
  await held
  await client.query('commit')
  client.release()
  await follower.all
  assert.deepEqual(follower.seen, [uuid(2), uuid(10), uuid(11), uuid(12)])
  await follower.stop()
})

test('a consumer goes on where it stopped', async () => {
  const first = follow('resumes', 4)
  await first.all
  await first.stop()
  await reopen(uuid(20))
  const second = follow('resumes', 1)
  await second.all
  assert.equal(second.seen.at(-1), uuid(20))
  await second.stop()
})

test('an event that fails for a while is tried again, in order', async () => {
  let failures = 2
  const follower = follow('retries', 6, event => event.payload.conversationId === uuid(11) && failures-- > 0)
  await reopen(uuid(30))
  await follower.all
  assert.equal(failures, -1)
  assert.deepEqual(follower.seen, [2, 10, 11, 12, 20, 30].map(uuid))
  await follower.stop()
})

test('events of different keys are handled at the same time, those of one key in order', async () => {
  await reopen(uuid(40))
  await reopen(uuid(41))
  await reopen(uuid(40))
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
  const { promise: other, resolve: otherDone } = Promise.withResolvers<void>()
  const order: string[] = []
  const wanted = [uuid(40), uuid(41)]
  const running = startConsumer(
    { db, bus, clock: systemClock, log },
    {
      consumer: 'keyed',
      names: ['conversation.reopened'],
      keyOf: event => event.payload.conversationId,
      async handle({ payload: { conversationId } }) {
        if (!wanted.includes(conversationId)) return
        // The first of one key waits for the other key: in one row they would wait for each other for ever.
        if (conversationId === uuid(40)) await other
        order.push(conversationId)
        if (conversationId === uuid(41)) otherDone()
        if (order.length === 3) finish()
      },
    },
  )
  followers.add(running)
  await finished
  assert.deepEqual(order, [uuid(41), uuid(40), uuid(40)])
  await running.stop()
})

test('events of other names are passed, and not looked through again', async () => {
  const follower = follow('passing', 10)
  await work.run(async ({ emit }) => {
    emit('conversation.reopened', { conversationId: uuid(50) as never })
    emit('staff.changed', { workerId: uuid(51) as never, by: null })
  })
  await follower.all
  await follower.stop()
  const { rows } = await pool.query(
    `select count(*)::int as left from outbox o, outbox_cursors c
     where c.consumer = 'passing' and (o.txid, o.position) > (c.txid, c.position)`,
  )
  assert.equal(rows[0].left, 0)
})

test('a listener that throws harms neither the others nor the change', async () => {
  const heard: string[] = []
  const off = [
    bus.on(['conversation.reopened'], () => {
      throw new Error('listener bug')
    }),
    bus.on(['conversation.reopened'], event => void heard.push(event.payload.conversationId)),
  ]
  await reopen(uuid(40))
  assert.deepEqual(heard, [uuid(40)])
  for (const stop of off) stop()
})
