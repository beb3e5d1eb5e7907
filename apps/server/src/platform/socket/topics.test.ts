import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBucket } from './rate.ts'
import { createTopics } from './topics.ts'

test('a forgotten member leaves no trace in any topic', () => {
  const topics = createTopics<string>()
  topics.subscribe('anna', 'a')
  topics.subscribe('anna', 'b')
  topics.subscribe('ben', 'a')
  topics.forget('anna')
  assert.deepEqual([...topics.members('a')], ['ben'])
  assert.equal(topics.members('b').size, 0)
  assert.equal(topics.of('anna').size, 0)
})

test('unsubscribing one topic keeps the others', () => {
  const topics = createTopics<string>()
  topics.subscribe('anna', 'a')
  topics.subscribe('anna', 'b')
  topics.unsubscribe('anna', 'a')
  assert.deepEqual([...topics.of('anna')], ['b'])
})

test('a bucket lets a burst through, then the refill rate', () => {
  const bucket = createBucket(10, 3)
  assert.deepEqual(
    [0, 0, 0, 0].map(now => bucket.take(now)),
    [true, true, true, false],
  )
  assert.equal(bucket.take(99), false)
  assert.equal(bucket.take(200), true)
})
