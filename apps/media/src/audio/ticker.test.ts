import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestClock } from '../testing/test-clock.ts'
import { createTicker } from './ticker.ts'

describe('ticker', () => {
  const create = () => {
    const clock = createTestClock()
    const errors: unknown[] = []
    return { clock, errors, ticker: createTicker(clock, error => errors.push(error)) }
  }

  it('calls every 20 ms without drift', () => {
    const { clock, ticker } = create()
    const at: number[] = []
    ticker.add(now => at.push(now))
    clock.advance(10_000)
    assert.equal(at.length, 500)
    assert.ok(at.every((now, i) => i === 0 || now - (at[i - 1] as number) === 20))
  })

  it('spreads its members over the time', () => {
    const { clock, ticker } = create()
    const at = new Map<number, number>()
    for (let i = 0; i < 10; i++) ticker.add(now => at.set(i, now % 20))
    clock.advance(40)
    assert.equal(new Set(at.values()).size, 10)
  })

  it('makes up for three frames at most after a hold-up', () => {
    const { clock, ticker } = create()
    let calls = 0
    ticker.add(() => calls++)
    clock.advance(100)
    const before = calls
    clock.jump(1_000)
    clock.advance(2)
    assert.ok(calls - before >= 3 && calls - before <= 4, `${calls - before}`)
    const made = calls
    clock.advance(1_000)
    assert.ok(Math.abs(calls - made - 50) <= 1)
  })

  it('rests without members, and goes on with new ones', () => {
    const { clock, ticker } = create()
    const remove = ticker.add(() => undefined)
    remove()
    remove()
    assert.equal(ticker.members, 0)
    clock.advance(100)
    assert.equal(clock.pending, 0)
    let calls = 0
    ticker.add(() => calls++)
    clock.advance(100)
    assert.equal(calls, 5)
  })

  it('keeps going when a member fails', () => {
    const { clock, ticker, errors } = create()
    let calls = 0
    ticker.add(() => {
      throw new Error('broken')
    })
    ticker.add(() => calls++)
    clock.advance(200)
    assert.equal(calls, 10)
    assert.equal(errors.length, 10)
  })
})
