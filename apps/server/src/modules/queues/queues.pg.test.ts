import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { QueueId, RawId, WorkerId } from '@guichet/domain'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { communicationUser, systemIds } from '../../platform/index.ts'
import {
  makeMember,
  makeQueue,
  type RoutingServer,
  startRoutingServer,
} from '../../testing/routing.fixture.ts'

const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
const by = communicationUser(systemIds.uuid()) as RawId
let database: TestDatabase
let server: RoutingServer
before(async () => {
  database = await createTestDatabase()
  server = startRoutingServer({ connectionString: database.connectionString, staff: [ada, ben] })
  await server.routing.start()
})
after(async () => {
  await server.stop()
  await database.drop()
})

test('a change of settings or members is stored, told and routed by at once', async () => {
  const queue = makeQueue([ada])
  await server.queues.put(queue)
  await server.arrive(ben)
  assert.deepEqual(server.routing.workerView(ben.id)?.queues, [])
  const view = await server.queues.update(queue.id, { memberIds: [ben.id, ada.id], timeoutMs: 60_000 }, by)
  assert.deepEqual(
    view.members.map(member => [member.displayName, member.optedIn]),
    [
      ['Ben', true],
      ['Ada', true],
    ],
  )
  assert.deepEqual([view.timeoutMs, view.wrapUpMs], [60_000, queue.wrapUpMs])
  await server.fake.until(
    'queue.changed',
    ({ queue: told }) => told.id === queue.id && told.live.agentsReady === 1,
  )
  const stored = (await server.queues.list()).find(known => known.id === queue.id)
  assert.deepEqual(stored?.memberIds, [ben.id, ada.id])
})

test('strangers, doubles and unknown queues are refused, and change nothing', async () => {
  const queue = makeQueue([ada])
  await server.queues.put(queue)
  const refused = { code: 'invalid-request' }
  const stranger = systemIds.uuid() as WorkerId
  await assert.rejects(server.queues.update(queue.id, { memberIds: [stranger] }, by), refused)
  await assert.rejects(server.queues.update(queue.id, { memberIds: [ada.id, ada.id] }, by), refused)
  const unknown = systemIds.uuid() as QueueId
  await assert.rejects(server.queues.update(unknown, { timeoutMs: 1 }, by), { code: 'not-found' })
  const stored = (await server.queues.list()).find(known => known.id === queue.id)
  assert.deepEqual(stored?.memberIds, [ada.id])
})

test('a chat goes to the queue whose words its topic names, else to the default', async () => {
  await server.pool.query('update queues set is_default_for_chat = false')
  const support = makeQueue([], { isDefaultForChat: true, place: 1 })
  const sales = makeQueue([], { isDefaultForChat: false, chatTopics: ['commande', 'fidélité'], place: 2 })
  const voiceOnly = makeQueue([], {
    isDefaultForChat: false,
    channels: ['voice'],
    chatTopics: ['voix'],
    place: 3,
  })
  for (const queue of [support, sales, voiceOnly]) await server.queues.put(queue)
  const chosen = async (topic: string | null) => (await server.queues.forChat(topic))?.id
  assert.equal(await chosen('Ma COMMANDE est en retard'), sales.id)
  assert.equal(await chosen('programme fidelite'), sales.id)
  assert.equal(await chosen('une voix'), support.id)
  assert.equal(await chosen(null), support.id)
})

test('opting out of a queue stops its offers and nothing else', async () => {
  const queue = makeQueue([ada])
  await server.queues.put(queue)
  await server.arrive(ada)
  await server.fake.until(
    'queue.changed',
    ({ queue: told }) => told.id === queue.id && told.live.agentsReady === 1,
  )
  const view = await server.routing.setOptIn(ada.id, queue.id, false)
  assert.equal(view.queues.find(({ queueId }) => queueId === queue.id)?.optedIn, false)
  assert.equal(server.routing.figures(queue.id).agentsReady, 0)
  const { rows } = await server.pool.query(
    "select payload from outbox where name = 'worker.optChanged' and payload->>'queueId' = $1",
    [queue.id],
  )
  assert.deepEqual(rows.map(row => row.payload.optedIn).at(-1), false)
})
