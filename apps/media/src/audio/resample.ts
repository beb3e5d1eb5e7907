/** Zero crossings of the kernel on each side of a sample. */
const halfWidth = 16
/** Kernel positions computed between two input samples; positions in between are interpolated. */
const phases = 512

/** Windowed sinc (Blackman) with its cut-off at `cutoff` of the input's Nyquist frequency. */
function buildKernel(cutoff: number): Float64Array[] {
  const taps = 2 * Math.ceil(halfWidth / cutoff)
  const half = taps / 2
  return Array.from({ length: phases + 1 }, (_, phase) => {
    const row = new Float64Array(taps)
    let sum = 0
    for (let tap = 0; tap < taps; tap++) {
      const x = tap - half + 1 - phase / phases
      const angle = Math.PI * x * cutoff
      const sinc = x === 0 ? 1 : Math.sin(angle) / angle
      const w = (x / half) * Math.PI
      const window = Math.abs(x) >= half ? 0 : 0.42 + 0.5 * Math.cos(w) + 0.08 * Math.cos(2 * w)
      row[tap] = sinc * window
      sum += row[tap] as number
    }
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] as number) / sum
    return row
  })
}

/** A conversion under way; each call of `next` gives the following samples, until fewer than asked are given. */
export type Resampler = { readonly total: number; next(count: number): Float32Array }

/**
 * Starts converting `samples` from one rate to another, in slices of any size, so that long files do not hold
 * up the packets in flight.
 */
export function createResampler(samples: Float32Array, fromRate: number, toRate: number): Resampler {
  const total = Math.floor((samples.length * toRate) / fromRate)
  let position = 0
  if (fromRate === toRate) {
    return {
      total,
      next(count) {
        const slice = samples.subarray(position, position + count)
        position += slice.length
        return slice
      },
    }
  }
  // Nearly the lower of both Nyquist frequencies: the margin is the kernel's slope.
  const kernel = buildKernel(Math.min(1, toRate / fromRate) * 0.94)
  const taps = (kernel[0] as Float64Array).length
  const half = taps / 2
  const step = fromRate / toRate
  return {
    total,
    next(count) {
      const out = new Float32Array(Math.max(0, Math.min(count, total - position)))
      for (let i = 0; i < out.length; i++, position++) {
        const at = position * step
        const whole = Math.floor(at)
        const exact = (at - whole) * phases
        const phase = Math.floor(exact)
        const blend = exact - phase
        const low = kernel[phase] as Float64Array
        const high = kernel[phase + 1] as Float64Array
        let value = 0
        for (let tap = 0; tap < taps; tap++) {
          const sample = samples[whole + tap - half + 1]
          if (sample === undefined) continue
          const weight = low[tap] as number
          value += sample * (weight + ((high[tap] as number) - weight) * blend)
        }
        out[i] = value
      }
      return out
    },
  }
}
