import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssignmentView, Call } from '@guichet/contract'
import { countMissedInRow, emptyDesk, sortActive, workStateOf } from './work.ts'

const call = (change: Partial<Call> = {}, isOnHold = false) =>
  ({
    id: 'c1',
    endedAt: null,
    participants: [{ isOnHold, state: isOnHold ? 'held' : 'connected' }],
    ...change,
  }) as unknown as Call
const work = (change: Partial<AssignmentView>) =>
  ({
    state: 'active',
    channel: 'voice',
    callId: 'c1',
    assignedAt: '2026-11-22T10:00:00Z',
    ...change,
  }) as AssignmentView

test('a card says where its call is', () => {
  assert.equal(workStateOf(work({ channel: 'chat' }), [], null), 'chat')
  assert.equal(workStateOf(work({}), [call()], 'c1'), 'inCall')
  assert.equal(workStateOf(work({}), [call({}, true)], 'c1'), 'onHold')
  assert.equal(workStateOf(work({}), [call()], null), 'otherTab')
  assert.equal(workStateOf(work({}), [call({ endedAt: '2026-11-22T10:01:00Z' })], null), 'inCall')
  assert.equal(workStateOf(work({ state: 'wrapUp' }), [call()], null), 'wrapUp')
})

test('calls come first, then the oldest', () => {
  const list = [
    work({ id: 'late' as never, channel: 'chat', assignedAt: '2026-11-22T10:05:00Z' }),
    work({ id: 'early' as never, channel: 'chat', assignedAt: '2026-11-22T10:01:00Z' }),
    work({ id: 'call' as never, assignedAt: '2026-11-22T10:09:00Z' }),
    work({ id: 'done' as never, state: 'wrapUp' }),
  ]
  assert.deepEqual(
    sortActive(list).map(each => each.id as string),
    ['call', 'early', 'late'],
  )
})

test('an empty desk teaches what is true of it', () => {
  assert.equal(emptyDesk(null), 'notWorker')
  assert.equal(emptyDesk({ presence: 'available', queues: [] }), 'noQueues')
  assert.equal(emptyDesk({ presence: 'away', queues: [{}] }), 'away')
  assert.equal(emptyDesk({ presence: 'available', queues: [{}] }), 'ready')
})

test('offers missed in a row are those just before the presence changed', () => {
  const missed = ['10:10:00', '10:09:30', '08:00:00', '10:20:00'].map(hour => ({ at: `2026-11-22T${hour}Z` }))
  assert.equal(countMissedInRow(missed, '2026-11-22T10:10:00Z'), 2)
  assert.equal(countMissedInRow([], '2026-11-22T10:10:00Z'), 1)
})
