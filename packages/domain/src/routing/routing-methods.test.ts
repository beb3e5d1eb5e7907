import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createScenario, type Scenario } from './scenario.ts'

const alertMs = 20_000

function answerAndFinish(scene: Scenario, workerId: string, jobId: string): void {
  assert.equal(scene.accept(workerId, jobId).rejection, null)
  assert.equal(scene.close(workerId, jobId).rejection, null)
}

describe('attendant', () => {
  it('rings every ready member at once, and only the oldest job', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    for (const id of ['ada', 'bob', 'cy']) scene.worker(id)
    scene.job('j1')
    scene.job('j2')
    assert.deepEqual(scene.ringing(), ['ada:j1', 'bob:j1', 'cy:j1'])
  })

  it('gives the job to the first answer, stops the others, and rings them for the next', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    for (const id of ['ada', 'bob', 'cy']) scene.worker(id)
    scene.job('j1')
    scene.job('j2')
    const { changes } = scene.accept('bob', 'j1')
    assert.deepEqual(
      changes.map(change => change.type),
      [
        'offer.accepted',
        'job.assigned',
        'member.updated',
        'offer.revoked',
        'offer.revoked',
        'offer.issued',
        'offer.issued',
      ],
    )
    assert.deepEqual(scene.ringing(), ['ada:j2', 'cy:j2'])
  })

  it('joins a worker who becomes ready to what already rings', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    scene.worker('ada')
    scene.job('j1')
    scene.worker('bob')
    assert.deepEqual(scene.ringing(), ['ada:j1', 'bob:j1'])
  })

  it('rings those who declined again only when everyone else has declined too', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant', declineRetryMs: 5_000, agentAlertTimeMs: alertMs })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.decline('ada', 'j1')
    scene.until(scene.now() + 10_000)
    assert.deepEqual(scene.ringing(), ['bob:j1'])
    scene.decline('bob', 'j1')
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    scene.until(scene.now() + 5_000)
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })
})

describe('serial', () => {
  it('follows the list, moves on at decline and at expiry, and loops', () => {
    const scene = createScenario({ missedOffersLimit: 9 })
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: alertMs })
    for (const id of ['cy', 'ada', 'bob']) scene.worker(id)
    scene.job('j1')
    assert.deepEqual(scene.ringing(), ['cy:j1'])
    scene.decline('cy', 'j1')
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    scene.until(scene.now() + alertMs)
    assert.deepEqual(scene.ringing(), ['bob:j1'])
    scene.until(scene.now() + alertMs)
    assert.deepEqual(scene.ringing(), ['cy:j1'])
  })

  it('always starts with the first of the list', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['cy', 'ada']) scene.worker(id)
    for (const id of ['j1', 'j2', 'j3']) {
      scene.job(id)
      answerAndFinish(scene, 'cy', id)
    }
  })

  it('follows a list that was reordered', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['cy', 'ada']) scene.worker(id)
    scene.send({ type: 'member.upserted', queueId: 'q', workerId: 'ada', order: 0 })
    scene.job('j1')
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })
})

describe('round robin', () => {
  it('evens the number of jobs', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'roundRobin' })
    for (const id of ['ada', 'bob', 'cy']) scene.worker(id)
    const counts = new Map<string, number>()
    for (let index = 0; index < 30; index += 1) {
      scene.until(scene.now() + 1_000)
      scene.job(`j${index}`)
      const [worker = ''] = (scene.ringing()[0] ?? '').split(':')
      counts.set(worker, (counts.get(worker) ?? 0) + 1)
      answerAndFinish(scene, worker, `j${index}`)
    }
    assert.deepEqual([...counts.values()], [10, 10, 10])
  })

  it('lets who was busy catch up, and takes the least recently used of equals', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'roundRobin' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('long')
    scene.accept('ada', 'long')
    for (const id of ['j1', 'j2']) {
      scene.until(scene.now() + 1_000)
      scene.job(id)
      answerAndFinish(scene, 'bob', id)
    }
    scene.close('ada', 'long')
    scene.until(scene.now() + 1_000)
    scene.job('j3')
    assert.deepEqual(scene.ringing(), ['ada:j3'])
    answerAndFinish(scene, 'ada', 'j3')
    scene.job('j4')
    assert.deepEqual(scene.ringing(), ['bob:j4'])
  })

  it('starts a newcomer level with the least busy', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'roundRobin' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    for (let index = 0; index < 10; index += 1) {
      scene.until(scene.now() + 1_000)
      scene.job(`j${index}`)
      answerAndFinish(scene, index % 2 === 0 ? 'ada' : 'bob', `j${index}`)
    }
    scene.worker('cy')
    scene.job('n1')
    answerAndFinish(scene, 'cy', 'n1')
    scene.job('n2')
    assert.deepEqual(scene.ringing(), ['ada:n2'])
  })
})

describe('longest idle', () => {
  it('rings who has been free the longest', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'longestIdle' })
    for (const id of ['cy', 'ada', 'bob']) {
      scene.worker(id)
      scene.until(scene.now() + 1_000)
    }
    const order: string[] = []
    for (let index = 0; index < 6; index += 1) {
      scene.until(scene.now() + 1_000)
      scene.job(`j${index}`)
      const [worker = ''] = (scene.ringing()[0] ?? '').split(':')
      order.push(worker)
      answerAndFinish(scene, worker, `j${index}`)
    }
    assert.deepEqual(order, ['cy', 'ada', 'bob', 'cy', 'ada', 'bob'])
  })

  it('keeps the place of a worker whose ringing was withdrawn', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'longestIdle' })
    scene.worker('ada')
    scene.until(scene.now() + 1_000)
    scene.worker('bob')
    scene.job('j1')
    scene.send({ type: 'job.cancelled', jobId: 'j1' })
    scene.until(scene.now() + 1_000)
    scene.job('j2')
    assert.deepEqual(scene.ringing(), ['ada:j2'])
  })

  it('starts idle time anew with availability', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'longestIdle' })
    for (const id of ['ada', 'bob']) {
      scene.worker(id)
      scene.until(scene.now() + 1_000)
    }
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'away' })
    scene.until(scene.now() + 1_000)
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'available' })
    scene.job('j1')
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('spreads chats before it stacks them', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'longestIdle' })
    for (const id of ['ada', 'bob']) {
      scene.worker(id)
      scene.until(scene.now() + 1_000)
    }
    scene.job('c1', { channel: 'chat' })
    scene.accept('ada', 'c1')
    scene.job('c2', { channel: 'chat' })
    assert.deepEqual(scene.ringing(), ['bob:c2'])
  })

  it('wants presence even when the queue does not', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'longestIdle', presenceRouting: false })
    scene.worker('ada', { presence: 'busy' })
    scene.job('j1')
    assert.deepEqual(scene.ringing(), [])
  })
})

describe('every method', () => {
  for (const routingMethod of ['attendant', 'serial', 'roundRobin', 'longestIdle'] as const) {
    it(`${routingMethod} offers two jobs to two workers, each once`, () => {
      const scene = createScenario()
      scene.queue({ routingMethod })
      scene.job('j1')
      scene.job('j2')
      scene.worker('ada')
      scene.accept('ada', 'j1')
      scene.worker('bob')
      assert.deepEqual(scene.ringing(), ['bob:j2'])
      scene.accept('bob', 'j2')
      assert.deepEqual(scene.ringing(), [])
    })

    it(`${routingMethod} follows a change of method while ringing`, () => {
      const scene = createScenario()
      scene.queue({ routingMethod: 'attendant' })
      for (const id of ['ada', 'bob', 'cy']) scene.worker(id)
      scene.job('j1')
      scene.queue({ routingMethod })
      scene.job('j2')
      scene.decline('ada', 'j1')
      scene.accept('bob', 'j1')
      assert.deepEqual(scene.ringing(), routingMethod === 'attendant' ? ['ada:j2', 'cy:j2'] : ['ada:j2'])
    })
  }
})
