import type { Digit } from '../rtp/digits.ts'
import { columnHz, keyAt, rowHz } from './dtmf.ts'

/** Finds the keys of a keypad in sound at 8 kHz. */
export type ToneDetector = {
  /** Takes the following samples; tells a key once, after its release. */
  onSamples(samples: Int16Array): Digit | undefined
}

const rate = 8_000
/** Samples looked at together: narrow enough for 40 ms tones, wide enough to tell neighbouring rows apart. */
const windowSamples = 102
const hopSamples = 51
/** A tone of 40 ms fills five windows, one of 23 ms never more than four. @source ITU-T Q.24 table A-1 */
const hitsToBegin = 5
/** A pause of 40 ms leaves at least four windows without, an interruption of 10 ms at most three. */
const missesToEnd = 4
/** Each tone's lowest amplitude: −35 dBm0. */
const minAmplitude = 400
/** The higher tone may be this much stronger, or this much weaker, than the lower. @source ITU-T Q.24 table A-1 */
const maxTwist = 10 ** (5 / 10)
const maxReverseTwist = 10 ** (10.5 / 10)
/** By how much a tone exceeds the others of its group. */
const peakRatio = 10 ** (6 / 10)
/** Share of all energy that the two tones hold; speech puts more elsewhere. */
const minShare = 0.78

const coefficients = [...rowHz, ...columnHz].map(hz => 2 * Math.cos((2 * Math.PI * hz) / rate))

/** The strongest of four, if it stands out. */
function peakOf(powers: Float64Array, start: number): number {
  let best = start
  for (let i = start + 1; i < start + 4; i++) if ((powers[i] as number) > (powers[best] as number)) best = i
  for (let i = start; i < start + 4; i++) {
    if (i !== best && (powers[i] as number) * peakRatio > (powers[best] as number)) return -1
  }
  return best
}

/**
 * Creates a detector by Goertzel's algorithm over overlapping windows, with the limits of twist, level, length and
 * pause of ITU-T Q.24, and a share of the whole energy that speech does not reach for as long.
 */
export function createToneDetector(): ToneDetector {
  const line = new Float64Array(windowSamples)
  const powers = new Float64Array(8)
  let filled = 0
  let candidate: string | undefined
  let hits = 0
  let current: string | undefined
  let windows = 0
  let misses = 0

  const keyInWindow = (): string | undefined => {
    let energy = 0
    for (let i = 0; i < windowSamples; i++) energy += (line[i] as number) * (line[i] as number)
    const floor = (minAmplitude * windowSamples * 0.5) ** 2
    if (energy < minAmplitude * minAmplitude * windowSamples * 0.5) return undefined
    for (let tone = 0; tone < 8; tone++) {
      const coefficient = coefficients[tone] as number
      let before = 0
      let last = 0
      for (let i = 0; i < windowSamples; i++) {
        const next = coefficient * last - before + (line[i] as number)
        before = last
        last = next
      }
      powers[tone] = last * last + before * before - coefficient * last * before
    }
    const row = peakOf(powers, 0)
    const column = peakOf(powers, 4)
    if (row < 0 || column < 0) return undefined
    const low = powers[row] as number
    const high = powers[column] as number
    if (low < floor || high < floor) return undefined
    if (high > low * maxTwist || low > high * maxReverseTwist) return undefined
    if (2 * (low + high) < minShare * windowSamples * energy) return undefined
    return keyAt(row, column - 4)
  }

  /** Time from the first to the last window with the key; windows at the edges count in part. */
  const lengthMs = (count: number): number => Math.round((((count - 1) * hopSamples + 62) * 1000) / rate)

  const onWindow = (key: string | undefined): Digit | undefined => {
    if (current !== undefined) {
      windows++
      misses = key === current ? 0 : misses + 1
      if (misses < missesToEnd) return undefined
      const digit = { digit: current, durationMs: lengthMs(windows - misses) }
      current = undefined
      candidate = undefined
      hits = 0
      return digit
    }
    hits = key !== undefined && key === candidate ? hits + 1 : key === undefined ? 0 : 1
    candidate = key
    if (key !== undefined && hits >= hitsToBegin) {
      current = key
      windows = hits
      misses = 0
    }
    return undefined
  }

  return {
    onSamples(samples) {
      let found: Digit | undefined
      for (let i = 0; i < samples.length; i++) {
        line[filled++] = samples[i] as number
        if (filled < windowSamples) continue
        found = onWindow(keyInWindow()) ?? found
        line.copyWithin(0, hopSamples)
        filled = windowSamples - hopSamples
      }
      return found
    },
  }
}
