/** Taps of the filter for each step of the lower rate: the slope ends one sixteenth above the band. */
const tapsPerStep = 16
/** Share of the lower band that is kept whole. */
const passband = 0.92

/** Windowed sinc (Blackman) that cuts at the lower rate's band; sums to one. */
function buildFilter(factor: number): Float64Array {
  const length = factor * tapsPerStep
  const middle = (length - 1) / 2
  const filter = Float64Array.from({ length }, (_, n) => {
    const x = ((n - middle) / factor) * passband
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    const w = (2 * Math.PI * (n + 0.5)) / length
    return sinc * (0.42 - 0.5 * Math.cos(w) + 0.08 * Math.cos(2 * w))
  })
  const sum = filter.reduce((total, value) => total + value, 0)
  return filter.map(value => value / sum)
}

const filters = new Map<number, Float64Array>()
function filterFor(factor: number): Float64Array {
  const known = filters.get(factor)
  if (known) return known
  const built = buildFilter(factor)
  filters.set(factor, built)
  return built
}

/** Converts a running stream, chunk after chunk; the result is only valid until the next call. */
export type RateConverter = (samples: Int16Array) => Int16Array

const clip = (value: number): number =>
  value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Math.round(value)

/** Raises the rate of a stream `factor` times. */
export function createUpsampler(factor: number): RateConverter {
  const filter = filterFor(factor)
  // The filter taken apart: row p makes the p-th of the samples between two.
  const rows = Array.from({ length: factor }, (_, phase) =>
    Float64Array.from({ length: tapsPerStep }, (_, tap) => (filter[tap * factor + phase] as number) * factor),
  )
  let line = new Float64Array(tapsPerStep - 1)
  let out = new Int16Array(0)
  return samples => {
    const kept = tapsPerStep - 1
    if (line.length < kept + samples.length) {
      const longer = new Float64Array(kept + samples.length)
      longer.set(line.subarray(0, kept))
      line = longer
    }
    line.set(samples, kept)
    if (out.length !== samples.length * factor) out = new Int16Array(samples.length * factor)
    for (let i = 0; i < samples.length; i++) {
      for (let phase = 0; phase < factor; phase++) {
        const row = rows[phase] as Float64Array
        let sum = 0
        for (let tap = 0; tap < tapsPerStep; tap++) {
          sum += (row[tap] as number) * (line[i + kept - tap] as number)
        }
        out[i * factor + phase] = clip(sum)
      }
    }
    line.copyWithin(0, samples.length, samples.length + kept)
    return out
  }
}

/** Lowers the rate of a stream `factor` times; chunks hold a multiple of `factor` samples. */
export function createDownsampler(factor: number): RateConverter {
  const filter = filterFor(factor)
  const kept = filter.length - factor
  let line = new Float64Array(kept)
  let out = new Int16Array(0)
  return samples => {
    if (line.length < kept + samples.length) {
      const longer = new Float64Array(kept + samples.length)
      longer.set(line.subarray(0, kept))
      line = longer
    }
    line.set(samples, kept)
    const count = Math.floor(samples.length / factor)
    if (out.length !== count) out = new Int16Array(count)
    for (let i = 0; i < count; i++) {
      const start = i * factor
      let sum = 0
      for (let tap = 0; tap < filter.length; tap++)
        sum += (filter[tap] as number) * (line[start + tap] as number)
      out[i] = clip(sum)
    }
    line.copyWithin(0, samples.length, samples.length + kept)
    return out
  }
}
