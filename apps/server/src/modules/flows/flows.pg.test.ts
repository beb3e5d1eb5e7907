import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ApplicationId, CallId, FileId } from '@guichet/domain'
import { startRun } from '@guichet/domain/flow'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { communicationUser, systemIds } from '../../platform/index.ts'
import { makeApplications } from '../../testing/calls.fixture.ts'
import { createFakeClock, makeQueue, startRoutingServer } from '../../testing/routing.fixture.ts'
import { createFlowsModule } from './index.ts'

const clock = createFakeClock()
const queue = makeQueue([])
const { reception, waiting } = makeApplications(queue)
const by = communicationUser(systemIds.uuid())
let database: TestDatabase
let server: ReturnType<typeof startRoutingServer>
let flows: ReturnType<typeof createFlowsModule>
before(async () => {
  database = await createTestDatabase()
  server = startRoutingServer({ connectionString: database.connectionString, staff: [], clock })
  flows = createFlowsModule(server)
  await server.queues.put(queue)
  await flows.seed(reception, true)
  await flows.seed(waiting, false)
})
after(async () => {
  await server.stop()
  await database.drop()
})

test('seeding twice changes nothing, and the default is where calls begin', async () => {
  await flows.seed({ ...reception, name: 'Another name' }, false)
  const views = await flows.views()
  assert.deepEqual(
    views.map(({ name, version, isDefault, kind }) => [name, version, isDefault, kind]),
    [
      ['Reception', 1, true, 'autoAttendant'],
      ['Waiting', 1, false, 'callQueue'],
    ],
  )
  assert.equal(await flows.defaultApplication(), reception.id)
})

test('a replaced application gets a new version; a stale or broken one is refused with reasons', async () => {
  const view = await flows.replace(
    reception.id,
    { document: { ...reception, name: 'Front desk' }, version: 1 },
    by,
  )
  assert.deepEqual([view.name, view.version], ['Front desk', 2])
  const stale = { document: reception, version: 1 }
  await assert.rejects(flows.replace(reception.id, stale, by), { code: 'invalid-transition' })
  await assert.rejects(flows.replace(reception.id, { document: { nonsense: true }, version: 2 }, by), {
    code: 'invalid-flow',
  })
  const lost = systemIds.uuid() as ApplicationId
  const dangling = structuredClone(reception)
  dangling.defaultFlow.action = { kind: 'redirect', target: { kind: 'application', applicationId: lost } }
  await assert.rejects(
    flows.replace(reception.id, { document: dangling, version: 2 }, by),
    (error: Error) => {
      assert.match(error.message, /defaultFlow/)
      return (error as Error & { code: string }).code === 'invalid-flow'
    },
  )
  await assert.rejects(flows.replace(lost, { document: { ...reception, id: lost }, version: 1 }, by), {
    code: 'not-found',
  })
  assert.equal((await flows.views())[0]?.version, 2)
})

test('a call keeps the documents it began with', async () => {
  const callId = systemIds.uuid() as CallId
  const startedAt = new Date(clock.now())
  const { run } = startRun({ applicationId: reception.id, preferredLanguage: 'fr' })
  await server.uow.run(({ trx }) => flows.saveRun(trx, callId, run, startedAt))
  clock.advance(1_000)
  const { version, name } = (await flows.views())[0] as { version: number; name: string }
  await flows.replace(reception.id, { document: { ...reception, name: 'Later' }, version }, by)
  const resumed = await flows.resume(callId)
  assert.deepEqual(resumed?.run, run)
  assert.equal(resumed.applications.application(reception.id)?.name, name)
  assert.equal((await flows.lookup()).application(reception.id)?.name, 'Later')
  assert.equal(await flows.resume(systemIds.uuid() as CallId), null)
})

test('a sound must be there to be played, and is told to be played', async () => {
  const [known, unknown] = [systemIds.uuid(), systemIds.uuid()] as FileId[]
  const guarded = createFlowsModule({
    ...server,
    sounds: { soundIds: async () => new Set(known ? [known] : []) },
  })
  const { document, version } = (await guarded.views()).find(({ id }) => id === waiting.id) as {
    document: object
    version: number
  }
  const playing = (fileId: unknown) => ({
    document: { ...document, greeting: { kind: 'file', fileId }, music: { kind: 'file', fileId } },
    version,
  })
  await assert.rejects(guarded.replace(waiting.id, playing(unknown), by), { code: 'invalid-flow' })
  assert.equal((await guarded.usersOfSounds()).size, 0)
  await guarded.replace(waiting.id, playing(known), by)
  assert.deepEqual([...(await guarded.usersOfSounds())], [[known, [{ id: waiting.id, name: waiting.name }]]])
})
