import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SeenQueue, SeenWorker } from '../../../live/live.state.ts'
import { groupOf, groupWorkers, longestWaitMs, sortByTrouble, troubleOf } from './floor.ts'

const queue = (id: string, waiting: number, waitMs: number, ready: number, timeoutMs = 100_000) =>
  ({
    id,
    timeoutMs,
    seenAt: 1_000,
    live: { waiting, longestWaitMs: waitMs, agentsReady: ready, agentsBusy: 0, agentsWrapUp: 0 },
  }) as unknown as SeenQueue

test('a wait goes on growing between two reports', () => {
  assert.equal(longestWaitMs(queue('a', 1, 5_000, 1), 4_000), 8_000)
  assert.equal(longestWaitMs(queue('a', 0, 0, 1), 4_000), 0)
  assert.equal(longestWaitMs(queue('a', 1, 5_000, 1), 0), 5_000)
})

test('trouble: nobody ready, then nearing the limit', () => {
  assert.equal(troubleOf(queue('a', 0, 0, 0), 1_000), 'calm')
  assert.equal(troubleOf(queue('a', 1, 5_000, 2), 1_000), 'waiting')
  assert.equal(troubleOf(queue('a', 1, 5_000, 0), 1_000), 'noneReady')
  assert.equal(troubleOf(queue('a', 1, 80_000, 3), 1_000), 'breach')
  assert.equal(troubleOf(queue('a', 1, 79_000, 3), 2_000), 'breach')
  assert.equal(troubleOf(queue('a', 1, 900_000, 3, 0), 1_000), 'waiting')
})

test('the queue that needs most help stands first', () => {
  const list = [
    queue('calm', 0, 0, 3),
    queue('waits', 2, 9_000, 1),
    queue('waits-longer', 1, 12_000, 1),
    queue('empty-handed', 1, 1_000, 0),
    queue('breach', 1, 95_000, 1),
  ]
  assert.deepEqual(
    sortByTrouble(list, 1_000).map(each => each.id as string),
    ['breach', 'empty-handed', 'waits-longer', 'waits', 'calm'],
  )
})

test('what an agent does counts before the presence they show', () => {
  const worker = (presence: string, activity: string, activeSince = 0) =>
    ({ presence, activity, activeSince }) as SeenWorker
  assert.equal(groupOf(worker('away', 'inCall')), 'inCall')
  assert.equal(groupOf(worker('available', 'idle')), 'ready')
  assert.equal(groupOf(worker('busy', 'idle')), 'notReady')
  assert.equal(groupOf(worker('offline', 'idle')), 'offline')
  const groups = groupWorkers([worker('available', 'idle', 9), worker('available', 'idle', 3)])
  assert.deepEqual(
    groups.get('ready')?.map(each => each.activeSince),
    [3, 9],
  )
  assert.deepEqual(groups.get('offline'), [])
})
