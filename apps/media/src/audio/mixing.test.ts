import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom, makePacket, rms, strengthOf, toneFrames } from '../testing/packets.ts'
import { createAdder } from './mixer.ts'
import { createOpusDecoder, createOpusEncoder } from './opus.ts'
import { createSourceDecoder } from './source-decoder.ts'

const join = (frames: readonly Int16Array[]) => Int16Array.from(frames.flatMap(frame => [...frame]))

describe('adder', () => {
  it('adds frames sample by sample', () => {
    const adder = createAdder()
    const sum = adder.add([new Int16Array(960).fill(100), new Int16Array(960).fill(-30)])
    assert.deepEqual([...new Set(sum)], [70])
    assert.equal(adder.add([]), undefined)
  })

  it('turns down instead of clipping, and up again afterwards', () => {
    const adder = createAdder()
    const loud = toneFrames(400, 20, 30_000)
    const other = toneFrames(400, 20, 30_000)
    const sums = loud.map((frame, i) => adder.add([frame, other[i] as Int16Array])?.slice() as Int16Array)
    const settled = join(sums.slice(10))
    const peak = settled.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    assert.ok(peak < 32_767 && peak > 28_000, `peak ${peak}`)
    const quiet = new Int16Array(960).fill(1_000)
    let last: Int16Array | undefined
    for (let i = 0; i < 100; i++) last = adder.add([quiet, new Int16Array(960)])
    assert.equal(last?.[500], 1_000)
  })
})

describe('source decoder', () => {
  const packets = (hz: number, count: number) => {
    const encoder = createOpusEncoder(40_000, 5)
    return toneFrames(hz, count).map((frame, i) =>
      makePacket({ sequence: i, timestamp: i * 960 }, encoder.encode(frame)),
    )
  }

  it('gives the sound back, one frame per tick', () => {
    const decoder = createSourceDecoder()
    const heard: Int16Array[] = []
    for (const packet of packets(600, 50)) {
      decoder.buffer.push(packet)
      const frame = decoder.nextFrame()
      if (frame) heard.push(frame.slice())
    }
    assert.ok(heard.length >= 48)
    const sound = join(heard.slice(5))
    assert.ok(strengthOf(600, sound) > 7_000)
    assert.ok(strengthOf(1_700, sound) < 200)
  })

  it('conceals a lost packet: the sound goes on', () => {
    const decoder = createSourceDecoder()
    const frames: number[] = []
    packets(600, 30).forEach((packet, i) => {
      if (i !== 15) decoder.buffer.push(packet)
      const frame = decoder.nextFrame()
      if (frame) frames.push(rms(frame))
    })
    assert.ok(Math.min(...frames.slice(3)) > 2_500, `${frames.map(Math.round)}`)
  })

  it('bridges from the packets heard last while its buffer fills, and goes on at full level', () => {
    const all = packets(600, 24)
    const history = all.slice(4, 12).map(packet => packet.buffer.subarray(packet.payloadStart))
    const decoder = createSourceDecoder(history)
    const levels: number[] = []
    for (const packet of all.slice(12)) {
      const frame = decoder.nextFrame()
      levels.push(frame ? rms(frame) : 0)
      decoder.buffer.push(packet)
    }
    assert.ok((levels[0] as number) > 4_000, `${levels.map(Math.round)}`)
    assert.ok(Math.min(...levels) > 2_500, `${levels.map(Math.round)}`)
    assert.ok(Math.min(...levels.slice(3)) > 5_000, `${levels.map(Math.round)}`)
  })

  it('plays packets of other lengths evenly', () => {
    const encoder = createOpusEncoder(40_000, 5)
    const tone = toneFrames(500, 40)
    const decoder = createSourceDecoder()
    const heard: Int16Array[] = []
    for (let i = 0; i < 40; i += 2) {
      const [a, b] = [encoder.encode(tone[i] as Int16Array), encoder.encode(tone[i + 1] as Int16Array)]
      // Two frames in one packet, code 2: the first length is written, the second is the rest.
      const lengths = a.length - 1 < 252 ? [a.length - 1] : []
      const payload = Buffer.from([((a[0] as number) & 0xfc) | 2, ...lengths, ...a.slice(1), ...b.slice(1)])
      decoder.buffer.push(makePacket({ sequence: i / 2, timestamp: i * 960 }, payload))
      for (let tick = 0; tick < 2; tick++) {
        const frame = decoder.nextFrame()
        if (frame) heard.push(frame.slice())
      }
    }
    assert.ok(heard.length >= 36)
    assert.ok(strengthOf(500, join(heard.slice(5))) > 7_000)
  })

  it('survives payloads that are not Opus', () => {
    const decoder = createSourceDecoder()
    const random = createTestRandom(4)
    for (let i = 0; i < 5_000; i++) {
      const payload = Uint8Array.from({ length: 1 + random() * 80 }, () => random() * 256)
      decoder.buffer.push(makePacket({ sequence: i & 0xffff, timestamp: i * 960 }, payload))
      const frame = decoder.nextFrame()
      if (frame) assert.equal(frame.length, 960)
    }
  })
})

describe('Opus', () => {
  it('decodes nothing from an empty or broken packet', () => {
    const decoder = createOpusDecoder()
    assert.equal(decoder.decode(new Uint8Array(0)), undefined)
    assert.equal(decoder.decode(new Uint8Array([0xff, 0xff, 0])), undefined)
  })
})
