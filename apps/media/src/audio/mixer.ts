import { frameSamples } from './opus.ts'

/** Highest sample value a mix may reach before it is turned down. */
const ceiling = 32_000
const recoveryPerFrame = 1.02
const slideSamples = 240

/**
 * Adds frames into one, turning the whole mix down while it would clip and slowly up again, so that loud
 * moments do not crackle. One adder belongs to one mix: it remembers its gain.
 */
export type Adder = {
  /** The sum, valid until the next call; `undefined` when there was nothing to add. */
  add(frames: readonly Int16Array[]): Int16Array | undefined
}

/** Creates an adder at full gain. */
export function createAdder(): Adder {
  const sum = new Int32Array(frameSamples)
  const out = new Int16Array(frameSamples)
  let gain = 1

  return {
    add(frames) {
      const [first] = frames
      if (!first) return undefined
      if (frames.length === 1 && gain === 1) return first
      sum.set(first)
      for (let f = 1; f < frames.length; f++) {
        const frame = frames[f] as Int16Array
        for (let i = 0; i < frameSamples; i++) sum[i] = (sum[i] as number) + (frame[i] as number)
      }
      let peak = 0
      for (let i = 0; i < frameSamples; i++) {
        const value = Math.abs(sum[i] as number)
        if (value > peak) peak = value
      }
      const wanted = peak > ceiling ? ceiling / peak : 1
      const next = wanted < gain ? wanted : Math.min(wanted, gain * recoveryPerFrame)
      // The gain slides to its new value: a step would be heard as a click.
      for (let i = 0; i < frameSamples; i++) {
        const slid = i < slideSamples ? gain + ((next - gain) * i) / slideSamples : next
        const value = (sum[i] as number) * slid
        out[i] = Math.max(-32_768, Math.min(32_767, value))
      }
      gain = next
      return out
    },
  }
}
