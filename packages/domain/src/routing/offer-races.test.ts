import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RoutingChange } from './messages.ts'
import { createScenario } from './scenario.ts'

const types = (changes: readonly RoutingChange[]) => changes.map(({ type }) => type)

describe('an offer', () => {
  it('that is declined goes to the next agent at once', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    const { changes } = scene.decline('ada', 'j1')
    assert.deepEqual(types(changes), ['offer.declined', 'offer.issued'])
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('that the only agent declined comes back after the pause, not at once', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', declineRetryMs: 5_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.decline('ada', 'j1')
    const declinedAt = scene.now()
    assert.deepEqual(scene.ringing(), [])
    scene.until(declinedAt + 4_999)
    assert.deepEqual(scene.ringing(), [])
    assert.deepEqual(types(scene.until(declinedAt + 5_000)), ['job.roundStarted', 'offer.issued'])
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })

  it('that was declined leaves the agent free for other jobs', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('j1')
    scene.job('j2')
    scene.decline('ada', 'j1')
    assert.deepEqual(scene.ringing(), ['ada:j2'])
  })

  it('expires exactly at the alert time and goes to the next agent', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000 })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    const offeredAt = scene.now()
    scene.until(offeredAt + 19_999)
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    assert.deepEqual(types(scene.until(offeredAt + 20_000)), [
      'offer.expired',
      'worker.updated',
      'offer.issued',
    ])
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('that is accepted twice is assigned once', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    assert.equal(scene.accept('ada', 'j1').rejection, null)
    const late = scene.accept('bob', 'j1')
    assert.equal(late.rejection?.code, 'offer-taken')
    assert.deepEqual(late.changes, [])
    const again = scene.accept('ada', 'j1')
    assert.equal(again.rejection?.code, 'offer-taken')
    assert.equal(scene.stored.rows().assignments.length, 1)
  })

  it('that is accepted at its deadline or later has expired, even when no tick came', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    const id = scene.offerId('ada', 'j1')
    const event = { type: 'offer.accepted', offerId: id, workerId: 'ada' } as const
    const result = scene.router.apply(event, scene.now() + 20_000)
    assert.equal(result.rejection?.code, 'offer-expired')
    assert.deepEqual(types(result.changes), [
      'offer.expired',
      'worker.updated',
      'job.roundStarted',
      'offer.issued',
    ])
  })

  it('that is accepted just before its deadline is won', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.until(scene.now() + 19_999)
    assert.equal(scene.accept('ada', 'j1').rejection, null)
  })

  it('cannot be answered by somebody else', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    const offerId = scene.offerId('ada', 'j1')
    for (const type of ['offer.accepted', 'offer.declined'] as const) {
      const { rejection, changes } = scene.send({ type, offerId, workerId: 'bob' })
      assert.equal(rejection?.code, 'not-found')
      assert.deepEqual(changes, [])
    }
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })

  it('declined after it ended changes nothing', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.decline('ada', 'j1')
    const again = scene.decline('ada', 'j1')
    assert.equal(again.rejection?.code, 'offer-expired')
    assert.deepEqual(scene.ringing(), ['bob:j1'])
  })

  it('stops ringing when the visitor hangs up, and the agent is free at once', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'attendant' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    scene.job('j2')
    const { changes } = scene.send({ type: 'job.cancelled', jobId: 'j1' })
    assert.deepEqual(types(changes), [
      'offer.revoked',
      'offer.revoked',
      'job.cancelled',
      'offer.issued',
      'offer.issued',
    ])
    assert.deepEqual(scene.ringing(), ['ada:j2', 'bob:j2'])
  })

  it('accepted after the visitor hung up has expired', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('j1')
    scene.send({ type: 'job.cancelled', jobId: 'j1' })
    assert.equal(scene.accept('ada', 'j1').rejection?.code, 'offer-expired')
  })

  it('accepted just before the visitor hangs up ends without wrap-up', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial', wrapUpMs: 30_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.accept('ada', 'j1')
    const { changes } = scene.send({ type: 'job.cancelled', jobId: 'j1' })
    assert.deepEqual(types(changes), ['worker.updated', 'job.cancelled', 'assignment.closed'])
    scene.job('j2')
    assert.deepEqual(scene.ringing(), ['ada:j2'])
  })

  it('is withdrawn from a lost console and rings elsewhere at once, without counting as missed', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob']) scene.worker(id)
    scene.job('j1')
    const { changes } = scene.send({ type: 'worker.disconnected', workerId: 'ada' })
    assert.deepEqual(types(changes), ['worker.updated', 'offer.revoked', 'offer.issued'])
    assert.deepEqual(scene.ringing(), ['bob:j1'])
    assert.equal(scene.router.worker('ada')?.worker.missedOffers, 0)
  })

  for (const presence of ['busy', 'doNotDisturb', 'away', 'offline'] as const) {
    it(`is withdrawn when the agent goes ${presence}`, () => {
      const scene = createScenario()
      scene.queue({ routingMethod: 'serial' })
      for (const id of ['ada', 'bob']) scene.worker(id)
      scene.job('j1')
      scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence })
      assert.deepEqual(scene.ringing(), ['bob:j1'])
    })
  }

  it('is withdrawn when the agent opts out of the queue or leaves it', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    for (const id of ['ada', 'bob', 'cy']) scene.worker(id)
    scene.job('j1')
    scene.send({ type: 'worker.optSet', workerId: 'ada', queueId: 'q', optedIn: false })
    assert.deepEqual(scene.ringing(), ['bob:j1'])
    scene.send({ type: 'member.removed', workerId: 'bob', queueId: 'q' })
    assert.deepEqual(scene.ringing(), ['cy:j1'])
  })

  it('missed twice in a row puts the agent away, with the reason', () => {
    const scene = createScenario({ missedOffersLimit: 2 })
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.until(scene.now() + 20_000)
    assert.deepEqual(scene.ringing(), ['ada:j1'])
    scene.until(scene.now() + 20_000)
    assert.deepEqual(scene.ringing(), [])
    const view = scene.router.worker('ada')?.worker
    assert.equal(view?.presence, 'away')
    assert.equal(view?.presenceReason, 'missedOffers')
    scene.send({ type: 'worker.presenceSet', workerId: 'ada', presence: 'available' })
    assert.deepEqual(scene.ringing(), ['ada:j1'])
  })

  it('missed, then one answered, starts the count anew', () => {
    const scene = createScenario({ missedOffersLimit: 2 })
    scene.queue({ routingMethod: 'serial', agentAlertTimeMs: 20_000, wrapUpMs: 0 })
    scene.worker('ada')
    scene.job('j1')
    scene.until(scene.now() + 20_000)
    scene.accept('ada', 'j1')
    scene.close('ada', 'j1')
    scene.job('j2')
    scene.until(scene.now() + 20_000)
    assert.equal(scene.router.worker('ada')?.worker.presence, 'available')
  })

  it('missed twice keeps the agent quiet even in queues without presence routing', () => {
    const scene = createScenario({ missedOffersLimit: 1 })
    scene.queue({ routingMethod: 'serial', presenceRouting: false, agentAlertTimeMs: 1_000 })
    scene.worker('ada')
    scene.job('j1')
    scene.until(scene.now() + 1_000)
    assert.deepEqual(scene.ringing(), [])
  })

  it('leaves no trace of a refused event', () => {
    const scene = createScenario()
    scene.queue({ routingMethod: 'serial' })
    scene.worker('ada')
    scene.job('j1')
    const before = scene.router.snapshot()
    const refused = [
      scene.send({ type: 'offer.accepted', offerId: 'unknown', workerId: 'ada' }),
      scene.send({ type: 'job.enqueued', jobId: 'j1', queueId: 'q', channel: 'voice' }),
      scene.send({ type: 'job.enqueued', jobId: 'j9', queueId: 'nowhere', channel: 'voice' }),
      scene.send({ type: 'job.enqueued', jobId: 'j9', queueId: 'q', channel: 'voice', priority: 0 }),
      scene.send({ type: 'job.moved', jobId: 'j1', queueId: 'nowhere' }),
      scene.send({ type: 'job.cancelled', jobId: 'unknown' }),
      scene.send({ type: 'assignment.completed', assignmentId: 'unknown' }),
      scene.send({ type: 'assignment.unassigned', assignmentId: 'unknown' }),
      scene.send({ type: 'worker.connected', workerId: 'unknown' }),
      scene.send({ type: 'worker.optSet', workerId: 'ada', queueId: 'nowhere', optedIn: true }),
      scene.send({ type: 'member.removed', workerId: 'unknown', queueId: 'q' }),
      scene.send({ type: 'queue.removed', queueId: 'nowhere' }),
    ]
    assert.deepEqual(
      refused.map(({ rejection, changes }) => [rejection?.code, changes.length]),
      [
        ['offer-expired', 0],
        ['invalid-transition', 0],
        ['not-found', 0],
        ['invalid-request', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
        ['not-found', 0],
      ],
    )
    assert.deepEqual(scene.router.snapshot(), before)
  })
})
