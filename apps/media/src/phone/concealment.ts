/** Invents sound in place of lost packets of a codec that has no concealment of its own. */
export type Concealment = {
  /** Takes the sound of a packet that came, changed in place where it follows an invention. */
  heard(samples: Int16Array): void
  /** Sound for `count` samples that are missing; `undefined` before anything was heard. */
  invent(count: number): Int16Array | undefined
}

const pitchLowHz = 66
const pitchHighHz = 200
const historyMs = 48
const fullMs = 10
/** After 60 ms an invention has faded away: longer ones sound like a machine. @source ITU-T G.711 appendix I §3 */
const goneMs = 60
const blendMs = 4

/**
 * Creates a concealment for sound of `rate` hertz: the last pitch period is repeated and fades, and blends into
 * the first packet that comes again. @source ITU-T G.711 appendix I §2 (pitch repetition, attenuation)
 */
export function createConcealment(rate: number): Concealment {
  const history = new Int16Array((rate * historyMs) / 1000)
  const shortest = Math.floor(rate / pitchHighHz)
  const longest = Math.floor(rate / pitchLowHz)
  const window = Math.floor(rate / 50)
  const blend = Math.floor((rate * blendMs) / 1000)
  let heardOnce = false
  let period: Int16Array | undefined
  let position = 0
  let invented = 0

  const remember = (samples: Int16Array): void => {
    if (samples.length >= history.length) {
      history.set(samples.subarray(samples.length - history.length))
      return
    }
    history.copyWithin(0, samples.length)
    history.set(samples, history.length - samples.length)
  }

  /** Lag at which the end of the history resembles what came before most. */
  const findPitch = (): number => {
    const end = history.length
    const step = rate > 8_000 ? 2 : 1
    let best = longest
    let bestScore = Number.NEGATIVE_INFINITY
    for (let lag = shortest; lag <= longest; lag += step) {
      let product = 0
      let energy = 1
      for (let i = end - window; i < end; i += 2 * step) {
        const before = history[i - lag] as number
        product += (history[i] as number) * before
        energy += before * before
      }
      const score = product <= 0 ? 0 : (product * product) / energy
      if (score > bestScore) {
        bestScore = score
        best = lag
      }
    }
    return best
  }

  const nextInvented = (): number => {
    const source = period as Int16Array
    const value = source[position % source.length] as number
    position++
    const ageMs = (invented++ * 1000) / rate
    if (ageMs <= fullMs) return value
    return Math.max(0, (goneMs - ageMs) / (goneMs - fullMs)) * value
  }

  return {
    heard(samples) {
      if (period) {
        const length = Math.min(blend, samples.length)
        for (let i = 0; i < length; i++) {
          const share = (i + 1) / (length + 1)
          samples[i] = Math.round((samples[i] as number) * share + nextInvented() * (1 - share))
        }
        period = undefined
      }
      heardOnce = true
      remember(samples)
    },
    invent(count) {
      if (!heardOnce) return undefined
      if (!period) {
        period = history.slice(history.length - findPitch())
        // The seam of the repeated period is smoothed with what came just before it.
        const overlap = period.length >> 2
        for (let i = 0; i < overlap; i++) {
          const share = (i + 1) / (overlap + 1)
          const at = period.length - overlap + i
          const earlier = history[history.length - period.length - overlap + i] as number
          period[at] = Math.round((period[at] as number) * (1 - share) + earlier * share)
        }
        position = 0
        invented = 0
      }
      const out = new Int16Array(count)
      for (let i = 0; i < count; i++) out[i] = nextInvented()
      remember(out)
      return out
    },
  }
}
