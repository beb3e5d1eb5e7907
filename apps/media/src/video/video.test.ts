import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import { makePacket } from '../testing/packets.ts'
import { bitrateLimits, nextBitrateCap } from './bitrate-cap.ts'
import { createPictureSink } from './picture-sink.ts'
import { createPictureSource } from './picture-source.ts'
import { createGapWatch, createPacketCache, restorePacket } from './retransmission.ts'
import { isKeyFrameStart } from './vp8.ts'

const keyFrame = new Uint8Array([0x10, 0x00, 1, 2])
const deltaFrame = new Uint8Array([0x10, 0x01, 1, 2])
const picture = (sequence: number, payload: Uint8Array = deltaFrame, ssrc = 5) =>
  makePacket({ payloadType: 96, sequence, timestamp: sequence * 3_000, ssrc }, payload)

describe('VP8 key frames', () => {
  const starts = (...bytes: number[]) => isKeyFrameStart(Buffer.from(bytes), 0, bytes.length)

  it('are found behind every form of descriptor', () => {
    assert.equal(starts(0x10, 0x00), true)
    assert.equal(starts(0x10, 0x01), false)
    assert.equal(starts(0x90, 0x80, 0x05, 0x00), true, 'picture id of 7 bits')
    assert.equal(starts(0x90, 0x80, 0x85, 0x01, 0x00), true, 'picture id of 15 bits')
    assert.equal(starts(0x90, 0xf0, 0x85, 0x01, 0x00, 0x00, 0x00), true, 'all fields')
    assert.equal(starts(0x90, 0xf0, 0x85, 0x01, 0x00, 0x00, 0x01), false)
  })

  it('begin only in the first packet of the first partition, and never beyond the end', () => {
    assert.equal(starts(0x00, 0x00), false)
    assert.equal(starts(0x11, 0x00), false)
    assert.equal(starts(0x10), false)
    assert.equal(starts(0x90, 0xf0, 0x85), false)
    assert.equal(isKeyFrameStart(Buffer.alloc(0), 0, 0), false)
  })
})

describe('retransmission', () => {
  it('restores the packet that an RTX packet carries', () => {
    const rtx = makePacket({ payloadType: 97, sequence: 9, ssrc: 6 }, Buffer.from([0x12, 0x34, ...keyFrame]))
    const restored = restorePacket(rtx, 96, 5)
    assert.ok(restored)
    assert.deepEqual([restored.sequence, restored.ssrc, restored.payloadType], [0x1234, 5, 96])
    assert.deepEqual([...rtx.buffer.subarray(restored.payloadStart, restored.payloadEnd)], [...keyFrame])
    assert.equal(restorePacket(makePacket({}, Buffer.from([1, 2])), 96, 5), undefined, 'padding')
  })

  it('keeps the last 512 packets', () => {
    const cache = createPacketCache()
    for (let sequence = 0; sequence < 600; sequence++) cache.put(picture(sequence))
    assert.equal(cache.get(599)?.sequence, 599)
    assert.equal(cache.get(88)?.sequence, 88)
    assert.equal(cache.get(87), undefined)
  })

  it('asks for what is missing at once, again every 80 ms, six times', () => {
    const gaps = createGapWatch()
    assert.deepEqual(gaps.onPacket(65_534, 0), [])
    assert.deepEqual(gaps.onPacket(2, 10), [65_535, 0, 1])
    assert.deepEqual(gaps.onPacket(3, 20), [])
    assert.deepEqual(gaps.onPacket(0, 30), [])
    let asked = 0
    for (let now = 40, sequence = 4; now < 2_000; now += 20, sequence++) {
      const ask = gaps.onPacket(sequence, now)
      if (ask.length > 0) {
        assert.deepEqual(ask, [65_535, 1])
        asked++
      }
    }
    assert.equal(asked, 5)
    assert.equal(gaps.takeGivenUp(), true)
    assert.equal(gaps.takeGivenUp(), false)
  })

  it('gives a gap up that is too wide to repair', () => {
    const gaps = createGapWatch()
    gaps.onPacket(1, 0)
    assert.deepEqual(gaps.onPacket(1_000, 10), [])
    assert.equal(gaps.takeGivenUp(), true)
  })
})

describe('bitrate cap', () => {
  it('grows from the start to its limit within six seconds without loss', () => {
    let cap = bitrateLimits.start
    for (let step = 0; step < 12; step++) cap = nextBitrateCap(cap, 0, 1)
    assert.equal(cap, bitrateLimits.onePicture)
    for (let step = 0; step < 12; step++) cap = nextBitrateCap(cap, 0, 2)
    assert.equal(cap, bitrateLimits.twoPictures)
  })

  it('stays at noticeable loss, falls at harmful loss, never below its floor', () => {
    assert.equal(nextBitrateCap(1_000_000, 0.05, 1), 1_000_000)
    assert.equal(nextBitrateCap(1_000_000, 0.2, 1), 900_000)
    let cap = 1_000_000
    for (let step = 0; step < 50; step++) cap = nextBitrateCap(cap, 0.9, 1)
    assert.equal(cap, bitrateLimits.lowest)
  })
})

describe('picture from source to listener', () => {
  const create = (withRtx = true) => {
    const asked: string[] = []
    const sent: RtpPacket[] = []
    const newSource = (ssrc: number) =>
      createPictureSource({
        kind: 'camera',
        ssrc,
        askKeyFrame: () => asked.push(`key ${ssrc}`),
        askAgain: sequences => asked.push(`again ${sequences}`),
      })
    const sink = createPictureSink({
      kind: 'camera',
      ssrc: 100,
      rtxSsrc: 101,
      firstSequence: 65_535,
      firstTimestamp: 0,
      format: () => ({ vp8Type: 120, rtxType: withRtx ? 97 : undefined }),
      send: packet => {
        sent.push(parseRtp(Buffer.from(packet)) as RtpPacket)
        return true
      },
    })
    const feed = (source: ReturnType<typeof newSource>, packet: RtpPacket, now: number) => {
      const { keyFrame: starts } = source.onPacket(packet, now)
      sink.forward(source, packet, starts, now)
    }
    return { asked, sent, sink, newSource, feed }
  }

  it('waits for a key frame, asking once per half second', () => {
    const { asked, sent, sink, newSource, feed } = create()
    const source = newSource(5)
    sink.show(source, 0)
    for (let i = 0; i < 10; i++) feed(source, picture(10 + i), i * 33)
    assert.equal(sent.length, 0)
    assert.deepEqual(asked, ['key 5'])
    source.onTime(600)
    assert.deepEqual(asked, ['key 5', 'key 5'])
    feed(source, picture(20, keyFrame), 700)
    feed(source, picture(21), 733)
    assert.deepEqual(
      sent.map(packet => [packet.sequence, packet.payloadType, packet.ssrc]),
      [
        [65_535, 120, 100],
        [0, 120, 100],
      ],
    )
  })

  it('continues its numbers when another source is shown', () => {
    const { sent, sink, newSource, feed } = create()
    const first = newSource(5)
    const second = newSource(6)
    sink.show(first, 0)
    feed(first, picture(1, keyFrame, 5), 0)
    sink.show(second, 100)
    feed(first, picture(2, deltaFrame, 5), 110)
    feed(second, picture(40_000, keyFrame, 6), 133)
    assert.deepEqual(
      sent.map(packet => packet.sequence),
      [65_535, 0],
    )
    assert.equal(sent[1]?.timestamp, 133 * 90)
  })

  it('answers for lost packets from its cache, as RTX where agreed', () => {
    const { sent, sink, newSource, feed } = create()
    const source = newSource(5)
    sink.show(source, 0)
    feed(source, picture(1, keyFrame), 0)
    feed(source, picture(2, new Uint8Array([0x10, 0x01, 77])), 33)
    sink.answer([0, 5_000])
    const [, original, again] = sent
    assert.ok(original && again)
    assert.equal(sent.length, 3)
    assert.deepEqual([again.payloadType, again.ssrc, again.timestamp], [97, 101, original.timestamp])
    assert.deepEqual([...again.buffer.subarray(again.payloadStart)], [0, 0, 0x10, 0x01, 77])
    assert.equal(sink.retransmissionsServed, 1)
  })

  it('answers with the packet itself where RTX is not agreed', () => {
    const { sent, sink, newSource, feed } = create(false)
    const source = newSource(5)
    sink.show(source, 0)
    feed(source, picture(1, keyFrame), 0)
    sink.answer([65_535])
    assert.deepEqual(sent[1]?.buffer, sent[0]?.buffer)
  })

  it('asks its sender for missing packets and stops being active without any', () => {
    const { asked, newSource } = create()
    const source = newSource(5)
    assert.deepEqual(source.onPacket(picture(1, keyFrame), 0), { keyFrame: true, began: true })
    source.onPacket(picture(4), 50)
    assert.deepEqual(asked, ['again 2,3'])
    assert.equal(source.onTime(3_000), false)
    assert.equal(source.onTime(5_000), true)
    assert.equal(source.active, false)
    assert.equal(source.onPacket(picture(5), 6_000).began, true)
  })
})
