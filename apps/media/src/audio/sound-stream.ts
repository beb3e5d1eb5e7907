import { sampleRate } from './opus.ts'

/** Sound at 48 kHz mono made or converted as it is asked for; `next` gives fewer samples only at the end. */
export type SoundStream = { readonly total: number; next(count: number): Float32Array }

/** Fade at both ends of generated sounds, so that they do not click. */
const fadeSamples = 480

/** A sine at a moderate level. */
export function createTone(hz: number, durationMs: number): SoundStream {
  const total = Math.round((durationMs * sampleRate) / 1000)
  let position = 0
  return {
    total,
    next(count) {
      const out = new Float32Array(Math.max(0, Math.min(count, total - position)))
      for (let i = 0; i < out.length; i++, position++) {
        const fade = Math.min(1, position / fadeSamples, (total - position) / fadeSamples)
        out[i] = 0.3 * fade * Math.sin((2 * Math.PI * hz * position) / sampleRate)
      }
      return out
    },
  }
}

/** Nothing for a while. */
export function createSilence(durationMs: number): SoundStream {
  const total = Math.round((durationMs * sampleRate) / 1000)
  let position = 0
  return {
    total,
    next(count) {
      const out = new Float32Array(Math.max(0, Math.min(count, total - position)))
      position += out.length
      return out
    },
  }
}
