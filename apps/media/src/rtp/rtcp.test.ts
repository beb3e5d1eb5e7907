import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom } from '../testing/packets.ts'
import { createReception } from './reception.ts'
import { readRtcp } from './rtcp-read.ts'
import {
  writeBitrateCap,
  writeKeyFrameRequest,
  writeReceiverReport,
  writeRetransmissionRequest,
  writeSenderReport,
  writeSourceDescription,
} from './rtcp-write.ts'

describe('RTCP', () => {
  const report = {
    ssrc: 0xfedcba98,
    lossRatio: 0.25,
    cumulativeLost: 3,
    highestSequence: 70_000,
    jitter: 480,
    lastSenderReport: 0x11223344,
    delaySinceLastSenderReport: 65_536,
  }

  it('reads a compound packet that it wrote', () => {
    const compound = Buffer.concat([
      writeSenderReport({
        ssrc: 1,
        ntpSeconds: 0x01020304,
        ntpFraction: 0x05060708,
        timestamp: 9,
        packets: 1,
        bytes: 2,
      }),
      writeReceiverReport(1, [report]),
      writeSourceDescription(1, 'guichet'),
      writeBitrateCap(1, 2_500_000, [5]),
      writeKeyFrameRequest(1, 5),
      writeRetransmissionRequest(1, 5, [65_534, 65_535, 3, 40]),
    ])
    assert.deepEqual(readRtcp(compound), [
      { kind: 'senderReport', ssrc: 1, ntpMiddle: 0x03040506, blocks: [] },
      {
        kind: 'receiverReport',
        ssrc: 1,
        blocks: [
          {
            ssrc: 0xfedcba98,
            lossRatio: 0.25,
            jitter: 480,
            lastSenderReport: 0x11223344,
            delaySinceLastSenderReport: 65_536,
          },
        ],
      },
      { kind: 'keyFrameRequest', mediaSsrcs: [5] },
      { kind: 'retransmissionRequest', mediaSsrc: 5, sequences: [65_534, 65_535, 3, 40] },
    ])
  })

  it('writes a bitrate cap as browsers read it', () => {
    const cap = writeBitrateCap(1, 2_500_000, [5, 6])
    const word = cap.readUInt32BE(16)
    const mantissa = word & 0x3ffff
    const exponent = (word >> 18) & 63
    assert.equal(word >>> 24, 2)
    assert.ok(Math.abs(mantissa * 2 ** exponent - 2_500_000) < 16)
    assert.equal(cap.toString('latin1', 12, 16), 'REMB')
    assert.equal(cap.length, (cap.readUInt16BE(2) + 1) * 4)
  })

  it('pads the source description to whole words', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'guichet']) {
      const packet = writeSourceDescription(1, name)
      assert.equal(packet.length % 4, 0)
      assert.equal(packet.length, (packet.readUInt16BE(2) + 1) * 4)
      assert.equal(packet[10 + name.length], 0, 'the list of items is ended')
    }
  })

  it('survives a hundred thousand random and cut packets', () => {
    const random = createTestRandom(2)
    for (let i = 0; i < 100_000; i++) {
      const buffer = Buffer.alloc(Math.floor(random() * 64))
      for (let at = 0; at < buffer.length; at++) buffer[at] = Math.floor(random() * 256)
      if (buffer.length >= 4 && random() < 0.9) {
        buffer[0] = 0x80 | (Math.floor(random() * 32) & 31)
        buffer[1] = 200 + Math.floor(random() * 8)
        buffer.writeUInt16BE(Math.floor(random() * 18), 2)
      }
      for (const message of readRtcp(buffer)) {
        if (message.kind === 'retransmissionRequest') assert.ok(message.sequences.length <= 600)
      }
    }
  })
})

describe('reception', () => {
  it('counts loss between reports, and reordering as none', () => {
    const reception = createReception(1, 48_000)
    for (const sequence of [65_533, 65_534, 0, 65_535, 1]) reception.onPacket(sequence, sequence * 960, 0)
    assert.equal(reception.report(0).lossRatio, 0)
    for (const sequence of [2, 4, 5, 6]) reception.onPacket(sequence, sequence * 960, 0)
    const second = reception.report(0)
    assert.equal(second.lossRatio, 1 / 5)
    assert.equal(second.cumulativeLost, 1)
    assert.equal(second.highestSequence, 65_536 + 6)
    assert.equal(reception.quality().lossRatio, 1 / 10)
    assert.equal(reception.quality().lossRatio, 0)
  })

  it('measures jitter in milliseconds', () => {
    const even = createReception(1, 48_000)
    const uneven = createReception(2, 48_000)
    for (let i = 0; i < 200; i++) {
      even.onPacket(i, i * 960, i * 20)
      uneven.onPacket(i, i * 960, i * 20 + (i % 2) * 10)
    }
    assert.equal(even.quality().jitterMs, 0)
    const { jitterMs } = uneven.quality()
    assert.ok(jitterMs > 9 && jitterMs < 11, `${jitterMs} ms`)
  })

  it('tells when the last sender report came', () => {
    const reception = createReception(1, 90_000)
    reception.onSenderReport(0xabcd, 1_000)
    const report = reception.report(1_500)
    assert.equal(report.lastSenderReport, 0xabcd)
    assert.equal(report.delaySinceLastSenderReport, 32_768)
  })
})
