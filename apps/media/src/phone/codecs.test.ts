import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { strengthOf, toneFrames } from '../testing/packets.ts'
import { type CodecName, codecOfSdpName, codecs } from './codecs.ts'
import { createConcealment } from './concealment.ts'
import { compressG711, expandG711, g711Expansion } from './g711.ts'
import { createG722Decoder, createG722Encoder } from './g722.ts'
import { createDownsampler, createUpsampler } from './rate.ts'

const sine = (hz: number, rate: number, count: number, amplitude: number) =>
  Int16Array.from({ length: count }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rate)),
  )

/** Signal to noise of `heard` against `sent` at the delay that fits best, in dB. */
function signalToNoise(sent: Int16Array, heard: Int16Array, maxDelay: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let delay = 0; delay <= maxDelay; delay++) {
    let signal = 0
    let noise = 0
    for (let i = 1_000; i < sent.length - maxDelay; i++) {
      const value = sent[i] as number
      signal += value ** 2
      noise += (value - (heard[i + delay] as number)) ** 2
    }
    best = Math.max(best, 10 * Math.log10(signal / Math.max(1, noise)))
  }
  return best
}

describe('G.711', () => {
  it('expands as the tables of the standard say', () => {
    // Decision-table corners: ITU-T G.711 tables 1a, 2a, scaled to 16 bits.
    const u = g711Expansion('u')
    assert.deepEqual([u[0x00], u[0x80], u[0xff], u[0x7f], u[0xfe], u[0x8f]], [-32124, 32124, 0, 0, 8, 16764])
    const a = g711Expansion('a')
    assert.deepEqual([a[0xd5], a[0x55], a[0xaa], a[0x2a], a[0xd4]], [8, -8, 32256, -32256, 24])
  })

  for (const law of ['u', 'a'] as const) {
    it(`gives every ${law}-law value back, and the nearest code for all others`, () => {
      const values = g711Expansion(law)
      const again = new Int16Array(256)
      expandG711(law, compressG711(law, values), again)
      assert.deepEqual(again, values)
      const sorted = [...new Set(values)].sort((x, y) => x - y)
      for (let sample = -32_768; sample < 32_768; sample += 37) {
        const heard = new Int16Array(1)
        expandG711(law, compressG711(law, Int16Array.of(sample)), heard)
        const nearest = Math.min(...sorted.map(value => Math.abs(value - sample)))
        assert.ok(Math.abs((heard[0] as number) - sample) <= nearest + 4, `${sample} became ${heard[0]}`)
      }
    })

    it(`keeps ${law}-law speech levels above 33 dB`, () => {
      const tone = sine(1_020, 8_000, 8_000, 5_000)
      const heard = new Int16Array(tone.length)
      expandG711(law, compressG711(law, tone), heard)
      assert.ok(signalToNoise(tone, heard, 0) > 33)
    })
  }
})

describe('G.722', () => {
  const roundTrip = (tone: Int16Array) => {
    const heard = new Int16Array(tone.length)
    createG722Decoder().decode(createG722Encoder().encode(tone), heard)
    return heard
  }

  it('makes a byte of two samples and keeps tones of both bands', () => {
    const encoded = createG722Encoder().encode(sine(1_000, 16_000, 320, 8_000))
    assert.equal(encoded.length, 160)
    for (const [hz, wantedDb] of [
      [300, 30],
      [1_000, 25],
      [3_000, 20],
      [5_000, 9],
      [6_500, 7],
    ] as const) {
      const tone = sine(hz, 16_000, 16_000, 8_000)
      const heard = roundTrip(tone)
      const strength = strengthOf(hz, heard.subarray(4_000), 16_000)
      assert.ok(Math.abs(strength - 8_000) < 900, `${hz} Hz came back at ${strength}`)
      const db = signalToNoise(tone, heard, 40)
      assert.ok(db > wantedDb, `${hz} Hz: ${db.toFixed(1)} dB`)
    }
  })

  it('stays within range for full-scale noise and any bytes', () => {
    let state = 7
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 4_294_967_296
    }
    const noise = Int16Array.from({ length: 16_000 }, () => (random() > 0.5 ? 32_767 : -32_768))
    assert.equal(roundTrip(noise).length, noise.length)
    const decoder = createG722Decoder()
    const out = new Int16Array(320)
    for (let i = 0; i < 200; i++)
      decoder.decode(
        Uint8Array.from({ length: 160 }, () => random() * 256),
        out,
      )
    // At rest again afterwards: nothing has run away.
    const quiet = createG722Encoder()
    let last = Number.POSITIVE_INFINITY
    for (let i = 0; i < 100; i++) {
      decoder.decode(quiet.encode(new Int16Array(320)), out)
      last = Math.max(...out.map(Math.abs))
    }
    assert.ok(last < 200, `noise of ${last} left over`)
  })
})

describe('rate conversion of streams', () => {
  it('keeps a tone and takes away what the lower rate cannot hold', () => {
    for (const factor of [3, 6]) {
      const rate = 48_000 / factor
      const up = createUpsampler(factor)
      const down = createDownsampler(factor)
      const high = createDownsampler(factor)
      const heard: number[] = []
      const aliased: number[] = []
      const tone = sine(1_000, rate, rate / 2, 10_000)
      const shrill = sine(rate * 0.75, 48_000, 24_000, 10_000)
      for (let i = 0; i < 25; i++) {
        const part = tone.subarray((i * rate) / 50, ((i + 1) * rate) / 50)
        heard.push(...down(up(part)))
        aliased.push(...high(shrill.subarray(i * 960, (i + 1) * 960)))
      }
      const strength = strengthOf(1_000, heard.slice(1_000), rate)
      assert.ok(Math.abs(strength - 10_000) < 150, `${strength} at ${rate} Hz`)
      assert.ok(strengthOf(rate * 0.25, aliased.slice(1_000), rate) < 30)
      assert.ok(signalToNoise(tone, Int16Array.from(heard), 40) > 35)
    }
  })
})

describe('codecs', () => {
  for (const name of ['opus', 'pcmu', 'pcma', 'g722'] as CodecName[]) {
    it(`carries a tone through ${name}, conceals a lost packet and comes back`, () => {
      const codec = codecs[name]
      const encoder = codec.createEncoder(5)
      const decoder = codec.createDecoder()
      const heard: number[] = []
      toneFrames(500, 60).forEach((frame, i) => {
        const payload = encoder.encode(frame)
        assert.equal(codec.durationOf(payload), codec.frameUnits)
        const pcm = i === 40 ? decoder.conceal() : decoder.decode(Uint8Array.from(payload))
        assert.equal(pcm?.length, 960)
        heard.push(...(pcm ?? []))
      })
      const strength = (fromFrame: number, toFrame: number) =>
        strengthOf(500, heard.slice(fromFrame * 960, toFrame * 960))
      assert.ok(Math.abs(strength(10, 40) - 8_000) < 1_200, `${strength(10, 40)}`)
      assert.ok(strength(40, 41) > 4_000, `concealed: ${strength(40, 41)}`)
      assert.ok(Math.abs(strength(45, 60) - 8_000) < 1_200, `${strength(45, 60)}`)
      assert.ok(strengthOf(1_300, heard.slice(9_600, 38_000)) < 100)
    })

    it(`has quiet of 20 ms in ${name}`, () => {
      const codec = codecs[name]
      assert.equal(codec.durationOf(codec.silence), codec.frameUnits)
      const decoder = codec.createDecoder()
      for (let i = 0; i < 5; i++) {
        assert.ok((decoder.decode(codec.silence) ?? []).every(sample => Math.abs(sample) <= 40))
      }
    })
  }

  it('finds codecs by their name in SDP', () => {
    assert.equal(codecOfSdpName('pcma/8000/1')?.name, 'pcma')
    assert.equal(codecOfSdpName('G722/8000')?.name, 'g722')
    assert.equal(codecOfSdpName('OPUS/48000/2')?.name, 'opus')
    assert.equal(codecOfSdpName('G729/8000'), undefined)
  })
})

describe('concealment', () => {
  it('repeats the pitch and has faded away after 60 ms', () => {
    const concealment = createConcealment(8_000)
    assert.equal(concealment.invent(160), undefined)
    const tone = sine(125, 8_000, 8_000, 8_000)
    for (let i = 0; i < 50; i++) concealment.heard(tone.slice(i * 160, (i + 1) * 160))
    const levels = Array.from({ length: 4 }, () => Math.max(...(concealment.invent(160) ?? []).map(Math.abs)))
    assert.ok((levels[0] as number) > 7_000, String(levels))
    assert.ok((levels[2] as number) < (levels[0] as number))
    assert.equal(levels[3], 0)
  })
})
