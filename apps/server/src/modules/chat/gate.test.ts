import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from './gate.ts'

test('lets a few run at a time, in order, and goes on after a failure', async () => {
  const gate = createGate(2)
  let running = 0
  let most = 0
  const began: number[] = []
  const run = (index: number) =>
    gate(async () => {
      began.push(index)
      most = Math.max(most, ++running)
      await new Promise(resolve => setImmediate(resolve))
      running--
      if (index === 1) throw new Error('failed')
      return index
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map(run))
  assert.equal(most, 2)
  assert.deepEqual(began, [0, 1, 2, 3, 4])
  assert.deepEqual(
    results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.message)),
    [0, 'failed', 2, 3, 4],
  )
  assert.equal(await run(9), 9)
})
