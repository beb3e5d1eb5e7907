import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTestRandom } from '../testing/packets.ts'
import { toneFrame, tonesOf } from './dtmf.ts'
import { compressG711, expandG711 } from './g711.ts'
import { createDownsampler } from './rate.ts'
import { createToneDetector } from './tone-detector.ts'

const rate = 8_000
const keys = '0123456789*#ABCD'
/** Amplitude of a sine at a level in dBm0. */
const amplitudeAt = (dbm0: number) => 32_124 * 10 ** ((dbm0 - 3.14) / 20)

type Press = {
  digit: string
  ms: number
  pauseMs?: number
  lowDb?: number
  highDb?: number
  shift?: number
  offset?: number
}

/** Sound of keys pressed one after the other, over noise of a level. */
function press(presses: readonly Press[], noiseDb = -70): Int16Array {
  const random = createTestRandom(11)
  const samples: number[] = Array.from({ length: 400 + (presses[0]?.offset ?? 0) }, () => 0)
  for (const { digit, ms, pauseMs = 40, lowDb = -10, highDb = -10, shift = 0 } of presses) {
    const [low, high] = tonesOf(digit) ?? [0, 0]
    for (let i = 0; i < (ms * rate) / 1000; i++) {
      const angle = (2 * Math.PI * i * (1 + shift)) / rate
      samples.push(
        amplitudeAt(lowDb) * Math.sin(low * angle) + amplitudeAt(highDb) * Math.sin(high * angle + 1),
      )
    }
    for (let i = 0; i < (pauseMs * rate) / 1000; i++) samples.push(0)
  }
  for (let i = 0; i < 400; i++) samples.push(0)
  const noise = amplitudeAt(noiseDb)
  return Int16Array.from(samples, value =>
    Math.max(-32_768, Math.min(32_767, value + noise * (random() * 2 - 1) * 1.2)),
  )
}

/** Digits found when the sound has gone through A-law packets of 20 ms. */
function detect(samples: Int16Array): { digit: string; durationMs: number }[] {
  const detector = createToneDetector()
  const found: { digit: string; durationMs: number }[] = []
  for (let at = 0; at < samples.length; at += 160) {
    const part = samples.slice(at, at + 160)
    expandG711('a', compressG711('a', part), part)
    const digit = detector.onSamples(part)
    if (digit) found.push(digit)
  }
  return found
}
const digitsOf = (samples: Int16Array) =>
  detect(samples)
    .map(({ digit }) => digit)
    .join('')

describe('tone detector', () => {
  it('tells every key once at levels from 0 to −27 dBm0, with its length', () => {
    for (const db of [0, -5, -10, -20, -27]) {
      const pressed = [...keys].map(digit => ({ digit, ms: 80, pauseMs: 60, lowDb: db - 3, highDb: db - 3 }))
      const found = detect(press(pressed))
      assert.equal(found.map(({ digit }) => digit).join(''), keys, `at ${db} dBm0`)
      for (const { durationMs } of found) assert.ok(Math.abs(durationMs - 80) <= 15, `${durationMs} ms`)
    }
  })

  it('accepts 40 ms with pauses of 40 ms wherever they begin, and refuses 23 ms', () => {
    for (let offset = 0; offset < 51; offset += 7) {
      const fine = [...keys].map(digit => ({ digit, ms: 40, pauseMs: 40, offset }))
      assert.equal(digitsOf(press(fine)), keys, `offset ${offset}`)
      const short = [...keys].map(digit => ({ digit, ms: 23, pauseMs: 60, offset }))
      assert.equal(digitsOf(press(short)), '', `offset ${offset}`)
    }
  })

  it('bridges an interruption of 10 ms and tells the same key twice after a pause of 40 ms', () => {
    assert.equal(
      digitsOf(
        press([
          { digit: '5', ms: 60, pauseMs: 10 },
          { digit: '5', ms: 60 },
        ]),
      ),
      '5',
    )
    assert.equal(
      digitsOf(
        press([
          { digit: '5', ms: 60, pauseMs: 40 },
          { digit: '5', ms: 60 },
        ]),
      ),
      '55',
    )
  })

  it('keeps to the limits of twist', () => {
    const twist = (lowDb: number, highDb: number) =>
      digitsOf(press([...keys].map(digit => ({ digit, ms: 80, lowDb, highDb }))))
    assert.equal(twist(-14, -10), keys, 'higher tone 4 dB stronger')
    assert.equal(twist(-8, -16), keys, 'higher tone 8 dB weaker')
    assert.equal(twist(-22, -10), '')
    assert.equal(twist(-8, -22), '')
  })

  it('accepts frequencies off by 1.5 % and refuses 3.5 %', () => {
    for (const sign of [1, -1]) {
      const shifted = (shift: number) =>
        digitsOf(press([...keys].map(digit => ({ digit, ms: 80, shift: sign * shift }))))
      assert.equal(shifted(0.015), keys)
      assert.ok(shifted(0.035).length <= 2, shifted(0.035))
    }
  })

  it('finds keys over noise 15 dB below', () => {
    assert.equal(
      digitsOf(
        press(
          [...keys].map(digit => ({ digit, ms: 80 })),
          -25,
        ),
      ),
      keys,
    )
  })

  it('finds keys that we make ourselves', () => {
    const down = createDownsampler(6)
    const sound: number[] = []
    for (const digit of keys) {
      for (let frame = 0; frame < 5; frame++) sound.push(...down(toneFrame(digit, frame)))
      for (let frame = 0; frame < 3; frame++) sound.push(...down(new Int16Array(960)))
    }
    assert.equal(digitsOf(Int16Array.from(sound)), keys)
  })

  it('hears no key in noise, single tones or ten minutes of speech-like sound', () => {
    const random = createTestRandom(3)
    const noise = Int16Array.from({ length: rate * 30 }, () => (random() - 0.5) * 30_000)
    assert.equal(digitsOf(noise), '')
    for (const hz of [350, 440, 425, 697, 941, 1209, 1477]) {
      const tone = Int16Array.from(
        { length: rate },
        (_, i) => 9_000 * Math.sin((2 * Math.PI * hz * i) / rate),
      )
      assert.equal(digitsOf(tone), '', `${hz} Hz`)
    }
    assert.equal(digitsOf(speechLike(600)), '')
  })
})

/** Voiced syllables of gliding pitch through three gliding resonances, with hisses and pauses in between. */
function speechLike(seconds: number): Int16Array {
  const random = createTestRandom(5)
  const out = new Int16Array(seconds * rate)
  let at = 0
  while (at < out.length) {
    const length = Math.round(rate * (0.06 + random() * 0.25))
    const voiced = random() < 0.75
    const pitch = 85 + random() * 200
    const glide = (random() - 0.5) * 60
    const formants = [250 + random() * 600, 800 + random() * 1_400, 2_000 + random() * 1_000]
    const slopes = formants.map(() => (random() - 0.5) * 400)
    const memory = formants.map(() => [0, 0])
    const level = 1_000 + random() * 6_000
    let phase = 0
    for (let i = 0; i < length && at < out.length; i++, at++) {
      const seconds = i / rate
      phase += (pitch + glide * seconds) / rate
      const pulse = phase >= 1 ? 1 : 0
      phase %= 1
      let value = voiced ? pulse * 8 + (random() - 0.5) * 0.05 : (random() - 0.5) * 0.8
      formants.forEach((hz, k) => {
        const state = memory[k] as [number, number]
        const r = Math.exp((-Math.PI * (60 + 40 * k)) / rate)
        const angle = (2 * Math.PI * (hz + (slopes[k] as number) * seconds)) / rate
        const next = value + 2 * r * Math.cos(angle) * state[0] - r * r * state[1]
        state[1] = state[0]
        state[0] = next
        value = next * 0.25
      })
      const envelope = Math.min(1, i / 200, (length - i) / 200)
      out[at] = Math.max(-32_768, Math.min(32_767, value * envelope * level))
    }
    at += Math.round(rate * random() * 0.08)
  }
  return out
}
