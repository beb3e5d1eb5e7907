import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createKeyedLimit, isLoopbackAddress } from './keyed-limit.ts'
import { createSignInGuard } from './sign-in.guard.ts'

const never = () => () => undefined
function fakeClock() {
  let nowMs = 0
  const advance = (ms: number) => {
    nowMs += ms
  }
  return { now: () => nowMs, after: never, every: never, advance }
}
const refused = { code: 'too-many-requests', retryable: true }

describe('sign-in guard', () => {
  it('refuses after ten failures of one person from one place, and forgets one in 30 s', () => {
    const clock = fakeClock()
    const guard = createSignInGuard(clock)
    for (let index = 0; index < 10; index++) guard.admit('10.0.0.1', 'Ada@example.org')
    assert.throws(() => guard.admit('10.0.0.1', 'ada@example.org '), {
      ...refused,
      details: { retryAfterMs: 30_000 },
    })
    guard.admit('10.0.0.2', 'ada@example.org')
    guard.admit('10.0.0.1', 'bob@example.org')
    clock.advance(31_000)
    guard.admit('10.0.0.1', 'ada@example.org')
    assert.throws(() => guard.admit('10.0.0.1', 'ada@example.org'), refused)
  })
  it('never counts what succeeds', () => {
    const guard = createSignInGuard(fakeClock())
    for (let index = 0; index < 500; index++) guard.admit('10.0.0.1', 'ada@example.org')()
  })
  it('refuses one place that tries many accounts, and many places that try one', () => {
    const guard = createSignInGuard(fakeClock())
    for (let index = 0; index < 50; index++) guard.admit('10.0.0.1', `${index}@example.org`)
    assert.throws(() => guard.admit('10.0.0.1', 'next@example.org'), refused)
    for (let index = 0; index < 100; index++) guard.admit(`10.1.0.${index}`, 'ada@example.org')
    assert.throws(() => guard.admit('10.2.0.1', 'ada@example.org'), refused)
  })
})

describe('limit by key', () => {
  it('gives each key its own bucket', () => {
    const clock = fakeClock()
    const limit = createKeyedLimit(clock, 1, 2)
    assert.deepEqual(
      [limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')],
      [true, true, false, true],
    )
    clock.advance(1_000)
    assert.equal(limit.take('a'), true)
  })
  it('knows this machine', () => {
    assert.deepEqual(
      ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '::ffff:10.0.0.1', '1127.0.0.1'].map(
        isLoopbackAddress,
      ),
      [true, true, true, false, false, false],
    )
  })
})
