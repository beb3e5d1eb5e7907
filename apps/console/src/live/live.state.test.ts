import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssignmentView, Call, DeskSnapshot, OfferView, QueueView, WorkerView } from '@guichet/contract'
import { emptyLiveState, type LiveAction, type LiveEvent, type LiveState, reduceLive } from './live.state.ts'

const offer = (id: string) => ({ id, contact: { displayName: id } }) as unknown as OfferView
const work = (id: string, change: Record<string, unknown> = {}) =>
  ({
    id,
    state: 'active',
    callId: null,
    conversation: { id: `conversation-${id}`, topic: null },
    ...change,
  }) as unknown as AssignmentView
const call = (id: string, state: Call['state'] = 'connected') => ({ id, state }) as Call
const worker = (id: string, change: Partial<WorkerView> = {}) =>
  ({
    id,
    presence: 'available',
    activity: 'idle',
    presenceSince: '1970-01-01T00:00:05.000Z',
    activitySince: '1970-01-01T00:00:05.000Z',
    ...change,
  }) as WorkerView
const missed = (offerId: string) => ({ offerId }) as DeskSnapshot['missedOffers'][number]
const snapshot = (change: Partial<DeskSnapshot> = {}): DeskSnapshot => ({
  me: { party: {} as never, roles: ['agent'], locale: 'en' },
  worker: worker('me'),
  offers: [],
  assignments: [],
  calls: [],
  missedOffers: [],
  wrapUpCodes: [],
  iceServers: [],
  ...change,
})
const run = (actions: readonly LiveAction[], from: LiveState = emptyLiveState) =>
  actions.reduce(reduceLive, from)
const event = (name: string, payload: unknown, at = 0): LiveAction => ({
  type: 'eventReceived',
  event: { name, payload } as LiveEvent,
  at,
})
const ids = (list: readonly { id: string }[]) => list.map(item => item.id)

test('a snapshot replaces the desk, so that what ended during a cut is gone', () => {
  const before = run([
    { type: 'snapshotReceived', snapshot: snapshot({ offers: [offer('o1')], assignments: [work('a1')] }) },
    event('offer.issued', { offer: offer('o2') }),
    { type: 'acceptStarted', offerId: 'o2' as OfferView['id'] },
  ])
  assert.deepEqual(ids(before.offers), ['o1', 'o2'])
  const after = run(
    [
      {
        type: 'snapshotReceived',
        snapshot: snapshot({ assignments: [work('a2'), work('a3', { state: 'closed' })] }),
      },
    ],
    before,
  )
  assert.deepEqual(ids(after.offers), [])
  assert.deepEqual(after.accepting, [])
  assert.deepEqual(ids(after.assignments), ['a2'])
})

test('a snapshot that fails is told only while nothing is known yet', () => {
  assert.equal(run([{ type: 'snapshotFailed' }]).phase, 'failed')
  const known = run([{ type: 'snapshotReceived', snapshot: snapshot() }, { type: 'snapshotFailed' }])
  assert.equal(known.phase, 'ready')
})

test('an offer is issued once, however often it is told', () => {
  const state = run([
    event('offer.issued', { offer: offer('o1') }),
    event('offer.issued', { offer: offer('o1') }),
  ])
  assert.deepEqual(ids(state.offers), ['o1'])
})

test('an offer that another tab accepted leaves this one, and its work arrives', () => {
  const state = run([
    event('offer.issued', { offer: offer('o1') }),
    event('offer.ended', { offerId: 'o1', outcome: 'acceptedElsewhere', missed: null }),
    event('assignment.changed', { assignment: work('a1') }),
  ])
  assert.deepEqual(ids(state.offers), [])
  assert.equal(state.lastEnded?.outcome, 'acceptedElsewhere')
  assert.deepEqual(ids(state.assignments), ['a1'])
})

test('an accept that fails lets the offer ring on, unless it is gone', () => {
  const ringing = run([
    event('offer.issued', { offer: offer('o1') }),
    { type: 'acceptStarted', offerId: 'o1' as OfferView['id'] },
  ])
  const failed = (gone: boolean): LiveAction => ({
    type: 'acceptFailed',
    offerId: 'o1' as OfferView['id'],
    gone,
  })
  const again = run([failed(false)], ringing)
  assert.deepEqual([ids(again.offers), again.accepting], [['o1'], []])
  assert.deepEqual(ids(run([failed(true)], ringing).offers), [])
})

test('accepting puts the work and its call in place before any event does, and events repeat it harmlessly', () => {
  const state = run([
    event('offer.issued', { offer: offer('o1') }),
    {
      type: 'accepted',
      offerId: 'o1' as OfferView['id'],
      assignment: work('a1', { callId: 'c1' }),
      call: call('c1'),
    },
    event('offer.ended', { offerId: 'o1', outcome: 'accepted', missed: null }),
    event('assignment.changed', { assignment: work('a1', { callId: 'c1' }) }),
    event('call.changed', { call: call('c1') }),
  ])
  assert.deepEqual([ids(state.offers), ids(state.assignments), ids(state.calls)], [[], ['a1'], ['c1']])
})

test('missed offers are kept, newest first, each once', () => {
  const state = run([
    event('offer.ended', { offerId: 'o1', outcome: 'expired', missed: missed('o1') }),
    event('offer.ended', { offerId: 'o2', outcome: 'expired', missed: missed('o2') }),
    event('offer.ended', { offerId: 'o2', outcome: 'expired', missed: missed('o2') }),
  ])
  assert.deepEqual(
    state.missedOffers.map(each => each.offerId as string),
    ['o2', 'o1'],
  )
  assert.deepEqual(run([{ type: 'missedCleared' }], state).missedOffers, [])
})

test('an ended call stays while its wrap-up lasts, and a stranger’s does not', () => {
  const state = run([
    event('assignment.changed', { assignment: work('a1', { callId: 'c1' }) }),
    event('call.changed', { call: call('c1', 'disconnected') }),
    event('call.changed', { call: call('c2') }),
    event('call.changed', { call: call('c2', 'disconnected') }),
  ])
  assert.deepEqual(ids(state.calls), ['c1'])
})

test('a closed assignment leaves the desk; its conversation, if open for reading, follows its changes', () => {
  const open = run([
    event('assignment.changed', { assignment: work('a1') }),
    event('conversation.changed', { conversation: { id: 'conversation-a1', topic: 'delivery' } }),
  ])
  assert.equal(open.assignments[0]?.conversation.topic, 'delivery')
  const closed = run([event('assignment.changed', { assignment: work('a1', { state: 'closed' }) })], open)
  assert.deepEqual(ids(closed.assignments), [])
  assert.ok('conversation-a1' in closed.conversations)
})

test('one’s own presence follows; a colleague’s shows only on a floor that is watched', () => {
  const mine = run([
    { type: 'snapshotReceived', snapshot: snapshot() },
    event('worker.changed', { worker: worker('me', { presence: 'away' }) }),
    event('worker.changed', { worker: worker('other', { presence: 'busy' }) }),
  ])
  assert.equal(mine.worker?.presence, 'away')
  assert.equal(mine.floor, null)
})

test('time in a state is what the server tells', () => {
  const activitySince = '1970-01-01T00:00:20.000Z'
  const since = (state: LiveState) => state.floor?.workers[0]?.activeSince
  const watched = run([{ type: 'floorReceived', queues: [], workers: [worker('w')], at: 9_000 }])
  assert.equal(since(watched), 5_000)
  const calling = run(
    [event('worker.changed', { worker: worker('w', { activity: 'inCall', activitySince }) }, 25_000)],
    watched,
  )
  assert.equal(since(calling), 20_000)
})

test('colleagues are shown once they are followed, and then as they change', () => {
  const changed = event('colleagues.changed', {
    colleagues: [worker('a', { activity: 'inCall' }), worker('c')],
  })
  assert.equal(run([changed]).colleagues, null)
  const followed = run([{ type: 'colleaguesReceived', colleagues: [worker('a'), worker('b')] }, changed])
  assert.deepEqual(
    followed.colleagues?.map(({ id, activity }) => [id, activity]),
    [
      ['a', 'inCall'],
      ['b', 'idle'],
      ['c', 'idle'],
    ],
  )
})

test('a queue’s figures are dated, so that its wait goes on growing on screen', () => {
  const queue = (waiting: number) => ({ id: 'q', live: { waiting } }) as QueueView
  const watched = run([{ type: 'floorReceived', queues: [queue(1)], workers: [], at: 1_000 }])
  assert.equal(watched.floor?.queues[0]?.seenAt, 1_000)
  const changed = run([event('queue.changed', { queue: queue(2) }, 4_000)], watched)
  assert.deepEqual([changed.floor?.queues[0]?.seenAt, changed.floor?.queues[0]?.live.waiting], [4_000, 2])
  assert.equal(run([event('queue.changed', { queue: queue(2) })]).floor, null)
})

test('what belongs to threads and media leaves the desk untouched', () => {
  for (const name of [
    'message.changed',
    'typing.started',
    'message.read',
    'thread.participantsChanged',
    'call.rejoinNeeded',
    'call.toneReceived',
  ])
    assert.equal(reduceLive(emptyLiveState, event(name, {})), emptyLiveState, name)
})
