import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCanned } from './canned.ts'

test('a slash lists all, letters narrow, and anything else is a message', () => {
  assert.ok((findCanned('en', '/')?.length ?? 0) > 3)
  assert.deepEqual(
    findCanned('en', '/he')?.map(reply => reply.word),
    ['hello'],
  )
  assert.equal(findCanned('en', '1/2'), null)
  assert.equal(findCanned('en', '/hello there'), null)
  assert.deepEqual(findCanned('fr', '/zzz'), [])
})

test('the language is the visitor’s', () => {
  assert.equal(findCanned('fr', '/bonjour')?.length, 1)
  assert.deepEqual(findCanned('en', '/bonjour'), [])
})
