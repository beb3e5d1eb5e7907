import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QueueView, UpdateQueue } from '@guichet/contract'
import { changesOf, draftOf, isWithin, moveItem, wrongFields } from './queue-form.ts'

const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
const queue = {
  name: { en: 'Sales', fr: 'Ventes' },
  routingMethod: 'longestIdle',
  agentAlertTimeMs: 30_000,
  wrapUpMs: 60_000,
  overflowThreshold: 50,
  timeoutMs: 1_200_000,
  presenceRouting: true,
  members: ids.map(workerId => ({ workerId, displayName: '', optedIn: true })),
} as unknown as QueueView

test('an untouched form changes nothing and is right', () => {
  assert.deepEqual(changesOf(queue, draftOf(queue)), {})
  assert.deepEqual(wrongFields(draftOf(queue)), [])
})

test('only what changed is sent, in the units of the wire', () => {
  const draft = { ...draftOf(queue), alertSeconds: '45', presenceRouting: false, memberIds: [] }
  const changes = changesOf(queue, draft)
  assert.deepEqual(changes, { agentAlertTimeMs: 45_000, presenceRouting: false, memberIds: [] })
  assert.ok(UpdateQueue.safeParse(changes).success)
})

test('numbers must be whole and within their limits', () => {
  for (const [text, right] of [
    ['15', true],
    ['180', true],
    ['14', false],
    ['181', false],
    ['', false],
    ['2e1', false],
    ['-20', false],
    ['20.5', false],
  ] as const)
    assert.equal(isWithin('alertSeconds', text), right, text)
  assert.deepEqual(wrongFields({ ...draftOf(queue), name: { en: ' ', fr: 'x' }, overflow: '201' }), [
    'name',
    'overflow',
  ])
})

test('an item moves one place and stops at the ends', () => {
  assert.deepEqual(moveItem(['a', 'b', 'c'], 'b', -1), ['b', 'a', 'c'])
  assert.deepEqual(moveItem(['a', 'b', 'c'], 'b', 1), ['a', 'c', 'b'])
  assert.deepEqual(moveItem(['a', 'b'], 'a', -1), ['a', 'b'])
  assert.deepEqual(moveItem(['a', 'b'], 'z', 1), ['a', 'b'])
})
