import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DeskSnapshot } from '@guichet/contract'
import { type ConversationId, DomainError, type JobId } from '@guichet/domain'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import { communicationUser, type Principal, systemIds } from '../../platform/index.ts'
import { type CallServer, placeCall, sdpOffer, startCallServer } from '../../testing/calls.fixture.ts'
import { makeMember, principalOf } from '../../testing/routing.fixture.ts'
import type { RoutingStaffMember } from '../routing/index.ts'
import { createSupervisionModule } from '../supervision/index.ts'
import { createDeskModule } from './index.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

async function withDesks(
  staff: RoutingStaffMember[],
  action: (server: CallServer) => Promise<void>,
): Promise<void> {
  const server = await startCallServer({
    connectionString: database.connectionString,
    staff,
    queueChange: { chatWrapUpMs: 30_000 },
  })
  createDeskModule({ ...server, iceServers: () => [] }).register({ hub: server.fake.hub })
  createSupervisionModule(server).register({ hub: server.fake.hub })
  try {
    await action(server)
  } finally {
    await server.stop()
  }
}

const at = (member: RoutingStaffMember, tabId = `tab-${member.id}`) => ({
  id: `console-${member.id}`,
  tabId,
  principal: principalOf(member),
})

async function waitingChat(server: CallServer): Promise<ConversationId> {
  const conversationId = systemIds.uuid() as ConversationId
  await server.routing.enqueue({
    jobId: systemIds.uuid() as JobId,
    queueId: server.queue.id,
    channel: 'chat',
    context: {
      conversationId,
      callId: null,
      contact: { rawId: communicationUser(conversationId), displayName: 'Visitor', role: 'consumer' },
      topic: 'returns',
      locale: 'fr',
    },
  })
  return conversationId
}

async function offerTo(server: CallServer, member: RoutingStaffMember, from = 0) {
  const topic = `person:${member.party.rawId}`
  return (await server.fake.until('offer.issued', (_, to) => to === topic, from)).offer
}

test('an agent takes a chat, completes it and wraps it up', async () => {
  const ada = makeMember('Ada')
  await withDesks([ada], async server => {
    const { ask } = server.fake
    const conversationId = await waitingChat(server)
    server.fake.connect(at(ada))
    const { worker } = await ask('presence.set', { presence: 'available' }, at(ada))
    assert.equal(worker.presence, 'available')
    const offer = await offerTo(server, ada)
    const ringing = DeskSnapshot.parse(await ask('desk.snapshot', {}, at(ada)))
    assert.deepEqual([ringing.offers[0]?.id, ringing.worker?.activity], [offer.id, 'ringing'])

    const accepted = await ask('offer.accept', { offerId: offer.id }, at(ada))
    assert.deepEqual([accepted.call, accepted.leg], [null, null])
    assert.equal(accepted.thread.participants[0]?.displayName, 'Ada')
    const { id } = accepted.assignment
    const busy = DeskSnapshot.parse(await ask('desk.snapshot', {}, at(ada)))
    assert.deepEqual([busy.assignments[0]?.id, busy.worker?.activity, busy.offers], [id, 'chatting', []])

    const { assignment } = await ask('assignment.complete', { assignmentId: id }, at(ada))
    assert.equal(assignment.state, 'wrapUp')
    assert.equal(Date.parse(assignment.wrapUpEndsAt ?? ''), server.clock.now() + 30_000)
    await server.routing.conversationSettled(conversationId)
    assert.equal((await server.conversations.view(conversationId)).state, 'closed')
    const finished = await ask(
      'assignment.finishWrapUp',
      { assignmentId: id, dispositionCode: 'solved' },
      at(ada),
    )
    assert.equal(finished.assignment.state, 'closed')
    const told = await server.fake.until(
      'assignment.changed',
      payload => payload.assignment.state === 'closed',
    )
    assert.equal(told.assignment.id, id)
    await assert.rejects(ask('assignment.complete', { assignmentId: id }, at(ada)), { code: 'not-found' })
  })
})

test('an agent accepts a call with their leg; completing the work hangs it up', async () => {
  const ada = makeMember('Ada')
  await withDesks([ada], async server => {
    const { ask } = server.fake
    const caller = await placeCall(server)
    server.media.state(caller.legId, 'flowing')
    await caller.hear('Welcome')
    await server.calls.tone(caller.callId, caller.party.rawId, '1')
    await server.arrive(ada)
    const offer = await offerTo(server, ada)
    const accepted = await ask('offer.accept', { offerId: offer.id, sdpOffer }, at(ada))
    assert.ok(accepted.leg)
    assert.ok(accepted.leg.sdpAnswer.startsWith('v=0'))
    assert.equal(accepted.call?.id, caller.callId)
    assert.equal(accepted.assignment.callId, caller.callId)
    server.media.state(accepted.leg.legId, 'flowing')
    await caller.shown(call => call.answeredAt !== null)
    const { assignment } = await ask('assignment.complete', { assignmentId: accepted.assignment.id }, at(ada))
    assert.equal(assignment.state, 'wrapUp')
    assert.equal((await caller.shown(call => call.state === 'disconnected')).endReason, 'remoteHungUp')
  })
})

test('an agent whose offer makes no sense gives the caller back to the queue', async () => {
  const ada = makeMember('Ada')
  await withDesks([ada], async server => {
    const caller = await placeCall(server)
    server.media.state(caller.legId, 'flowing')
    await caller.hear('Welcome')
    await server.calls.tone(caller.callId, caller.party.rawId, '1')
    await server.arrive(ada)
    const offer = await offerTo(server, ada)
    server.media.refuseNext('leg.open', new DomainError('media-failed', 'The offer makes no sense'))
    await assert.rejects(server.fake.ask('offer.accept', { offerId: offer.id, sdpOffer }, at(ada)), {
      code: 'media-failed',
    })
    assert.equal(server.routing.openJobsOf(caller.conversationId)[0]?.job.state, 'queued')
  })
})

test('desks and live views are closed to visitors, and to those whose role does not open them', async () => {
  const ada = makeMember('Ada')
  await withDesks([ada], async server => {
    const conversationId = systemIds.uuid() as ConversationId
    const rawId = communicationUser(conversationId)
    const visitor: Principal = {
      kind: 'visitor',
      rawId,
      party: { rawId, displayName: 'Visitor', role: 'consumer' },
      conversationId,
      threadId: '19:abcdefghijkl@thread.v2' as never,
    }
    const denied = { code: 'forbidden' }
    const from = { id: 'c', tabId: 't', principal: visitor }
    const { ask } = server.fake
    await assert.rejects(ask('desk.snapshot', {}, from), denied)
    await assert.rejects(ask('presence.set', { presence: 'available' }, from), denied)
    await assert.rejects(ask('call.hold', { callId: conversationId as never }, from), denied)
    await assert.rejects(ask('supervision.watch', {}, at(ada)), denied)
    const other = { conversationId: systemIds.uuid() as ConversationId, sdpOffer }
    await assert.rejects(ask('call.start', other, from), denied)
    await assert.rejects(ask('call.start', other, at(ada)), denied)
    const manager = principalOf({ ...makeMember('Max'), roles: ['manager'] })
    const { queues, workers } = await ask(
      'supervision.watch',
      {},
      { id: 'm', tabId: 'm', principal: manager },
    )
    assert.ok(queues.some(queue => queue.id === server.queue.id))
    assert.deepEqual(
      workers.map(worker => worker.party.displayName),
      ['Ada'],
    )
  })
})
