import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createScenario } from './scenario.ts'

describe('order of service', () => {
  it('is priority, then arrival', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.job('low', { priority: 5 })
    scene.job('first')
    scene.until(scene.now() + 1_000)
    scene.job('second')
    scene.job('urgent', { priority: 1 })
    const order = scene.router.line('q').map(({ id }) => id)
    assert.deepEqual(order, ['urgent', 'first', 'second', 'low'])
    assert.deepEqual(scene.router.position('second'), { position: 3, of: 4 })
    scene.worker('ada')
    assert.deepEqual(scene.ringing(), ['ada:urgent'])
  })

  it('keeps a place that was earned elsewhere', () => {
    const scene = createScenario()
    scene.queue()
    scene.job('j1')
    scene.until(scene.now() + 1_000)
    scene.job('returned', { enqueuedAt: scene.now() - 60_000 })
    assert.deepEqual(scene.router.position('returned'), { position: 1, of: 2 })
  })

  it('never lets a job claim to come from the future', () => {
    const scene = createScenario()
    scene.queue()
    scene.job('j1', { enqueuedAt: scene.now() + 60_000 })
    assert.equal(scene.router.job('j1')?.enqueuedAt, scene.now())
  })

  it('returns a declined job to its place, ahead of later ones', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    for (const id of ['j1', 'j2']) scene.job(id)
    scene.decline('ada', 'j1')
    assert.deepEqual(scene.router.position('j1'), { position: 1, of: 2 })
    scene.worker('bob')
    assert.deepEqual(scene.ringing(), ['ada:j2', 'bob:j1'])
  })

  it('ages: waiting is worth a level of priority', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', ageingMs: 60_000 })
    scene.job('old', { priority: 3 })
    scene.until(scene.now() + 119_000)
    scene.job('urgent', { priority: 1 })
    assert.deepEqual(scene.router.position('urgent'), { position: 1, of: 2 })
    scene.until(scene.now() + 2_000)
    scene.job('later', { priority: 1 })
    assert.deepEqual(scene.router.position('later'), { position: 3, of: 3 })
  })

  it('holds across the queues of one agent', () => {
    const scene = createScenario()
    scene.queue()
    scene.queue({ id: 'vip' })
    scene.job('j1')
    scene.until(scene.now() + 1_000)
    scene.job('v1', { queueId: 'vip', priority: 1 })
    scene.worker('ada', { queues: ['q', 'vip'] })
    assert.deepEqual(scene.ringing(), ['ada:v1'])
  })

  it('gives a freed agent the most deserving job even when another has just come back', () => {
    const scene = createScenario({ missedOffersLimit: 9 })
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.job('urgent', { priority: 1 })
    scene.until(scene.now() + 20_000)
    assert.deepEqual(scene.ringing(), ['ada:urgent'])
  })

  it('follows a move to another priority or queue', () => {
    const scene = createScenario()
    scene.queue({ timeoutMs: 60_000 })
    scene.queue({ id: 'other', timeoutMs: 30_000 })
    for (const id of ['j1', 'j2']) scene.job(id)
    scene.send({ type: 'job.moved', jobId: 'j2', priority: 1 })
    assert.deepEqual(scene.router.position('j2'), { position: 1, of: 2 })
    scene.until(scene.now() + 10_000)
    scene.job('o1', { queueId: 'other' })
    scene.send({ type: 'job.moved', jobId: 'j1', queueId: 'other' })
    assert.deepEqual(scene.router.position('j1'), { position: 1, of: 2 })
    assert.equal(scene.router.job('j1')?.timeoutAt, scene.now() + 30_000)
  })

  it('keeps ringing through a change of priority, and rings elsewhere after a change of queue', () => {
    const scene = createScenario()
    scene.queue()
    scene.queue({ id: 'other' })
    scene.worker('ada')
    scene.worker('bob', { queues: ['other'] })
    scene.job('j1')
    scene.send({ type: 'job.moved', jobId: 'j1', priority: 1 })
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    scene.send({ type: 'job.moved', jobId: 'j1', queueId: 'other' })
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('refuses to move what is no longer waiting', () => {
    const scene = createScenario()
    scene.queue()
    scene.worker('ada')
    scene.job('j1')
    scene.accept('ada', 'j1')
    const { rejection } = scene.send({ type: 'job.moved', jobId: 'j1', priority: 1 })
    assert.equal(rejection?.code, 'invalid-transition')
  })
})

describe('selectors', () => {
  const french = [{ key: 'language', operator: 'equal', value: 'fr' } as const]

  it('let only matching workers ring, and later jobs pass', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.job('fr1', { selectors: french })
    scene.job('any')
    scene.worker('ada', { labels: { language: 'en' } })
    assert.deepEqual(scene.ringing(), ['ada:any'])
    scene.worker('bob', { labels: { language: ['en', 'fr'] } })
    assert.deepEqual(scene.ringing(), ['ada:any', 'bob:fr1'])
  })

  it('notice a worker who learned something', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('fr1', { selectors: french })
    assert.deepEqual(scene.ringing(), [])
    const worker = {
      id: 'ada',
      labels: { language: 'fr' },
      capacity: 100,
      channels: { voice: { cost: 100, maxJobs: 1 } },
    }
    scene.send({ type: 'worker.upserted', worker })
    assert.deepEqual(scene.ringing(), ['ada:fr1'])
  })

  it('can be dropped while waiting', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('fr1', { selectors: french })
    scene.send({ type: 'job.moved', jobId: 'fr1', selectors: [] })
    assert.deepEqual(scene.ringing(), ['ada:fr1'])
  })
})

describe('expected wait', () => {
  it('is unknown until a job was handled and somebody is there', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', wrapUpMs: 0 })
    scene.job('j1')
    assert.equal(scene.router.expectedWaitMs('j1'), undefined)
    scene.worker('ada')
    assert.equal(scene.router.expectedWaitMs('j1'), undefined)
  })

  it('is position × mean handle time ÷ agents', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', wrapUpMs: 0 })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.accept('ada', 'j1')
    scene.until(scene.now() + 60_000)
    scene.complete('ada', 'j1')
    for (const id of ['a', 'b', 'w1', 'w2']) scene.job(id)
    scene.accept('ada', 'a')
    scene.accept('bob', 'b')
    assert.equal(scene.router.expectedWaitMs('w2'), (2 * 60_000) / 2)
    scene.until(scene.now() + 120_000)
    scene.complete('ada', 'a')
    assert.equal(scene.router.expectedWaitMs('w2'), (2 * (60_000 + 0.2 * 60_000)) / 2)
    assert.equal(scene.router.expectedWaitMs('a'), undefined)
  })
})

describe('live figures', () => {
  it('count what waits, rings, works and wraps up', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', wrapUpMs: 30_000 })
    for (const id of ['ada', 'bob', 'cy', 'dee']) scene.worker(id)
    scene.worker('off', { connected: false })
    for (const id of ['j1', 'j2', 'j3']) scene.job(id)
    scene.accept('ada', 'j1')
    scene.accept('bob', 'j2')
    scene.complete('bob', 'j2')
    scene.until(scene.now() + 7_000)
    assert.deepEqual(scene.router.queueStatistics('q', scene.now()), {
      queueId: 'q',
      waiting: 1,
      ringing: 1,
      longestWaitMs: 7_000,
      staffed: 4,
      ready: { voice: 1, chat: 1 },
      busy: 1,
      wrapUp: 1,
    })
    const ada = scene.router.worker('ada')
    assert.deepEqual(
      [ada?.activity, ada?.shownPresence, ada?.loadRatio, ada?.canTake],
      ['inWork', 'busy', 1, []],
    )
    assert.equal(scene.router.worker('off')?.shownPresence, 'offline')
    assert.equal(scene.router.worker('cy')?.activity, 'ringing')
  })
})
