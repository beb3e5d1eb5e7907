import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rms, strengthOf } from '../testing/packets.ts'
import { createMusic, musicSeconds } from './music.ts'
import { createOpusDecoder } from './opus.ts'
import { createResampler } from './resample.ts'
import { createSoundStore, type EncodedSound } from './sound-store.ts'
import { createTone } from './sound-stream.ts'
import { readWav } from './wav.ts'

const noPause = async () => undefined

/** A WAV file of a tone. */
function makeWav(options: {
  rate: number
  bits: 8 | 16 | 24
  channels: number
  hz: number
  seconds: number
}): Buffer {
  const { rate, bits, channels, hz, seconds } = options
  const width = bits / 8
  const count = Math.round(rate * seconds)
  const data = Buffer.alloc(count * channels * width)
  for (let i = 0; i < count; i++) {
    const value = 0.5 * Math.sin((2 * Math.PI * hz * i) / rate)
    for (let c = 0; c < channels; c++) {
      const at = (i * channels + c) * width
      if (bits === 8) data[at] = 128 + Math.round(value * 127)
      else if (bits === 16) data.writeInt16LE(Math.round(value * 32_767), at)
      else data.writeIntLE(Math.round(value * 8_388_607), at, 3)
    }
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * channels * width, 28)
  head.writeUInt16LE(channels * width, 32)
  head.writeUInt16LE(bits, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

const decodeAll = (sound: EncodedSound): Int16Array => {
  const decoder = createOpusDecoder()
  return Int16Array.from(sound.packets.flatMap(packet => [...(decoder.decode(packet) ?? [])]))
}

describe('WAV', () => {
  for (const bits of [8, 16, 24] as const) {
    for (const channels of [1, 2]) {
      it(`reads ${bits} bits, ${channels} channel(s)`, async () => {
        const wav = makeWav({ rate: 16_000, bits, channels, hz: 400, seconds: 0.5 })
        const { rate, samples } = await readWav(wav, noPause)
        assert.equal(rate, 16_000)
        assert.equal(samples.length, 8_000)
        assert.ok(Math.abs(strengthOf(400, samples, 16_000) - 0.5) < 0.01)
      })
    }
  }

  it('refuses what is not WAV, and survives every cut', async () => {
    const whole = makeWav({ rate: 8_000, bits: 16, channels: 1, hz: 400, seconds: 0.01 })
    await assert.rejects(readWav(Buffer.from('not a sound'), noPause), { code: 'media-failed' })
    for (let length = 0; length < whole.length; length++) {
      try {
        assert.ok((await readWav(whole.subarray(0, length), noPause)).samples.length <= 80)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'media-failed')
      }
    }
    const compressed = Buffer.from(whole)
    compressed.writeUInt16LE(7, 20)
    await assert.rejects(readWav(compressed, noPause), /not PCM/)
  })

  it('reads a file whose length says more than it holds', async () => {
    const streamed = makeWav({ rate: 8_000, bits: 16, channels: 1, hz: 400, seconds: 0.1 })
    streamed.writeUInt32LE(0xffffffff, 40)
    assert.equal((await readWav(streamed, noPause)).samples.length, 800)
  })

  it('lets the packets of calls pass while it reads a long file', async () => {
    const second = makeWav({ rate: 48_000, bits: 16, channels: 1, hz: 400, seconds: 1 })
    let pauses = 0
    await readWav(second, async () => void pauses++)
    assert.equal(pauses, 3)
  })
})

describe('resampler', () => {
  const tone = (hz: number, rate: number) =>
    Float32Array.from({ length: rate }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate))

  for (const rate of [8_000, 11_025, 16_000, 22_050, 44_100, 96_000]) {
    it(`keeps a tone from ${rate} Hz and adds no image`, () => {
      const resampler = createResampler(tone(1_000, rate), rate, 48_000)
      const parts: number[] = []
      for (let part = resampler.next(960); part.length > 0; part = resampler.next(960)) parts.push(...part)
      assert.equal(parts.length, resampler.total)
      assert.equal(resampler.total, 48_000)
      const middle = parts.slice(2_400, -2_400)
      assert.ok(Math.abs(strengthOf(1_000, middle) - 0.5) < 0.01)
      const image = rate - 1_000
      if (image < 24_000) assert.ok(strengthOf(image, middle) < 0.001, `image ${strengthOf(image, middle)}`)
    })
  }

  it('takes away what the lower rate cannot hold', () => {
    const resampler = createResampler(tone(30_000, 96_000), 96_000, 48_000)
    assert.ok(rms(resampler.next(48_000).slice(2_400, -2_400)) < 0.001)
  })

  it('gives the same in slices of any size', () => {
    const input = tone(700, 22_050)
    const whole = createResampler(input, 22_050, 48_000).next(48_000)
    const sliced = createResampler(input, 22_050, 48_000)
    const parts = [7, 960, 1, 30_000, 48_000].flatMap(count => [...sliced.next(count)])
    assert.deepEqual(Float32Array.from(parts), whole)
  })
})

describe('music on hold', () => {
  const music = createMusic()
  const whole = music.next(music.total)

  it('is never silent, never loud, and lasts between 40 and 60 s', () => {
    assert.ok(musicSeconds >= 40 && musicSeconds <= 60)
    for (let second = 0; second < musicSeconds; second++) {
      const level = rms(whole.subarray(second * 48_000, (second + 1) * 48_000))
      assert.ok(level > 0.01 && level < 0.25, `second ${second}: ${level}`)
    }
    assert.ok(whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0) < 0.9)
  })

  it('is the same in any slices and in every process', () => {
    const sliced = createMusic()
    const first = sliced.next(1_000)
    const second = sliced.next(47_000)
    for (let i = 0; i < 48_000; i++) {
      const value = i < 1_000 ? (first[i] as number) : (second[i - 1_000] as number)
      assert.ok(Math.abs(value - (whole[i] as number)) < 1e-4)
    }
  })

  it('loops without a step', () => {
    const end = whole.at(-1) as number
    const start = whole[0] as number
    const largest = whole.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (whole[i - 1] ?? value))),
      0,
    )
    assert.ok(Math.abs(start - end) <= largest)
  })
})

describe('sound store', () => {
  const wav = makeWav({ rate: 22_050, bits: 16, channels: 2, hz: 900, seconds: 1 })
  const create = (maxBytes = 10_000_000) => {
    const reads: string[] = []
    let mtimeMs = 1
    const store = createSoundStore({
      files: {
        async stat(path) {
          if (path === '/missing.wav') throw new Error('ENOENT')
          return { size: wav.length, mtimeMs }
        },
        async read(path) {
          reads.push(path)
          return wav
        },
      },
      maxBytes,
      pause: () => Promise.resolve(),
    })
    return { store, reads, touch: () => mtimeMs++ }
  }
  const file = (path: string) => ({ kind: 'file', path }) as const

  it('encodes a file once for all, and anew when it changed', async () => {
    const { store, reads, touch } = create()
    const [first, second] = await Promise.all([store.load(file('/a.wav'), 1), store.load(file('/a.wav'), 1)])
    assert.equal(first, second)
    assert.equal(first, await store.load(file('/a.wav'), 1))
    assert.equal(reads.length, 1)
    assert.equal(first.durationMs, 1_000)
    assert.ok(strengthOf(900, decodeAll(first).subarray(4_800, 40_000)) > 14_000)
    touch()
    await store.load(file('/a.wav'), 1)
    assert.equal(reads.length, 2)
  })

  it('applies the gain', async () => {
    const { store } = create()
    const quiet = await store.load({ kind: 'tone', hz: 440, durationMs: 500 }, 0.1)
    const strength = strengthOf(440, decodeAll(quiet).subarray(4_800, 19_200))
    assert.ok(Math.abs(strength - 983) < 60, `${strength}`)
  })

  it('forgets what was not used for longest, beyond its size', async () => {
    const { store, reads } = create(12_000)
    await store.load(file('/a.wav'), 1)
    await store.load(file('/b.wav'), 1)
    await store.load(file('/a.wav'), 1)
    await store.load(file('/c.wav'), 1)
    assert.deepEqual(reads, ['/a.wav', '/b.wav', '/c.wav'])
    await store.load(file('/a.wav'), 1)
    assert.equal(reads.length, 3)
    await store.load(file('/b.wav'), 1)
    assert.equal(reads.length, 4)
    assert.ok(store.bytes <= 12_000)
  })

  it('tells a missing file, and does not keep the failure', async () => {
    const { store } = create()
    await assert.rejects(store.load(file('/missing.wav'), 1), { code: 'not-found' })
    assert.ok(await store.load(file('/there.wav'), 1))
  })

  it('lets packets through while it encodes', async () => {
    let pauses = 0
    const store = createSoundStore({
      files: { stat: () => Promise.reject(new Error()), read: () => Promise.reject(new Error()) },
      maxBytes: 1_000_000,
      async pause() {
        pauses++
      },
    })
    await store.load({ kind: 'silence', durationMs: 2_000 }, 1)
    assert.ok(pauses >= 12)
  })

  it('fades tones in and out', () => {
    const samples = createTone(1_000, 100).next(4_800)
    assert.ok(Math.abs(samples[1] as number) < 0.001 && Math.abs(samples[4_799] as number) < 0.001)
  })
})
