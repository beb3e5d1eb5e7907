import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom } from '../testing/packets.ts'
import { createRtpOut, type OutgoingSlot } from './rtp-out.ts'

const create = (firstSequence = 100, firstTimestamp = 1_000) =>
  createRtpOut({ ssrc: 1, clockRate: 48_000, firstSequence, firstTimestamp })

const seq = (slot: OutgoingSlot | undefined) => slot?.sequence
const gap = (later: number, earlier: number) => (later - earlier) >>> 0

describe('outgoing stream', () => {
  it('keeps the gaps and times of one source', () => {
    const out = create()
    const a = {}
    assert.deepEqual(out.relay(a, 5_000, 90_000, false, 0), { sequence: 100, timestamp: 1_000, marker: true })
    assert.deepEqual(out.relay(a, 5_001, 90_960, false, 20), {
      sequence: 101,
      timestamp: 1_960,
      marker: false,
    })
    assert.deepEqual(out.relay(a, 5_004, 93_840, true, 80), { sequence: 104, timestamp: 4_840, marker: true })
    assert.equal(seq(out.relay(a, 5_002, 91_920, false, 81)), 102, 'a reordered packet keeps its place')
  })

  it('refuses duplicates, and packets from before the source took over', () => {
    const out = create()
    const a = {}
    out.relay(a, 10, 0, false, 0)
    assert.ok(out.relay(a, 11, 960, false, 20))
    assert.equal(out.relay(a, 11, 960, false, 21), undefined)
    assert.equal(out.relay(a, 10, 0, false, 21), undefined)
    const b = {}
    assert.ok(out.relay(b, 500, 7_000, false, 40))
    assert.equal(out.relay(b, 499, 6_040, false, 41), undefined)
  })

  it('goes on after the last number and the time that passed when the source changes', () => {
    const out = create()
    out.relay({}, 10, 0, false, 0)
    const switched = out.relay({}, 60_000, 4_000_000_000, false, 50)
    assert.deepEqual(switched, { sequence: 101, timestamp: 1_000 + 50 * 48, marker: true })
  })

  it('closes the gap of withheld packets', () => {
    const out = create()
    const a = {}
    out.relay(a, 10, 0, false, 0)
    out.withhold(a, 11)
    out.withhold(a, 12)
    assert.deepEqual(out.relay(a, 13, 2_880, false, 60), { sequence: 101, timestamp: 3_880, marker: false })
    out.withhold({}, 14)
    assert.equal(seq(out.relay(a, 15, 4_800, false, 100)), 103, 'a loss stays a gap')
  })

  it('takes a wild jump of a source for its restart', () => {
    const out = create()
    const a = {}
    out.relay(a, 10, 0, false, 0)
    const after = out.relay(a, 30_000, 3_000_000_000, false, 20)
    assert.deepEqual(after, { sequence: 101, timestamp: 1_960, marker: true })
  })

  it('generates evenly whatever the jitter of our own clock, and jumps after a pause', () => {
    const out = create()
    const mix = {}
    out.generate(mix, 960, 0)
    assert.equal(out.generate(mix, 960, 26).timestamp, 1_960)
    assert.equal(out.generate(mix, 960, 40).timestamp, 2_920)
    const late = out.generate(mix, 960, 540)
    assert.equal(late.timestamp, 1_000 + 540 * 48)
    assert.equal(late.marker, true)
  })

  it('says where a sent packet came from, only for the present source', () => {
    const out = create(65_534)
    const a = {}
    for (let i = 0; i < 5; i++) out.relay(a, 65_530 + i, i * 3_000, false, i * 33)
    const origin = out.originOf(1)
    assert.equal(origin?.source, a)
    assert.equal(origin?.sequence, 65_533)
    assert.equal(out.originOf(50), undefined)
    out.relay({}, 9, 0, false, 200)
    assert.equal(out.originOf(1), undefined)
  })

  it('wraps sequence and time without a step', () => {
    const out = create(65_535, 4_294_967_000)
    const a = {}
    assert.equal(seq(out.relay(a, 1, 0, false, 0)), 65_535)
    const next = out.relay(a, 2, 960, false, 20)
    assert.deepEqual([next?.sequence, next?.timestamp], [0, 960 - 296])
  })

  it('never repeats a number nor goes back across a thousand random changes of source', () => {
    const random = createTestRandom(42)
    const out = create(65_000, 4_294_000_000)
    const used = new Set<number>()
    let now = 0
    let sequence = 64_999
    let timestamp = 4_294_000_000 - 960
    let unwrapped = 64_999
    for (let change = 0; change < 1_000; change++) {
      const source = {}
      const relayed = random() < 0.5
      let from = Math.floor(random() * 65_536)
      let time = Math.floor(random() * 4_294_967_296)
      for (let i = 0; i < 1 + random() * 10; i++) {
        now += relayed ? 15 + random() * 10 : 20
        const step = random() < 0.05 ? 2 : 1
        from += step
        time = (time + 960 * step) >>> 0
        const slot = relayed
          ? out.relay(source, from & 0xffff, time, false, now)
          : out.generate(source, 960, now)
        assert.ok(slot)
        const ahead = (slot.sequence - sequence) & 0xffff
        assert.ok(ahead >= 1 && ahead <= 2, `sequence goes on: ${ahead}`)
        const later = gap(slot.timestamp, timestamp)
        assert.ok(later > 0 && later < 48_000, `time goes on: ${later}`)
        sequence = slot.sequence
        timestamp = slot.timestamp
        unwrapped += ahead
        assert.ok(!used.has(unwrapped))
        used.add(unwrapped)
      }
      now += random() * 100
    }
  })
})
