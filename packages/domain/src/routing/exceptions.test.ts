import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RoutingChange } from './messages.ts'
import { createScenario } from './scenario.ts'

const types = (changes: readonly RoutingChange[]) => changes.map(({ type }) => type)

describe('overflow', () => {
  it('refuses the job that finds the queue full', () => {
    const scene = createScenario()
    scene.queue({ overflowThreshold: 2 })
    for (const id of ['j1', 'j2']) scene.job(id)
    const { changes, rejection } = scene.job('j3')
    assert.equal(rejection, null)
    assert.deepEqual(types(changes), ['job.overflowed'])
    assert.equal(scene.router.job('j3'), undefined)
    assert.equal(scene.router.queueStatistics('q', scene.now())?.waiting, 2)
  })

  it('at 0 admits nobody, even when an agent is free', () => {
    const scene = createScenario()
    scene.queue({ overflowThreshold: 0 })
    scene.worker('ada')
    assert.deepEqual(types(scene.job('j1').changes), ['job.overflowed'])
  })

  it('ends a job moved to a full queue, ringing or not', () => {
    const scene = createScenario()
    scene.queue()
    scene.queue({ id: 'full', overflowThreshold: 0 })
    scene.worker('ada')
    scene.job('j1')
    const { changes } = scene.send({ type: 'job.moved', jobId: 'j1', queueId: 'full' })
    assert.deepEqual(types(changes), ['offer.revoked', 'job.overflowed'])
    assert.deepEqual(scene.ringing(), [])
  })
})

describe('time limit', () => {
  it('is exact, and not tied to the alert', () => {
    const scene = createScenario({ missedOffersLimit: 9 })
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 15_000, timeoutMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    const enqueuedAt = scene.now()
    scene.until(enqueuedAt + 19_999)
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    const changes = scene.until(enqueuedAt + 20_000)
    assert.deepEqual(types(changes), ['offer.revoked', 'job.timedOut'])
    const job = scene.stored.rows().jobs.at(0)
    assert.deepEqual(
      [job?.state, job?.endReason, job?.endedAt],
      ['cancelled', 'timedOut', enqueuedAt + 20_000],
    )
    assert.equal(scene.accept('ada', 'j1').rejection?.code, 'offer-expired')
  })

  it('rings nobody for a job that is over, when a late tick finds both limits passed', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 15_000, timeoutMs: 20_000 })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    const { changes } = scene.router.apply({ type: 'tick' }, scene.now() + 3_600_000)
    assert.deepEqual(types(changes), ['offer.expired', 'worker.updated', 'job.timedOut'])
  })

  it('beats the alert that ends at the same instant', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000, timeoutMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    assert.deepEqual(types(scene.until(scene.now() + 20_000)), ['offer.revoked', 'job.timedOut'])
  })

  it('of 0 lets nobody wait', () => {
    const scene = createScenario()
    scene.queue({ timeoutMs: 0 })
    scene.worker('ada')
    assert.deepEqual(types(scene.job('j1').changes), ['job.timedOut'])
  })

  it('stops with the answer', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', timeoutMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.accept('ada', 'j1')
    assert.deepEqual(scene.until(scene.now() + 60_000), [])
  })

  it('tells when the next thing is due', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 15_000, timeoutMs: 20_000 })
    scene.job('j1')
    assert.equal(scene.router.nextTimerAt(), scene.now() + 20_000)
    scene.worker('ada')
    assert.equal(scene.router.nextTimerAt(), scene.now() + 15_000)
    scene.accept('ada', 'j1')
    assert.equal(scene.router.nextTimerAt(), null)
  })
})

describe('no agents', () => {
  it('keeps queueing when told so', () => {
    const scene = createScenario()
    scene.queue({ noAgentsPolicy: 'queue' })
    assert.deepEqual(types(scene.job('j1').changes), ['job.queued'])
  })

  it('tells newcomers at once when the queue was always empty', () => {
    const scene = createScenario()
    scene.queue({ noAgentsPolicy: 'fireNew', noAgentsGraceMs: 10_000 })
    scene.until(scene.now() + 10_000)
    assert.deepEqual(types(scene.job('j1').changes), ['job.noAgents'])
  })

  for (const presence of ['busy', 'away', 'doNotDisturb'] as const) {
    it(`counts a ${presence} agent as present`, () => {
      const scene = createScenario()
      scene.queue({ noAgentsPolicy: 'fireAll', noAgentsGraceMs: 0 })
      scene.worker('ada', { presence })
      assert.deepEqual(types(scene.job('j1').changes), ['job.queued'])
    })
  }

  it('dismisses all who wait when the last agent has been gone for the grace', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', noAgentsPolicy: 'fireAll', noAgentsGraceMs: 10_000 })
    scene.worker('ada')
    for (const id of ['j1', 'j2']) scene.job(id)
    scene.send({ type: 'worker.disconnected', workerId: 'ada' })
    const goneAt = scene.now()
    assert.deepEqual(scene.until(goneAt + 9_999), [])
    assert.deepEqual(types(scene.until(goneAt + 10_000)), ['job.noAgents', 'job.noAgents'])
  })

  it('dismisses nobody over a page reload', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', noAgentsPolicy: 'fireAll', noAgentsGraceMs: 10_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.send({ type: 'worker.disconnected', workerId: 'ada' })
    scene.until(scene.now() + 2_000)
    scene.send({ type: 'worker.connected', workerId: 'ada' })
    scene.until(scene.now() + 10_000)
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })

  it('lets those who waited stay when only newcomers are meant', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', noAgentsPolicy: 'fireNew', noAgentsGraceMs: 5_000 })
    scene.worker('ada')
    scene.job('early')
    scene.until(scene.now() + 1)
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'offline' })
    scene.job('late')
    const changes = scene.until(scene.now() + 5_000)
    assert.deepEqual(
      changes.map(change => ('job' in change ? change.job.id : change.type)),
      ['late'],
    )
    assert.deepEqual(scene.router.position('early'), { position: 1, of: 1 })
  })
})

describe('a removed queue', () => {
  it('cancels who waits, withdraws offers, and lets work end', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    for (const id of ['j1', 'j2', 'j3']) scene.job(id)
    scene.accept('ada', 'j1')
    scene.send({ type: 'queue.removed', queueId: 'q' })
    const jobs = scene.stored.rows().jobs.map(({ id, state, endReason }) => [id, state, endReason])
    assert.deepEqual(jobs, [
      ['j1', 'assigned', null],
      ['j2', 'cancelled', 'queueRemoved'],
      ['j3', 'cancelled', 'queueRemoved'],
    ])
    assert.deepEqual(scene.ringing(), [])
    assert.equal(scene.complete('ada', 'j1').rejection, null)
    assert.equal(scene.router.worker('ada')?.activity, 'idle')
  })
})

describe('a queue removed and made again', () => {
  it('takes back a job that began before', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.send({ type: 'queue.removed', queueId: 'q' })
    scene.queue({ routingMethod: 'serial' })
    scene.worker('bob')
    scene.send({ type: 'assignment.unassigned', assignmentId: scene.assignmentId('ada', 'j1') })
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })
})
