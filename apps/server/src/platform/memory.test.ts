import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'
import { releaseStartMemory } from './memory.ts'

const youngBytes = () => getHeapSpaceStatistics().find(space => space.space_name === 'new_space')?.space_size

test('the young generation that the start grew is given back', () => {
  let kept: object[] = []
  for (let round = 0; round < 60; round++)
    kept = kept.concat(Array.from({ length: 20_000 }, () => ({ round })))
  const grown = youngBytes() ?? 0
  kept = []
  releaseStartMemory()
  assert.ok(grown > 8_000_000, `it grew to ${grown} bytes`)
  assert.ok((youngBytes() ?? 0) < grown / 2, `it is ${youngBytes()} bytes`)
  assert.equal((globalThis as { gc?: unknown }).gc, undefined)
})
