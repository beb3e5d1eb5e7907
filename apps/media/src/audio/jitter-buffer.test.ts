import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom, makePacket } from '../testing/packets.ts'
import { createJitterBuffer } from './jitter-buffer.ts'
import { opusDuration } from './opus.ts'

const packet = (number: number, change: { timestamp?: number; toc?: number } = {}) =>
  makePacket(
    { sequence: number & 0xffff, timestamp: change.timestamp ?? (number * 960) >>> 0 },
    new Uint8Array([change.toc ?? 0xf8, number & 255]),
  )

/** What the next pulls give: a number for a packet, `-` for lost, `.` for nothing. */
const pulls = (buffer: ReturnType<typeof createJitterBuffer>, count: number): string =>
  Array.from({ length: count }, () => {
    const playout = buffer.pull()
    if (playout.kind === 'packet') return String(playout.payload[1])
    return playout.kind === 'lost' ? '-' : '.'
  }).join(' ')

describe('jitter buffer', () => {
  it('waits until it holds two frames, then gives them in order', () => {
    const buffer = createJitterBuffer()
    assert.equal(pulls(buffer, 2), '. .')
    buffer.push(packet(1))
    assert.equal(pulls(buffer, 1), '.')
    buffer.push(packet(2))
    buffer.push(packet(3))
    assert.equal(pulls(buffer, 3), '1 2 3')
  })

  it('reorders, drops duplicates, and marks a gap as lost', () => {
    const buffer = createJitterBuffer()
    for (const number of [1, 3, 2, 2, 5, 6]) buffer.push(packet(number))
    assert.equal(pulls(buffer, 6), '1 2 3 - 5 6')
  })

  it('tells a pause of the source from loss', () => {
    const buffer = createJitterBuffer()
    buffer.push(packet(1))
    buffer.push(packet(2))
    buffer.push(packet(3, { timestamp: 5 * 960 }))
    buffer.push(packet(4, { timestamp: 6 * 960 }))
    assert.equal(pulls(buffer, 6), '1 2 . . 3 4')
  })

  it('conceals when it runs dry, falls silent, and starts anew', () => {
    const buffer = createJitterBuffer()
    buffer.push(packet(1))
    buffer.push(packet(2))
    assert.equal(pulls(buffer, 9), '1 2 - - - - - . .')
    buffer.push(packet(30))
    buffer.push(packet(31))
    assert.equal(pulls(buffer, 3), '30 31 -')
  })

  it('holds more once packets come late, and gives the delay back in calm', () => {
    const buffer = createJitterBuffer()
    for (const number of [1, 2]) buffer.push(packet(number))
    assert.equal(pulls(buffer, 4), '1 2 - -')
    buffer.push(packet(3))
    assert.equal(buffer.targetFrames, 3)
    for (const number of [4, 5]) buffer.push(packet(number))
    assert.equal(pulls(buffer, 3), '3 4 5')
    let number = 6
    for (let i = 0; i < 600; i++) {
      buffer.push(packet(number++))
      buffer.pull()
    }
    assert.equal(buffer.targetFrames, 2)
  })

  it('sheds what a faster clock of the source piles up', () => {
    const buffer = createJitterBuffer()
    let number = 1
    for (let i = 0; i < 20_000; i++) {
      buffer.push(packet(number++))
      if (i % 200 === 0) buffer.push(packet(number++))
      buffer.pull()
    }
    assert.ok(buffer.depthFrames < 10, `${buffer.depthFrames} frames`)
  })

  it('goes on across the wrap of both counters, and starts over on a new timeline', () => {
    const buffer = createJitterBuffer()
    const wrap = 4_294_967_296
    buffer.push(makePacket({ sequence: 65_535, timestamp: wrap - 960 }, new Uint8Array([0xf8, 1])))
    buffer.push(makePacket({ sequence: 0, timestamp: 0 }, new Uint8Array([0xf8, 2])))
    assert.equal(pulls(buffer, 2), '1 2')
    buffer.push(makePacket({ sequence: 40_000, timestamp: 2_000_000_000 }, new Uint8Array([0xf8, 3])))
    buffer.push(makePacket({ sequence: 40_001, timestamp: 2_000_000_960 }, new Uint8Array([0xf8, 4])))
    assert.equal(pulls(buffer, 2), '3 4')
  })

  it('stays small whatever a hostile source sends', () => {
    const buffer = createJitterBuffer()
    const random = createTestRandom(3)
    for (let i = 0; i < 50_000; i++) {
      const payload = new Uint8Array([random() * 256, random() * 256, random() * 256])
      const timestamp = random() < 0.5 ? Math.floor(random() * 4_294_967_296) : Math.floor(random() * 90_000)
      buffer.push(makePacket({ sequence: Math.floor(random() * 65_536), timestamp }, payload))
      if (random() < 0.3) buffer.pull()
      assert.ok(buffer.waiting().length <= 60)
    }
  })
})

describe('duration of an Opus packet', () => {
  it('follows the table of contents', () => {
    assert.equal(opusDuration(new Uint8Array([0xf8, 0])), 960)
    assert.equal(opusDuration(new Uint8Array([0xe0, 0])), 120)
    assert.equal(opusDuration(new Uint8Array([0x78, 0])), 960)
    assert.equal(opusDuration(new Uint8Array([0x18, 0])), 2_880)
    assert.equal(opusDuration(new Uint8Array([0xf9, 0])), 1_920)
    assert.equal(opusDuration(new Uint8Array([0xfb, 6])), 5_760)
    assert.equal(opusDuration(new Uint8Array([0xfb, 7])), 0, 'longer than 120 ms is malformed')
    assert.equal(opusDuration(new Uint8Array([])), 0)
  })
})
