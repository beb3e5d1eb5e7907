import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type CallId, DomainError } from '@guichet/domain'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { type CallServer, sdpOffer, startCallServer } from '../../testing/calls.fixture.ts'
import { makeMember } from '../../testing/routing.fixture.ts'
import type { IncomingPhone } from './phone.ports.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

const ada = makeMember('Ada')
const phone: IncomingPhone = {
  phoneId: 'phone-1',
  dialled: '8000',
  caller: { number: '+33612345678', displayName: null },
  origin: { kind: 'trunk', trunkId: 'carrier', country: 'FR' },
  sdpOffer: 'v=0 of the phone',
  host: '192.0.2.7',
}

async function withServer(action: (server: CallServer) => Promise<void>): Promise<void> {
  const server = await startCallServer({ connectionString: database.connectionString, staff: [ada] })
  try {
    await action(server)
  } finally {
    await server.stop()
  }
}

/** A phone rings, is answered, and says that it heard so. */
async function ringIn(server: CallServer, change: Partial<IncomingPhone> = {}) {
  server.phones.emit({ kind: 'incoming', phone: { ...phone, ...change } })
  await server.phones.until('accept', phone.phoneId)
  const { roomId, legId, settings } = await server.media.until('phone.open')
  const sdpAnswer = change.sdpOffer === null ? 'v=0 answer of the phone' : null
  server.phones.emit({ kind: 'confirmed', phoneId: phone.phoneId, sdpAnswer })
  return { callId: roomId as CallId, legId, settings }
}

test('a phone reaches the menu, keys its way into the queue and is answered; its hang-up ends the call', async () => {
  await withServer(async server => {
    await server.arrive(ada)
    const { callId, legId, settings } = await ringIn(server)
    assert.deepEqual(server.phones.told.slice(0, 2), [
      { what: 'ring', phoneId: 'phone-1' },
      { what: 'accept', phoneId: 'phone-1', detail: 'v=0 of us' },
    ])
    assert.deepEqual(settings?.sources, ['192.0.2.7'], 'sound may come from where the signalling came')
    const welcome = await server.media.until(
      'play.start',
      ({ source }) => source.kind === 'file' && source.path.includes('Welcome'),
    )
    assert.ok(welcome.legIds?.includes(legId))
    server.media.ended(callId, welcome.playId)
    await server.media.until(
      'play.start',
      ({ source }) => source.kind === 'file' && source.path.includes('Press 1'),
    )
    server.media.emit({
      type: 'event',
      kind: 'digit',
      payload: { roomId: callId, callId, legId, digit: '1', durationMs: 100 },
    })
    const { offer } = await server.fake.until('offer.issued')
    assert.equal(offer.contact.displayName, '+33612345678')
    const assignment = await server.routing.accept(ada.id, offer.id)
    await server.calls.join(callId, {
      assignmentId: assignment.id as never,
      party: ada.party,
      tabId: 'desk',
      sdpOffer,
    })
    server.phones.emit({ kind: 'ended', phoneId: 'phone-1', cause: 'hungUp' })
    const { call } = await server.fake.until(
      'call.changed',
      (payload, to) => to === `person:${ada.party.rawId}` && payload.call.state === 'disconnected',
    )
    assert.equal(call.endReason, 'remoteHungUp')
    await server.media.until('room.close', ({ roomId }) => roomId === callId)
  })
})

test('an agent who hangs up ends the phone’s part', async () => {
  await withServer(async server => {
    await server.arrive(ada)
    const { callId } = await ringIn(server)
    const [view] = server.calls.callsWith('4:+33612345678' as never)
    assert.equal(view?.id, callId)
    await server.calls.hangUp(callId, '4:+33612345678' as never)
    await server.phones.until('hangUp', 'phone-1')
  })
})

test('a phone without an offer is given ours, and its answer is applied', async () => {
  await withServer(async server => {
    const { legId } = await ringIn(server, { sdpOffer: null })
    const applied = await server.media.until('phone.apply')
    assert.deepEqual([applied.legId, applied.sdpAnswer], [legId, 'v=0 answer of the phone'])
  })
})

test('a phone that offers anew is answered; what media cannot do is refused and the call goes on', async () => {
  await withServer(async server => {
    const { callId } = await ringIn(server)
    server.phones.emit({ kind: 'offered', phoneId: 'phone-1', sdpOffer: 'v=0 on hold' })
    assert.equal((await server.phones.until('answerOffer', 'phone-1')).detail, 'v=0 of us')
    server.media.refuseNext('phone.answer', new DomainError('media-failed', 'no common codec'))
    server.phones.emit({ kind: 'offered', phoneId: 'phone-1', sdpOffer: 'v=0 nonsense' })
    await server.phones.until('refuseOffer', 'phone-1')
    assert.equal(server.calls.callsWith('4:+33612345678' as never)[0]?.id, callId)
    server.phones.emit({ kind: 'digit', phoneId: 'phone-1', digit: '5', durationMs: 160 })
    assert.equal((await server.media.until('digits.note')).digit, '5')
  })
})

test('a number that is none of ours is refused, and nothing is begun', async () => {
  await withServer(async server => {
    server.phones.emit({ kind: 'incoming', phone: { ...phone, dialled: '9999' } })
    assert.equal((await server.phones.until('refuse', 'phone-1')).detail, 'notFound')
    assert.deepEqual(server.media.asked, [])
  })
})

test('a phone whose sound cannot be agreed on is refused, and leaves no call behind', async () => {
  await withServer(async server => {
    server.media.refuseNext('phone.open', new DomainError('media-failed', 'no common codec'))
    server.phones.emit({ kind: 'incoming', phone })
    assert.equal((await server.phones.until('refuse', 'phone-1')).detail, 'failed')
    assert.deepEqual(server.calls.callsWith('4:+33612345678' as never), [])
  })
})

test('when the media process dies a phone’s call ends with a clear reason', async () => {
  await withServer(async server => {
    await ringIn(server)
    server.media.die()
    await server.phones.until('hangUp', 'phone-1')
    const { call } = await server.fake.until('call.changed', payload => payload.call.endReason !== null)
    assert.equal(call.endReason, 'mediaFailed')
  })
})
