import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { presences, type QueueRow, routingMethods } from './model.ts'
import { createScenario, type Scenario } from './scenario.ts'

/** Situations in which an agent must never ring, whatever their presence says. */
const situations: Record<string, (scene: Scenario) => void> = {
  'in a call': scene => {
    scene.job('held')
    scene.accept('ada', 'held')
  },
  'wrapping up': scene => {
    scene.job('held')
    scene.accept('ada', 'held')
    scene.complete('ada', 'held')
  },
  'ringing already': scene => {
    scene.job('held')
  },
  'in a call of another queue': scene => {
    scene.queue({ id: 'other' })
    scene.send({ type: 'member.upserted', queueId: 'other', workerId: 'ada', order: 1 })
    scene.job('held', { queueId: 'other' })
    scene.accept('ada', 'held')
  },
  'without a console': scene => {
    scene.send({ type: 'worker.disconnected', workerId: 'ada' })
  },
  'opted out': scene => {
    scene.send({ type: 'worker.optSet', workerId: 'ada', queueId: 'q', optedIn: false })
  },
  offline: scene => {
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'offline' })
  },
  'not to be disturbed': scene => {
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'doNotDisturb' })
  },
}

const persistent = new Set([
  'in a call',
  'wrapping up',
  'in a call of another queue',
  'without a console',
  'opted out',
])

function sceneWith(settings: Partial<QueueRow>): Scenario {
  const scene = createScenario({ missedOffersLimit: Number.POSITIVE_INFINITY })
  scene.queue({ wrapUpMs: 60_000, agentAlertTimeMs: 60_000, ...settings })
  scene.worker('ada')
  return scene
}

describe('an agent is never rung', () => {
  for (const routingMethod of routingMethods) {
    for (const presenceRouting of [true, false]) {
      for (const [name, enter] of Object.entries(situations)) {
        it(`${name} (${routingMethod}, presence routing ${presenceRouting ? 'on' : 'off'})`, () => {
          const scene = sceneWith({ routingMethod, presenceRouting })
          enter(scene)
          scene.job('j1')
          scene.job('c1', { channel: 'chat' })
          assert.deepEqual(
            scene.ringing().filter(ring => ring !== 'ada:held'),
            [],
          )
          if (!persistent.has(name)) return
          scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'available' })
          assert.deepEqual(scene.ringing(), [])
        })
      }
    }
  }
})

describe('presence routing', () => {
  for (const presence of presences) {
    for (const presenceRouting of [true, false]) {
      const rings = presence === 'available' || (!presenceRouting && ['busy', 'away'].includes(presence))
      it(`${presenceRouting ? 'on' : 'off'}: ${presence} ${rings ? 'rings' : 'does not ring'}`, () => {
        const scene = createScenario()
        scene.queue({ routingMethod: 'serial', presenceRouting })
        scene.worker('ada', { presence })
        scene.job('j1')
        assert.deepEqual(scene.ringing(), rings ? ['ada:j1'] : [])
      })
    }
  }
})

describe('wrap-up', () => {
  it('ends by itself, exactly on time', () => {
    const scene = sceneWith({ routingMethod: 'serial', wrapUpMs: 30_000 })
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.job('j2')
    scene.complete('ada', 'j1')
    const completedAt = scene.now()
    assert.equal(scene.router.worker('ada')?.activity, 'wrapUp')
    scene.until(completedAt + 29_999)
    assert.deepEqual(scene.ringing(), [])
    scene.until(completedAt + 30_000)
    assert.deepEqual(scene.ringing(), ['ada:j2'])
  })

  it('ends when the agent finishes it, and the late timer does no harm', () => {
    const scene = sceneWith({ routingMethod: 'serial', wrapUpMs: 30_000 })
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.complete('ada', 'j1')
    scene.close('ada', 'j1')
    scene.job('j2')
    assert.deepEqual(scene.ringing(), ['ada:j2'])
    scene.accept('ada', 'j2')
    scene.until(scene.now() + 30_000)
    assert.equal(scene.router.worker('ada')?.activity, 'inWork')
  })

  it('is skipped when the queue has none', () => {
    const scene = sceneWith({ routingMethod: 'serial', wrapUpMs: 0 })
    scene.job('j1')
    scene.accept('ada', 'j1')
    assert.deepEqual(
      scene.complete('ada', 'j1').changes.map(({ type }) => type),
      ['job.completed', 'worker.updated', 'job.closed', 'queue.measured'],
    )
  })

  it('refuses a second completion', () => {
    const scene = sceneWith({ routingMethod: 'serial' })
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.complete('ada', 'j1')
    assert.equal(scene.complete('ada', 'j1').rejection?.code, 'invalid-transition')
  })
})

describe('capacity', () => {
  it('holds three chats, not four', () => {
    const scene = sceneWith({ routingMethod: 'longestIdle' })
    for (const id of ['c1', 'c2', 'c3', 'c4']) scene.job(id, { channel: 'chat' })
    assert.deepEqual(scene.ringing(), ['ada:c1', 'ada:c2', 'ada:c3'])
    for (const id of ['c1', 'c2', 'c3']) assert.equal(scene.accept('ada', id).rejection, null)
    assert.deepEqual(scene.ringing(), [])
    scene.complete('ada', 'c2')
    assert.deepEqual(scene.ringing(), ['ada:c4'])
  })

  it('gives no call to an agent with a chat, and no chat to one with a call', () => {
    const scene = sceneWith({ routingMethod: 'serial', chatWrapUpMs: 0 })
    scene.job('c1', { channel: 'chat' })
    scene.accept('ada', 'c1')
    scene.job('j1')
    assert.deepEqual(scene.ringing(), [])
    scene.complete('ada', 'c1')
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    scene.accept('ada', 'j1')
    scene.job('c2', { channel: 'chat' })
    assert.deepEqual(scene.ringing(), [])
  })

  it('can let chats go along with a call', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    const channels = { voice: { cost: 60, maxJobs: 1 }, chat: { cost: 20, maxJobs: 2 } }
    scene.worker('ada', { channels })
    for (const id of ['j1', 'j2']) scene.job(id)
    for (const id of ['c1', 'c2', 'c3']) scene.job(id, { channel: 'chat' })
    assert.deepEqual(scene.ringing(), ['ada:c1', 'ada:c2', 'ada:j1'])
  })

  it('keeps a worker without a channel out of it', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    scene.worker('ada', { channels: { chat: { cost: 33, maxJobs: 3 } } })
    scene.job('j1')
    assert.deepEqual(scene.ringing(), [])
  })

  it('grows at once when a worker is given more', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada', { channels: { chat: { cost: 33, maxJobs: 1 } } })
    for (const id of ['c1', 'c2']) scene.job(id, { channel: 'chat' })
    assert.deepEqual(scene.ringing(), ['ada:c1'])
    const worker = { id: 'ada', labels: {}, capacity: 100, channels: { chat: { cost: 33, maxJobs: 2 } } }
    scene.send({ type: 'worker.upserted', worker })
    assert.deepEqual(scene.ringing(), ['ada:c1', 'ada:c2'])
  })
})

describe('a lost console', () => {
  it('keeps the assignment; the call module may hand the job back to its place', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.job('j2')
    scene.until(scene.now() + 1_000)
    scene.accept('bob', 'j2')
    scene.job('j3')
    scene.send({ type: 'worker.disconnected', workerId: 'ada' })
    assert.equal(scene.router.worker('ada')?.assignments.length, 1)
    scene.send({ type: 'assignment.unassigned', assignmentId: scene.assignmentId('ada', 'j1') })
    assert.deepEqual(scene.router.position('j1'), { position: 1, of: 2 })
    scene.close('bob', 'j2')
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('lets somebody else have a job that its agent gave back', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.send({ type: 'assignment.unassigned', assignmentId: scene.assignmentId('ada', 'j1') })
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })
})
