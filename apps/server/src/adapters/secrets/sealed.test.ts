import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecretBox, digestHash } from './sealed.adapter.ts'

test('a sealed secret opens with the same key alone, and tells nothing by itself', () => {
  const box = createSecretBox('one')
  const sealed = box.seal('pässword')
  assert.equal(box.open(sealed), 'pässword')
  assert.notEqual(box.seal('pässword'), sealed)
  assert.ok(!Buffer.from(sealed, 'base64').includes('word'))
  assert.throws(() => createSecretBox('another').open(sealed))
})

test('a sealed secret that was changed does not open', () => {
  const box = createSecretBox('one')
  const bytes = Buffer.from(box.seal('secret'), 'base64')
  for (const at of [0, 13, bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] as number) ^ 1
    assert.throws(() => box.open(changed.toString('base64')))
  }
  for (const garbage of ['', 'AAAA', 'not base64']) assert.throws(() => box.open(garbage))
})

test('the hashes are those of the digest examples', () => {
  // RFC 7616 §3.9.1
  const a1 = 'Mufasa:http-auth@example.org:Circle of Life'
  assert.equal(digestHash.md5(a1), '3d78807defe7de2157e2b0b6573a855f')
  assert.equal(digestHash.sha256(a1), '7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232')
})
