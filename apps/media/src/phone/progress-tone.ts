import type { ProgressTone } from '@guichet/contract/media'
import { sampleRate } from '../audio/opus.ts'
import type { SoundStream } from '../audio/sound-stream.ts'

/** Frequencies sounding together, and the lengths in ms of sound and silence in turns. */
type Cadence = { hz: readonly number[]; ms: readonly number[] }
type CountryTones = Record<ProgressTone, Cadence>

const europe = (hz: number, ringback: readonly number[], busy: number, congestion = 250): CountryTones => ({
  ringback: { hz: [hz], ms: ringback },
  busy: { hz: [hz], ms: [busy, busy] },
  congestion: { hz: [hz], ms: [congestion, congestion] },
})

const northAmerica: CountryTones = {
  ringback: { hz: [440, 480], ms: [2_000, 4_000] },
  busy: { hz: [480, 620], ms: [500, 500] },
  congestion: { hz: [480, 620], ms: [250, 250] },
}

const etsi = europe(425, [1_000, 4_000], 500)

/** @source ITU-T E.180 supplement 2 (tones used in national networks); ETSI TR 101 041-2 for all others */
const byCountry: Readonly<Record<string, CountryTones>> = {
  FR: europe(440, [1_500, 3_500], 500),
  BE: europe(425, [1_000, 3_000], 500, 167),
  CH: europe(425, [1_000, 4_000], 500, 200),
  DE: europe(425, [1_000, 4_000], 480, 240),
  ES: europe(425, [1_500, 3_000], 200),
  IT: europe(425, [1_000, 4_000], 500, 200),
  LU: europe(425, [1_000, 4_000], 480, 240),
  NL: europe(425, [1_000, 4_000], 500),
  GB: {
    ringback: { hz: [400, 450], ms: [400, 200, 400, 2_000] },
    busy: { hz: [400], ms: [375, 375] },
    congestion: { hz: [400], ms: [400, 350, 225, 525] },
  },
  US: northAmerica,
  CA: northAmerica,
}

const amplitude = 0.18
const fadeSamples = 240

/** One period of a country's tone; looped, it goes on without a seam, since every period ends in silence. */
export function createProgressTone(tone: ProgressTone, country: string): SoundStream {
  const { hz, ms } = (byCountry[country] ?? etsi)[tone]
  const ends: number[] = []
  for (const part of ms) ends.push((ends.at(-1) ?? 0) + Math.round((part * sampleRate) / 1000))
  const total = ends.at(-1) ?? 0
  let position = 0

  const sampleAt = (at: number): number => {
    const index = ends.findIndex(end => at < end)
    if (index % 2 === 1) return 0
    const fade = Math.min(
      1,
      (at - (ends[index - 1] ?? 0)) / fadeSamples,
      ((ends[index] as number) - at) / fadeSamples,
    )
    let value = 0
    for (const frequency of hz) value += Math.sin((2 * Math.PI * frequency * at) / sampleRate)
    return amplitude * fade * value
  }

  return {
    total,
    next(count) {
      const out = new Float32Array(Math.max(0, Math.min(count, total - position)))
      for (let i = 0; i < out.length; i++) out[i] = sampleAt(position++)
      return out
    },
  }
}
