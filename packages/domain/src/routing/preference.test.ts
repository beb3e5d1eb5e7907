import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { routingMethods } from './model.ts'
import { createRouter } from './router.ts'
import { createScenario } from './scenario.ts'

const START = 1_000_000

/** Two agents of one queue; the first, `ann`, chats with a visitor who then calls. */
function chatting(settings: Parameters<ReturnType<typeof createScenario>['queue']>[0] = {}) {
  const scene = createScenario()
  scene.queue({ agentAlertTimeMs: 20_000, ...settings })
  scene.worker('ann')
  scene.job('chat', { channel: 'chat' })
  scene.accept('ann', 'chat')
  scene.worker('bob')
  return scene
}
const preferred = { workerId: 'ann', besideJobId: 'chat' }

describe('a preferred worker', () => {
  for (const routingMethod of routingMethods) {
    it(`is rung first and alone, whatever they do for the same visitor (${routingMethod})`, () => {
      const scene = chatting({ routingMethod })
      scene.job('call', { preferred })
      assert.deepEqual(scene.ringing(), ['ann:call'])
      scene.worker('eve')
      assert.deepEqual(scene.ringing(), ['ann:call'], 'a newcomer does not ring beside them')
      scene.decline('ann', 'call')
      const rung = scene.ringing()
      assert.ok(rung.length > 0 && !rung.includes('ann:call'), String(rung))
    })

    it(`passes the job on when they do not answer within one alert time (${routingMethod})`, () => {
      const scene = chatting({ routingMethod })
      scene.job('call', { preferred })
      scene.until(START + 19_999)
      assert.deepEqual(scene.ringing(), ['ann:call'])
      scene.until(START + 20_000)
      assert.deepEqual(scene.ringing(), ['bob:call'])
    })
  }

  it('takes the job beside the chat, and no more', () => {
    const scene = chatting()
    scene.job('call', { preferred })
    assert.equal(scene.accept('ann', 'call').rejection, null)
    scene.job('other')
    assert.deepEqual(scene.ringing(), ['bob:other'])
    scene.complete('ann', 'call')
    scene.close('ann', 'call')
    assert.deepEqual(scene.router.worker('ann')?.canTake, ['chat'])
  })

  it('is passed over when other work, a wrap-up or the queue stands in the way', () => {
    const busy = chatting()
    busy.send({ type: 'worker.presenceSet', workerId: 'bob', presence: 'away' })
    busy.job('chat2', { channel: 'chat' })
    busy.accept('ann', 'chat2')
    busy.send({ type: 'worker.presenceSet', workerId: 'bob', presence: 'available' })
    busy.job('call', { preferred })
    assert.deepEqual(busy.ringing(), ['bob:call'])

    const wrapping = chatting({ chatWrapUpMs: 60_000 })
    wrapping.complete('ann', 'chat')
    wrapping.job('call', { preferred })
    assert.deepEqual(wrapping.ringing(), ['bob:call'])

    const strange = chatting()
    strange.queue({ id: 'r' })
    strange.worker('zoe', { queues: ['r'] })
    strange.job('call', { queueId: 'r', preferred })
    assert.deepEqual(strange.ringing(), ['zoe:call'])

    const away = chatting()
    away.send({ type: 'worker.presenceSet', workerId: 'ann', presence: 'away' })
    away.job('call', { preferred })
    assert.deepEqual(away.ringing(), ['bob:call'])

    const unskilled = chatting()
    unskilled.send({
      type: 'worker.upserted',
      worker: {
        id: 'bob',
        labels: { skill: 'tax' },
        capacity: 100,
        channels: { voice: { cost: 100, maxJobs: 1 } },
      },
    })
    unskilled.job('call', { preferred, selectors: [{ key: 'skill', operator: 'equal', value: 'tax' }] })
    assert.deepEqual(unskilled.ringing(), ['bob:call'])
  })

  it('keeps nobody waiting: without them, others are rung at once', () => {
    const scene = chatting({ routingMethod: 'serial' })
    scene.send({ type: 'worker.disconnected', workerId: 'ann' })
    scene.job('call', { preferred })
    assert.deepEqual(scene.ringing(), ['bob:call'])
    scene.job('unknown', { preferred: { workerId: 'nobody' } })
    scene.worker('eve')
    assert.deepEqual(scene.ringing(), ['bob:call', 'eve:unknown'])
  })

  it('is preferred for a while only', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('bob', { presence: 'away' })
    scene.worker('ann', { presence: 'away' })
    scene.job('early', { preferred: { workerId: 'ann', forMs: 5_000 } })
    scene.until(START + 4_000)
    scene.send({ type: 'worker.presenceSet', workerId: 'ann', presence: 'available' })
    assert.deepEqual(scene.ringing(), ['ann:early'])
    scene.decline('ann', 'early')
    scene.send({ type: 'worker.presenceSet', workerId: 'ann', presence: 'away' })
    scene.job('late', { preferred: { workerId: 'ann', forMs: 5_000 } })
    scene.until(START + 10_000)
    scene.send({ type: 'job.cancelled', jobId: 'early' })
    scene.send({ type: 'worker.presenceSet', workerId: 'bob', presence: 'available' })
    assert.deepEqual(scene.ringing(), ['bob:late'])
  })

  it('is still the only one rung after a rebuild', () => {
    const scene = chatting({ routingMethod: 'attendant' })
    scene.job('call', { preferred })
    const rebuilt = createRouter({ newId: () => 'new' }, scene.stored.rows())
    const tick = rebuilt.apply({ type: 'tick' }, scene.now())
    assert.deepEqual(tick.changes, [])
    assert.deepEqual(rebuilt.snapshot(), scene.router.snapshot())
    const changes = rebuilt.apply({ type: 'tick' }, START + 20_000).changes
    assert.deepEqual(
      changes.flatMap(change => (change.type === 'offer.issued' ? change.offer.workerId : [])),
      ['bob'],
    )
  })
})
