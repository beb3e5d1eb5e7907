import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makePacket } from '../testing/packets.ts'
import { createSourceLock } from './source-lock.ts'

const signalled = { address: '192.0.2.1', port: 4_000 }
const packet = (sequence: number, ssrc = 7) => makePacket({ sequence, ssrc })

describe('source lock', () => {
  it('admits nothing before signalling has named an address', () => {
    const lock = createSourceLock({ learn: 'anywhere', sources: [] })
    for (let i = 0; i < 10; i++) assert.equal(lock.admits(packet(i), '192.0.2.1', 4_000, true, 0), false)
    assert.equal(lock.target, undefined)
  })

  it('admits the signalled address at once, and nobody else from then on', () => {
    const lock = createSourceLock({ learn: 'anywhere', sources: [] })
    lock.retarget(signalled, 0)
    assert.equal(lock.admits(packet(1), '192.0.2.1', 4_000, false, 0), true)
    for (let i = 0; i < 100; i++) {
      assert.equal(lock.admits(packet(2 + i), '203.0.113.9', 5_000, true, i), false)
      assert.equal(lock.admits(packet(2 + i), '192.0.2.1', 4_001, false, i), false)
    }
    assert.deepEqual([lock.target, lock.learned], [signalled, false])
  })

  it('learns one other source after three packets in a row', () => {
    const lock = createSourceLock({ learn: 'signalled', sources: ['198.51.100.5'] })
    lock.retarget({ address: '10.0.0.4', port: 4_000 }, 0)
    const from = (sequence: number, ssrc = 7) =>
      lock.admits(packet(sequence, ssrc), '198.51.100.5', 61_000, false, 0)
    assert.deepEqual([from(1), from(2), from(9), from(10)], [false, false, false, false], 'a gap begins anew')
    assert.deepEqual([from(11, 8), from(12, 8)], [false, false], 'another stream begins anew')
    assert.equal(from(13, 8), true)
    assert.deepEqual([lock.target?.port, lock.learned], [61_000, true])
    assert.equal(lock.isFrom('198.51.100.5', 61_000), true)
  })

  it('never learns hosts it was not told of, unless it may learn anywhere or they proved themselves', () => {
    const strangers = (learn: 'never' | 'signalled' | 'anywhere', proved: boolean) => {
      const lock = createSourceLock({ learn, sources: [] })
      lock.retarget(signalled, 0)
      return [1, 2, 3, 4].some(i => lock.admits(packet(i), '203.0.113.9', 5_000, proved, 0))
    }
    assert.equal(strangers('never', false), false)
    assert.equal(strangers('signalled', false), false)
    assert.equal(strangers('anywhere', false), true)
    assert.equal(strangers('never', true), true)
  })

  it('lets the signalled address take over from one that was learned', () => {
    const lock = createSourceLock({ learn: 'anywhere', sources: [] })
    lock.retarget(signalled, 0)
    for (let i = 0; i < 3; i++) lock.admits(packet(i), '203.0.113.9', 5_000, false, 0)
    assert.equal(lock.learned, true)
    assert.equal(lock.admits(packet(50), '192.0.2.1', 4_000, false, 0), true)
    assert.equal(lock.isFrom('203.0.113.9', 5_000), false)
  })

  it('moves by signalling alone, and what was on its way from before proves nothing', () => {
    const lock = createSourceLock({ learn: 'signalled', sources: [] })
    lock.retarget(signalled, 0)
    lock.admits(packet(1), '192.0.2.1', 4_000, false, 0)
    lock.retarget(signalled, 0)
    assert.equal(lock.isFrom('192.0.2.1', 4_000), true, 'the same address again changes nothing')
    lock.retarget({ address: '192.0.2.1', port: 4_100 }, 100)
    for (let i = 2; i < 9; i++) assert.equal(lock.admits(packet(i), '192.0.2.1', 4_000, false, 200), false)
    assert.equal(lock.target?.port, 4_100)
    assert.equal(lock.admits(packet(9), '192.0.2.1', 4_100, false, 200), true)
  })

  it('is not kept from learning by many strangers', () => {
    const lock = createSourceLock({ learn: 'signalled', sources: ['198.51.100.5'] })
    lock.retarget({ address: '10.0.0.4', port: 4_000 }, 0)
    for (let i = 0; i < 500; i++) lock.admits(packet(i), `203.0.113.${i % 250}`, 5_000 + i, false, 0)
    assert.deepEqual(
      [1, 2, 3].map(i => lock.admits(packet(i), '198.51.100.5', 61_000, false, 0)),
      [false, false, true],
    )
  })
})
