import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DomainError, type OfferId } from '@guichet/domain'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { type CallServer, placeCall, sdpOffer, startCallServer } from '../../testing/calls.fixture.ts'
import { makeMember } from '../../testing/routing.fixture.ts'
import type { RoutingStaffMember } from '../routing/index.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

type Caller = Awaited<ReturnType<typeof placeCall>>
const offerOf = (member: RoutingStaffMember, tab = 'tab') => `v=0 an offer of ${member.id} in ${tab}`
const apart = { held: true, muted: true, deaf: true, audibleTo: 'nobody' }

/** A caller who waits, with each of `staff` being rung at once when `routingMethod` is attendant. */
async function withRinging(
  staff: RoutingStaffMember[],
  action: (server: CallServer, caller: Caller, offerIds: OfferId[]) => Promise<void>,
): Promise<void> {
  const server = await startCallServer({
    connectionString: database.connectionString,
    staff,
    queueChange: { routingMethod: 'attendant' },
  })
  try {
    for (const member of staff) await server.arrive(member)
    const caller = await placeCall(server)
    server.media.state(caller.legId, 'flowing')
    await caller.hear('Welcome')
    await server.calls.tone(caller.callId, caller.party.rawId, '1')
    const offers = await Promise.all(
      staff.map(member =>
        server.fake.until('offer.issued', (_, topic) => topic === `person:${member.party.rawId}`),
      ),
    )
    await action(
      server,
      caller,
      offers.map(({ offer }) => offer.id),
    )
  } finally {
    await server.stop()
  }
}

function prepare(server: CallServer, member: RoutingStaffMember, offerId: OfferId, tab = 'tab') {
  const { id: workerId, party } = member
  return server.calls.prepare({
    offerId,
    workerId,
    rawId: party.rawId,
    tabId: tab,
    sdpOffer: offerOf(member, tab),
  })
}

async function accept(
  server: CallServer,
  caller: Caller,
  member: RoutingStaffMember,
  offerId: OfferId,
  sdp = offerOf(member),
) {
  const assignment = await server.routing.accept(member.id, offerId)
  const joined = await server.calls.join(caller.callId, {
    assignmentId: assignment.id as never,
    party: member.party,
    tabId: 'tab',
    sdpOffer: sdp,
  })
  assert.ok(joined.leg)
  return joined.leg
}

test('a leg prepared while it rings is out of the room, unseen, and becomes the agent’s at once', async () => {
  const ada = makeMember('Ada')
  await withRinging([ada], async (server, caller, [offerId]) => {
    const prepared = await prepare(server, ada, offerId as OfferId)
    const opened = server.media.of('leg.open').at(-1)?.payload
    assert.deepEqual(opened, {
      roomId: caller.callId,
      legId: prepared.legId,
      sdpOffer: offerOf(ada),
      part: apart,
    })
    server.media.state(prepared.legId, 'flowing')
    server.media.digit(prepared.legId, '9')
    await server.calls.settled()
    assert.equal(server.calls.callsWith(caller.party.rawId)[0]?.participants.length, 1)
    const stored = await server.pool.query('select id from call_legs where id = $1', [prepared.legId])
    assert.equal(stored.rowCount, 0)

    const leg = await accept(server, caller, ada, offerId as OfferId)
    assert.deepEqual(leg, prepared)
    const update = server.media.of('leg.update').at(-1)?.payload
    const part = { held: false, muted: false, deaf: false, audibleTo: 'everyone' }
    assert.deepEqual(update, { legId: prepared.legId, part })
    const { rows } = await server.pool.query('select state from call_legs where id = $1', [prepared.legId])
    assert.deepEqual(rows, [{ state: 'flowing' }])
    assert.notEqual(server.calls.callsWith(caller.party.rawId)[0]?.answeredAt, null)
    assert.deepEqual(server.media.of('leg.close'), [])
  })
})

test('the leg that is about to accept is let in before the agent’s desk has joined', async () => {
  const ada = makeMember('Ada')
  await withRinging([ada], async (server, caller, [offerId]) => {
    const other = await prepare(server, ada, offerId as OfferId, 'other')
    const prepared = await prepare(server, ada, offerId as OfferId)
    server.media.state(prepared.legId, 'flowing')
    await server.calls.settled()
    server.calls.expect(caller.callId, ada.party.rawId, offerOf(ada))
    assert.deepEqual(server.media.of('leg.update'), [])
    await server.routing.accept(ada.id, offerId as OfferId)
    const entered = await server.media.until('leg.update')
    assert.equal(entered.legId, prepared.legId)
    await caller.shown(call => call.answeredAt !== null)
    const assignmentId = server.routing.assignmentsOf(ada.id)[0]?.id as never
    const agent = { assignmentId, party: ada.party, tabId: 'tab', sdpOffer: offerOf(ada) }
    assert.deepEqual((await server.calls.join(caller.callId, agent)).leg, prepared)
    assert.equal(server.media.of('leg.update').length, 1)
    assert.deepEqual(server.media.of('leg.replace'), [])
    await server.media.until('leg.close', ({ legId }) => legId === other.legId)
  })
})

test('nobody prepares for an offer of somebody else, for an old one, or for what is no call', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withRinging([ada, ben], async (server, _caller, [toAda, toBen]) => {
    const before = server.media.of('leg.open').length
    await assert.rejects(prepare(server, ada, toBen as OfferId), { code: 'not-found' })
    await assert.rejects(prepare(server, makeMember('Eve'), toBen as OfferId), { code: 'not-found' })
    await server.routing.decline(ada.id, toAda as OfferId)
    await assert.rejects(prepare(server, ada, toAda as OfferId), { code: 'not-found' })
    server.clock.advance(600_000)
    await assert.rejects(prepare(server, ben, toBen as OfferId), { code: 'not-found' })
    assert.equal(server.media.of('leg.open').length, before)
  })
})

test('of two who prepared one gets in; the other’s leg ends', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withRinging([ada, ben], async (server, caller, [toAda, toBen]) => {
    const [ofAda, ofBen] = [
      await prepare(server, ada, toAda as OfferId),
      await prepare(server, ben, toBen as OfferId),
    ]
    assert.notEqual(ofAda.legId, ofBen.legId)
    assert.equal((await accept(server, caller, ben, toBen as OfferId)).legId, ofBen.legId)
    await server.media.until('leg.close', ({ legId }) => legId === ofAda.legId)
    assert.equal(server.media.of('leg.close').length, 1)
  })
})

test('a prepared leg ends with its offer: declined, or its time over', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withRinging([ada, ben], async (server, _caller, [toAda, toBen]) => {
    const ofAda = await prepare(server, ada, toAda as OfferId)
    const ofBen = await prepare(server, ben, toBen as OfferId)
    await server.routing.decline(ada.id, toAda as OfferId)
    await server.media.until('leg.close', ({ legId }) => legId === ofAda.legId)
    assert.equal(server.media.of('leg.close').length, 1)
    server.clock.advance(600_000)
    await server.media.until('leg.close', ({ legId }) => legId === ofBen.legId)
  })
})

test('who accepts without a prepared leg, or from another window, gets a new one', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withRinging([ada, ben], async (server, caller, [toAda, toBen]) => {
    const prepared = await prepare(server, ada, toAda as OfferId)
    const other = await accept(server, caller, ada, toAda as OfferId, sdpOffer)
    assert.notEqual(other.legId, prepared.legId)
    await server.media.until('leg.close', ({ legId }) => legId === prepared.legId)
    await assert.rejects(prepare(server, ben, toBen as OfferId), { code: 'not-found' })
  })
})

test('a prepared leg that lost its connection makes room for a new one on acceptance', async () => {
  const ada = makeMember('Ada')
  await withRinging([ada], async (server, caller, [offerId]) => {
    const prepared = await prepare(server, ada, offerId as OfferId)
    server.media.state(prepared.legId, 'interrupted')
    const leg = await accept(server, caller, ada, offerId as OfferId)
    assert.notEqual(leg.legId, prepared.legId)
    await server.media.until('leg.close', ({ legId }) => legId === prepared.legId)
  })
})

test('a leg prepared before the media process died is opened anew on acceptance', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withRinging([ada, ben], async (server, caller, [toAda]) => {
    const prepared = await prepare(server, ada, toAda as OfferId)
    server.media.die()
    await server.calls.settled()
    await assert.rejects(prepare(server, ada, toAda as OfferId), { code: 'media-unavailable' })
    const { legId } = await server.calls.rejoin(caller.callId, caller.party.rawId, caller.tabId, sdpOffer)
    server.media.state(legId, 'flowing')
    const leg = await accept(server, caller, ada, toAda as OfferId)
    assert.notEqual(leg.legId, prepared.legId)
    assert.deepEqual(server.media.of('leg.open').at(-1)?.payload.legId, leg.legId)
  })
})

test('a prepared leg that media no longer know is opened anew in the same room', async () => {
  const ada = makeMember('Ada')
  await withRinging([ada], async (server, caller, [offerId]) => {
    const prepared = await prepare(server, ada, offerId as OfferId)
    server.media.refuseNext('leg.update', new DomainError('not-found', 'No such leg'))
    const rooms = server.media.of('room.open').length
    const leg = await accept(server, caller, ada, offerId as OfferId)
    assert.notEqual(leg.sdpAnswer, prepared.sdpAnswer)
    assert.equal(server.media.of('room.open').length, rooms)
  })
})

test('the windows of one agent that prepare are few, and each has one leg', async () => {
  const ada = makeMember('Ada')
  await withRinging([ada], async (server, _caller, [offerId]) => {
    for (const tab of ['one', 'two', 'three', 'three']) await prepare(server, ada, offerId as OfferId, tab)
    assert.equal(server.media.of('leg.close').length, 1)
    await assert.rejects(prepare(server, ada, offerId as OfferId, 'four'), { code: 'too-many-requests' })
  })
})
