import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom, makePacket } from '../testing/packets.ts'
import { findExtension, isRtcp, parseRtp, redressPacket } from './rtp-packet.ts'

const withExtensions = Buffer.from([
  0xb1, 0xef, 0x12, 0x34, 0, 0, 3, 0xe8, 0, 0, 0, 9, /* one contributor */ 1, 2, 3, 4,
  /* one-byte extensions, 2 words */ 0xbe, 0xde, 0, 2, 0x10, 0x85, 0, 0x41, 0x30, 0x31, 0, 0,
  /* payload */ 0xaa, 0xbb, 0xcc, /* padding */ 0, 0, 3,
])

describe('RTP packet', () => {
  it('reads header, contributors, extensions and padding', () => {
    const packet = parseRtp(withExtensions)
    assert.ok(packet)
    assert.equal(packet.payloadType, 111)
    assert.equal(packet.marker, true)
    assert.equal(packet.sequence, 0x1234)
    assert.equal(packet.timestamp, 1_000)
    assert.equal(packet.ssrc, 9)
    assert.deepEqual([...withExtensions.subarray(packet.payloadStart, packet.payloadEnd)], [0xaa, 0xbb, 0xcc])
    assert.deepEqual([...(findExtension(packet, 1) ?? [])], [0x85])
    assert.equal(findExtension(packet, 4)?.toString(), '01')
    assert.equal(findExtension(packet, 7), undefined)
  })

  it('redresses in place, again and again', () => {
    const packet = parseRtp(Buffer.from(withExtensions))
    assert.ok(packet)
    for (const sequence of [7, 8]) {
      const header = { payloadType: 96, marker: false, sequence, timestamp: 5, ssrc: 3 }
      const sent = parseRtp(redressPacket(packet, header))
      assert.equal(sent?.sequence, sequence)
      assert.equal(sent?.payloadType, 96)
      const payload = sent?.buffer.subarray(sent.payloadStart, sent.payloadEnd)
      assert.deepEqual([...(payload ?? [])], [0xaa, 0xbb, 0xcc])
    }
  })

  it('refuses every cut of a packet whose parts then do not fit', () => {
    for (let length = 0; length < 30; length++) {
      assert.equal(parseRtp(withExtensions.subarray(0, length)), undefined, `${length} bytes`)
    }
  })

  it('survives a hundred thousand random packets', () => {
    const random = createTestRandom(1)
    for (let i = 0; i < 100_000; i++) {
      const buffer = Buffer.alloc(Math.floor(random() * 48))
      for (let at = 0; at < buffer.length; at++) buffer[at] = Math.floor(random() * 256)
      if (buffer.length > 0 && random() < 0.8) buffer[0] = 0x80 | ((buffer[0] as number) & 0x3f)
      const packet = parseRtp(buffer)
      if (!packet) continue
      assert.ok(packet.payloadStart >= 12 && packet.payloadStart <= packet.payloadEnd)
      assert.ok(packet.payloadEnd <= buffer.length)
      for (const id of [1, 14, 15]) findExtension(packet, id)
    }
  })

  it('tells RTCP by its second byte', () => {
    assert.equal(isRtcp(Buffer.from([0x81, 200])), true)
    assert.equal(isRtcp(makePacket().buffer), false)
    assert.equal(isRtcp(Buffer.alloc(0)), false)
  })
})
