import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanInput, needsCleaning } from './clean.ts'

test('takes out what a database cannot hold, and nothing else', () => {
  const given = { 'k\0': ['a\0b', 'c\ud800d', { deep: 'é😀\n' }], number: 1, nothing: null, no: false }
  assert.deepEqual(cleanInput(given), {
    k: ['ab', 'c\ufffdd', { deep: 'é😀\n' }],
    number: 1,
    nothing: null,
    no: false,
  })
})

test('keeps hostile keys as what they are: keys', () => {
  const cleaned = cleanInput(JSON.parse('{"__proto__":{"admin":true},"constructor":1}')) as object
  assert.deepEqual(Object.keys(cleaned), ['__proto__', 'constructor'])
  assert.equal('admin' in cleaned, false)
})

test('refuses nesting that would exhaust the stack', () => {
  const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  assert.throws(() => cleanInput(nested), { code: 'invalid-request' })
  cleanInput(JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`))
})

test('tells from the JSON text alone whether a look inside is needed', () => {
  for (const value of ['a\0', '\ud800', { 'k\0': 1 }, '\udfff'])
    assert.ok(needsCleaning(JSON.stringify(value)))
  for (const value of ['plain', 'é😀\n\u0001', { a: [1] }])
    assert.equal(needsCleaning(JSON.stringify(value)), false)
})
