import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DomainError, type OfferId } from '@guichet/domain'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import pg from 'pg'
import { type CallServer, placeCall, sdpOffer, startCallServer } from '../../testing/calls.fixture.ts'
import { createFakeConversations, makeMember } from '../../testing/routing.fixture.ts'
import type { RoutingStaffMember } from '../routing/index.ts'
import { patience } from './patience.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

type Options = Partial<Parameters<typeof startCallServer>[0]>

async function withServer(
  staff: RoutingStaffMember[],
  action: (server: CallServer) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const server = await startCallServer({ connectionString: database.connectionString, staff, ...options })
  try {
    await action(server)
  } finally {
    await server.stop()
  }
}

type Caller = Awaited<ReturnType<typeof placeCall>>

/** The caller goes through the menu into the queue. */
async function intoQueue(server: CallServer): Promise<Caller> {
  const caller = await placeCall(server)
  server.media.state(caller.legId, 'flowing')
  await caller.hear('Welcome')
  await server.calls.tone(caller.callId, caller.party.rawId, '1')
  await caller.shown(call => call.waiting !== null)
  return caller
}

async function offerTo(server: CallServer, member: RoutingStaffMember, from = 0) {
  const topic = `person:${member.party.rawId}`
  return (await server.fake.until('offer.issued', (_, to) => to === topic, from)).offer
}

/** The agent takes the offer with their leg, whose sound then flows. */
async function answer(server: CallServer, member: RoutingStaffMember, offerId: OfferId, caller: Caller) {
  const assignment = await server.routing.accept(member.id, offerId)
  const assignmentId = assignment.id as never
  const joined = await server.calls.join(caller.callId, {
    assignmentId,
    party: member.party,
    tabId: `tab-${member.id}`,
    sdpOffer,
  })
  assert.ok(joined.leg, 'the leg joins in the same step')
  server.media.state(joined.leg.legId, 'flowing')
  await caller.shown(call => call.answeredAt !== null)
  return { assignmentId, legId: joined.leg.legId }
}

test('a visitor calls, picks a key, waits with music and is answered; both hang up cleanly', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const caller = await placeCall(server)
    assert.equal(caller.call.state, 'connecting')
    assert.deepEqual(server.media.asked.map(({ kind }) => kind).slice(0, 2), ['room.open', 'leg.open'])
    server.media.state(caller.legId, 'flowing')
    const menu = await caller.shown(call => call.menu !== null)
    assert.deepEqual(menu.menu, [
      { tone: '1', label: 'People' },
      { tone: '9', label: 'Chat' },
    ])
    await caller.hear('Welcome')
    await caller.hear('Press 1')
    server.media.digit(caller.legId, '1')
    const waiting = await caller.shown(call => call.waiting !== null)
    assert.deepEqual(
      [waiting.waiting?.queueName, waiting.waiting?.position, waiting.menu],
      ['Support', 1, null],
    )
    await caller.hear('next in line')
    const music = await caller.music()

    await server.arrive(ada)
    const offer = await offerTo(server, ada)
    assert.deepEqual(
      [offer.callId, offer.channel, offer.contact.displayName],
      [caller.callId, 'voice', 'Visitor'],
    )
    const { assignmentId } = await answer(server, ada, offer.id, caller)
    await server.media.until('play.stop', ({ playId }) => playId === music)
    const [view] = server.calls.callsWith(ada.party.rawId)
    assert.deepEqual(
      view?.participants.map(({ role, state }) => [role, state]),
      [
        ['consumer', 'connected'],
        ['agent', 'connected'],
      ],
    )
    await server.calls.tone(caller.callId, caller.party.rawId, '5')
    const { tone } = await server.fake.until('call.toneReceived')
    assert.equal(tone, '5')

    await server.calls.hangUp(caller.callId, ada.party.rawId)
    const over = await caller.shown(call => call.state === 'disconnected')
    assert.equal(over.endReason, 'remoteHungUp')
    assert.equal((await server.calls.viewForVisitor(caller.callId))?.endReason, 'remoteHungUp')
    await server.media.until('room.close', ({ roomId }) => roomId === caller.callId)
    await server.calls.settled()
    assert.equal(server.routing.assignmentsOf(ada.id)[0]?.state, 'wrapUp')
    assert.equal(server.routing.assignmentsOf(ada.id)[0]?.id, assignmentId)
    const history = await server.calls.callsOf([caller.conversationId])
    assert.equal(history.get(caller.conversationId)?.[0]?.callId, caller.callId)
    const { rows } = await server.pool.query('select run from application_runs where call_id = $1', [
      caller.callId,
    ])
    assert.equal(rows[0].run.state, 'ended')
    const told = server.conversations.diary.filter(entry => entry.conversationId === caller.conversationId)
    assert.ok(
      told.some(({ detail }) => detail === 'callStarted') &&
        told.some(({ detail }) => detail === 'callEnded'),
    )
  })
})

test('one conversation has one call, and a call that cannot begin leaves nothing behind', async () => {
  await withServer([], async server => {
    const caller = await placeCall(server)
    const again = { ...caller, applicationId: undefined, sdpOffer }
    await assert.rejects(server.calls.startCall(again), { code: 'already-in-call' })
    server.media.refuseNext('leg.open', new DomainError('media-failed', 'The offer makes no sense'))
    const before = (await server.pool.query('select id from calls')).rowCount
    await assert.rejects(placeCall(server), { code: 'media-failed' })
    assert.equal((await server.pool.query('select id from calls')).rowCount, before)
    await server.calls.hangUp(caller.callId, caller.party.rawId)
    await server.calls.startCall(again)
  })
})

test('nobody acts in a call they are not in', async () => {
  await withServer([], async server => {
    const caller = await placeCall(server)
    const stranger = makeMember('Eve').party.rawId
    const { callId } = caller
    for (const attempt of [
      server.calls.hangUp(callId, stranger),
      server.calls.tone(callId, stranger, '1'),
      server.calls.rejoin(callId, stranger, 'tab-of-eve', sdpOffer),
      server.calls.setMuted(callId, stranger, true),
      server.calls.setHeld(callId, stranger, true),
    ]) {
      await assert.rejects(attempt, { code: 'not-found' })
    }
  })
})

test('hold gives the visitor music and silences the room; resume gives it back', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const caller = await intoQueue(server)
    await server.arrive(ada)
    await answer(server, ada, (await offerTo(server, ada)).id, caller)
    const from = server.media.asked.length
    await server.calls.setHeld(caller.callId, ada.party.rawId, true)
    assert.equal(server.calls.callsWith(caller.party.rawId)[0]?.participants[0]?.isOnHold, true)
    const update = await server.media.until('leg.update', () => true, from)
    assert.deepEqual(update, { legId: caller.legId, part: { muted: false, held: true } })
    const music = await caller.music(from)
    await server.calls.setHeld(caller.callId, ada.party.rawId, false)
    await server.media.until('play.stop', ({ playId }) => playId === music)
    await server.calls.setMuted(caller.callId, ada.party.rawId, true)
    const [view] = server.calls.callsWith(ada.party.rawId)
    assert.deepEqual(
      view?.participants.map(({ isMuted, isOnHold }) => [isMuted, isOnHold]),
      [
        [false, false],
        [true, false],
      ],
    )
  })
})

test('an agent whose tab closes has a while to come back; then the caller is first in the queue again', async () => {
  const [ada, ben] = [makeMember('Ada'), makeMember('Ben')]
  await withServer([ada, ben], async server => {
    const caller = await intoQueue(server)
    await server.arrive(ada)
    const { legId } = await answer(server, ada, (await offerTo(server, ada)).id, caller)
    const others = await intoQueue(server)
    let from = server.media.asked.length
    server.media.state(legId, 'interrupted')
    await caller.hear('was lost for a moment', from)
    const music = await caller.music(from)
    await server.calls.settled()
    const visitor = () => server.calls.callsWith(caller.party.rawId)[0]
    assert.match(visitor()?.announcement ?? '', /was lost for a moment/)

    await server.calls.rejoin(caller.callId, ada.party.rawId, `tab-${ada.id}`, sdpOffer)
    server.media.state(legId, 'flowing')
    await server.media.until('play.stop', ({ playId }) => playId === music)
    await server.calls.settled()
    assert.equal(visitor()?.announcement, null)

    from = server.media.asked.length
    server.media.state(legId, 'interrupted')
    server.leave(ada)
    await server.calls.settled()
    server.clock.advance(patience.agentMs)
    await caller.hear('You keep your place', from)
    const waiting = await caller.shown(call => call.waiting !== null && call.participants.length === 1)
    assert.equal(waiting.waiting?.position, 1)
    assert.ok(others)
    const seen = await server.fake.until(
      'call.changed',
      (payload, topic) => topic === `person:${ada.party.rawId}` && payload.call.state === 'disconnected',
    )
    assert.equal(seen.call.endReason, 'connectionLost')
    await assert.rejects(server.calls.rejoin(caller.callId, ada.party.rawId, `tab-${ada.id}`, sdpOffer), {
      code: 'not-found',
    })
    await server.arrive(ben)
    assert.equal((await offerTo(server, ben)).callId, caller.callId)
  })
})

test('an agent who accepts and never arrives gives the caller back', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const caller = await intoQueue(server)
    await server.arrive(ada)
    const offer = await offerTo(server, ada)
    await server.routing.accept(ada.id, offer.id)
    await caller.shown(call => call.participants.some(({ state }) => state === 'ringing'))
    const from = server.fake.told.length
    server.clock.advance(patience.arrivalMs)
    await caller.shown(call => call.participants.length === 1, from)
    await server.calls.settled()
    assert.equal(server.routing.openJobsOf(caller.conversationId)[0]?.job.state, 'queued')
  })
})

test('a visitor who vanishes may come back; who does not loses the call and the place', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const caller = await intoQueue(server)
    server.media.state(caller.legId, 'interrupted')
    await server.calls.settled()
    server.clock.advance(patience.visitorMs - 1)
    const { legId } = await server.calls.rejoin(caller.callId, caller.party.rawId, caller.tabId, sdpOffer)
    assert.equal(legId, caller.legId)
    assert.equal(server.media.of('leg.replace').length, 1)
    server.media.state(caller.legId, 'flowing')
    await server.calls.settled()
    server.clock.advance(10)
    await server.calls.settled()
    assert.equal(server.calls.callsWith(caller.party.rawId).length, 1)

    server.media.state(caller.legId, 'interrupted')
    await server.calls.settled()
    server.clock.advance(patience.visitorMs)
    const over = await caller.shown(call => call.state === 'disconnected')
    assert.equal(over.endReason, 'connectionLost')
    await server.calls.settled()
    assert.deepEqual(server.routing.openJobsOf(caller.conversationId), [])
  })
})

test('when the media process dies everybody is asked to rejoin, and goes on where they were', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const talking = await intoQueue(server)
    await server.arrive(ada)
    await answer(server, ada, (await offerTo(server, ada)).id, talking)
    const waiting = await intoQueue(server)
    const lost = await intoQueue(server)
    const from = server.media.asked.length
    server.media.die()
    for (const topic of [talking.topic, waiting.topic, `person:${ada.party.rawId}`]) {
      await server.fake.until('call.rejoinNeeded', (_, to) => to === topic)
    }
    for (const [rawId, tabId, callId] of [
      [talking.party.rawId, talking.tabId, talking.callId],
      [ada.party.rawId, `tab-${ada.id}`, talking.callId],
      [waiting.party.rawId, waiting.tabId, waiting.callId],
    ] as const) {
      const grant = await server.calls.rejoin(callId, rawId, tabId, sdpOffer)
      server.media.state(grant.legId, 'flowing')
    }
    assert.equal(server.media.asked.slice(from).filter(({ kind }) => kind === 'room.open').length, 2)
    await waiting.hear('next in line', from)
    await waiting.music(from)
    server.clock.advance(patience.mediaMs)
    const over = await lost.shown(call => call.state === 'disconnected')
    assert.equal(over.endReason, 'mediaFailed')
    await server.calls.settled()
    const [view] = server.calls.callsWith(ada.party.rawId)
    assert.deepEqual(
      view?.participants.map(({ state }) => state),
      ['connected', 'connected'],
    )
    assert.equal(
      server.media.asked
        .slice(from)
        .some(
          ({ kind, payload }) =>
            kind === 'play.start' && 'roomId' in payload && payload.roomId === talking.callId,
        ),
      false,
      'those who talk hear no music',
    )
  })
})

test('a restarted server takes up its calls: ten who wait keep place and order', async () => {
  const ada = makeMember('Ada')
  const conversations = createFakeConversations()
  const first = await startCallServer({
    connectionString: database.connectionString,
    staff: [ada],
    conversations,
  })
  const callers: Caller[] = []
  for (let index = 0; index < 10; index++) callers.push(await intoQueue(first))
  await first.calls.settled()
  const { clock, queue, applications } = first
  await first.stop()

  const second = await startCallServer({
    connectionString: database.connectionString,
    staff: [ada],
    conversations,
    clock,
    queue,
    applications,
  })
  try {
    for (const [index, caller] of callers.entries()) {
      if (index === 4) continue
      const from = second.media.asked.length
      const grant = await second.calls.rejoin(caller.callId, caller.party.rawId, caller.tabId, sdpOffer)
      second.media.state(grant.legId, 'flowing')
      await second.media.until('play.start', ({ roomId }) => roomId === caller.callId, from)
    }
    assert.deepEqual(
      callers.map(caller => second.routing.openJobsOf(caller.conversationId)[0]?.job.sequence).toSorted(),
      callers.map(caller => second.routing.openJobsOf(caller.conversationId)[0]?.job.sequence),
    )
    clock.advance(patience.restartMs)
    await second.calls.settled()
    const gone = callers[4] as Caller
    assert.equal((await second.calls.viewForVisitor(gone.callId))?.endReason, 'serverStopped')
    await second.arrive(ada)
    const offer = await offerTo(second, ada)
    assert.equal(offer.callId, callers[0]?.callId)
    await second.calls.settled()
    assert.equal(
      second.routing.place(second.routing.openJobsOf(callers[9]?.conversationId as never)[0]?.job.id ?? '')
        ?.position,
      9,
    )
  } finally {
    await second.stop()
  }
})

test('when nobody is there the call turns into a chat', async () => {
  await withServer(
    [],
    async server => {
      const caller = await placeCall(server)
      server.media.state(caller.legId, 'flowing')
      await caller.hear('Welcome')
      await server.calls.tone(caller.callId, caller.party.rawId, '1')
      await caller.hear('continue in the chat')
      await caller.shown(call => call.state === 'disconnecting')
      server.clock.advance(1_000)
      const over = await caller.shown(call => call.state === 'disconnected')
      assert.equal(over.endReason, 'continuedByChat')
      await server.calls.settled()
      const asked = server.conversations.diary.find(entry => entry.what === 'person')
      assert.deepEqual(asked, {
        conversationId: caller.conversationId,
        what: 'person',
        detail: server.queue.id,
      })
    },
    { queueChange: { noAgentsPolicy: 'fireAll' } },
  )
})

test('a visitor who hangs up while it rings frees the agent at once', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    await server.arrive(ada)
    const caller = await intoQueue(server)
    const offer = await offerTo(server, ada)
    await server.calls.hangUp(caller.callId, caller.party.rawId)
    const ended = await server.fake.until('offer.ended', payload => payload.offerId === offer.id)
    assert.equal(ended.outcome, 'revoked')
    assert.equal((await caller.shown(call => call.state === 'disconnected')).endReason, 'hungUp')
    assert.equal(server.routing.workerView(ada.id)?.activity, 'idle')
  })
})

test('a call outlives a database that is away for a moment', async () => {
  const ada = makeMember('Ada')
  await withServer([ada], async server => {
    const caller = await intoQueue(server)
    await server.arrive(ada)
    await answer(server, ada, (await offerTo(server, ada)).id, caller)
    const witness = new pg.Client(database.connectionString)
    await witness.connect()
    await witness.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    const muted = server.calls.setMuted(caller.callId, caller.party.rawId, true)
    const ticking = setInterval(() => server.clock.advance(200), 5)
    await muted
    clearInterval(ticking)
    const { rows } = await witness.query('select is_muted from call_participants where raw_id = $1', [
      caller.party.rawId,
    ])
    await witness.end()
    assert.deepEqual(rows, [{ is_muted: true }])
  })
})
