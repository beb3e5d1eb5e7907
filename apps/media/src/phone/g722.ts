// Sub-band ADPCM of 7 kHz sound within 64 kbit/s. Names of variables follow the block diagrams of the standard.
// @source ITU-T G.722 §3 (principles), §6 (fixed-point blocks and tables)

const qmfCoefficients = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11]
/** Decision levels of the lower band. @source ITU-T G.722 table 14 */
const q6 = [
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
  1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
]
/** Output codes of the lower band, for negative and positive differences. @source ITU-T G.722 table 15 */
const iln = [
  0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7,
  6, 5, 4,
]
const ilp = [
  0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36,
  35, 34, 33, 32,
]
/** Scale-factor multipliers and their codes. @source ITU-T G.722 tables 19 and 20 */
const wl = [-60, -30, 58, 172, 334, 538, 1198, 3042]
const rl42 = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0]
const wh = [0, -214, 798]
const rh2 = [2, 1, 2, 1]
/** Anti-logarithms of the scale factor. @source ITU-T G.722 table 21 */
const ilb = [
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960,
  3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
]
/** Inverse quantisers of 4, 6 and 2 bits. @source ITU-T G.722 tables 16 to 18 */
const qm4 = [
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
]
const qm6 = [
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360,
  -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688,
  -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192,
  6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432,
  -136,
]
const qm2 = [-7408, -1616, 7408, 1616]
const ihn = [0, 1, 0]
const ihp = [0, 3, 2]

const at = (table: ArrayLike<number>, index: number): number => table[index] as number
const saturate = (value: number): number => (value > 32_767 ? 32_767 : Math.max(value, -32_768))

/** The adaptive predictor and quantiser scale of one band. */
type Band = {
  /** Signal estimate of the predictor, and its zero-section part. */
  s: number
  sz: number
  /** Reconstructed signal, partially reconstructed signal and differences, newest first. */
  r: Int32Array
  p: Int32Array
  d: Int32Array
  a: Int32Array
  b: Int32Array
  nb: number
  det: number
}

const createBand = (det: number): Band => ({
  s: 0,
  sz: 0,
  r: new Int32Array(3),
  p: new Int32Array(3),
  d: new Int32Array(7),
  a: new Int32Array(3),
  b: new Int32Array(7),
  nb: 0,
  det,
})

/** Adapts both sections of the predictor to a new difference. @source ITU-T G.722 §6.2.1 block 4 */
function adapt(band: Band, difference: number): void {
  const { r, p, d, a, b } = band
  d[0] = difference
  r[0] = saturate(band.s + difference)
  p[0] = saturate(band.sz + difference)
  const sign0 = at(p, 0) >> 15
  const same1 = sign0 === at(p, 1) >> 15
  const same2 = sign0 === at(p, 2) >> 15

  // Second coefficient of the pole section, held within ±12288.
  let quadruple = saturate(at(a, 1) << 2)
  if (same1) quadruple = -quadruple
  if (quadruple > 32_767) quadruple = 32_767
  let second = (quadruple >> 7) + (same2 ? 128 : -128) + ((at(a, 2) * 32_512) >> 15)
  second = second > 12_288 ? 12_288 : Math.max(second, -12_288)
  // First coefficient, held so that the section stays stable.
  let first = saturate((same1 ? 192 : -192) + ((at(a, 1) * 32_640) >> 15))
  const limit = saturate(15_360 - second)
  first = first > limit ? limit : Math.max(first, -limit)

  const step = difference === 0 ? 0 : 128
  const signD = difference >> 15
  for (let i = 1; i < 7; i++) {
    const towards = at(d, i) >> 15 === signD ? step : -step
    b[i] = saturate(towards + ((at(b, i) * 32_640) >> 15))
  }
  for (let i = 6; i > 0; i--) d[i] = at(d, i - 1)
  r[2] = at(r, 1)
  r[1] = at(r, 0)
  p[2] = at(p, 1)
  p[1] = at(p, 0)
  a[2] = second
  a[1] = first

  const poles = saturate(
    ((first * saturate(at(r, 1) + at(r, 1))) >> 15) + ((second * saturate(at(r, 2) + at(r, 2))) >> 15),
  )
  let zeros = 0
  for (let i = 6; i > 0; i--) zeros += (at(b, i) * saturate(at(d, i) + at(d, i))) >> 15
  band.sz = saturate(zeros)
  band.s = saturate(poles + band.sz)
}

/** Adapts the scale of the lower band to a 4-bit code. @source ITU-T G.722 §6.2.1 blocks 3L */
function scaleLow(band: Band, code4: number): void {
  const log = ((band.nb * 127) >> 7) + at(wl, at(rl42, code4))
  band.nb = log < 0 ? 0 : Math.min(log, 18_432)
  const mantissa = at(ilb, (band.nb >> 6) & 31)
  const shift = 8 - (band.nb >> 11)
  band.det = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2
}

/** Adapts the scale of the higher band to a 2-bit code. @source ITU-T G.722 §6.2.1 blocks 3H */
function scaleHigh(band: Band, code2: number): void {
  const log = ((band.nb * 127) >> 7) + at(wh, at(rh2, code2))
  band.nb = log < 0 ? 0 : Math.min(log, 22_528)
  const mantissa = at(ilb, (band.nb >> 6) & 31)
  const shift = 10 - (band.nb >> 11)
  band.det = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2
}

/** Turns frames of 16 kHz sound into G.722, a byte for two samples. */
export type G722Encoder = { encode(samples: Int16Array): Uint8Array }

/** Creates an encoder at rest. */
export function createG722Encoder(): G722Encoder {
  const low = createBand(32)
  const high = createBand(8)
  const x = new Int32Array(24)

  const quantiseLow = (difference: number): number => {
    const magnitude = difference >= 0 ? difference : -(difference + 1)
    let i = 1
    while (i < 30 && magnitude >= (at(q6, i) * low.det) >> 12) i++
    return at(difference < 0 ? iln : ilp, i)
  }

  const encodePair = (first: number, second: number): number => {
    x.copyWithin(0, 2)
    x[22] = first
    x[23] = second
    let odd = 0
    let even = 0
    for (let i = 0; i < 12; i++) {
      odd += at(x, 2 * i) * at(qmfCoefficients, i)
      even += at(x, 2 * i + 1) * at(qmfCoefficients, 11 - i)
    }
    const xLow = (even + odd) >> 14
    const xHigh = (even - odd) >> 14

    const codeLow = quantiseLow(saturate(xLow - low.s))
    const code4 = codeLow >> 2
    const differenceLow = (low.det * at(qm4, code4)) >> 15
    scaleLow(low, code4)
    adapt(low, differenceLow)

    const difference = saturate(xHigh - high.s)
    const magnitude = difference >= 0 ? difference : -(difference + 1)
    const level = magnitude >= (564 * high.det) >> 12 ? 2 : 1
    const codeHigh = at(difference < 0 ? ihn : ihp, level)
    const differenceHigh = (high.det * at(qm2, codeHigh)) >> 15
    scaleHigh(high, codeHigh)
    adapt(high, differenceHigh)
    return (codeHigh << 6) | codeLow
  }

  return {
    encode(samples) {
      const codes = new Uint8Array(samples.length >> 1)
      for (let i = 0; i < codes.length; i++) codes[i] = encodePair(at(samples, 2 * i), at(samples, 2 * i + 1))
      return codes
    },
  }
}

/** Turns G.722 into sound at 16 kHz, two samples for a byte. */
export type G722Decoder = { decode(codes: Uint8Array, out: Int16Array): void }

/** Creates a decoder at rest. */
export function createG722Decoder(): G722Decoder {
  const low = createBand(32)
  const high = createBand(8)
  const x = new Int32Array(24)
  const limit = (value: number): number => (value > 16_383 ? 16_383 : Math.max(value, -16_384))

  return {
    decode(codes, out) {
      for (let n = 0; n < codes.length; n++) {
        const code = at(codes, n)
        const codeLow = code & 63
        const codeHigh = code >> 6
        const rLow = limit(low.s + ((low.det * at(qm6, codeLow)) >> 15))
        const code4 = codeLow >> 2
        const differenceLow = (low.det * at(qm4, code4)) >> 15
        scaleLow(low, code4)
        adapt(low, differenceLow)

        const differenceHigh = (high.det * at(qm2, codeHigh)) >> 15
        const rHigh = limit(differenceHigh + high.s)
        scaleHigh(high, codeHigh)
        adapt(high, differenceHigh)

        x.copyWithin(0, 2)
        x[22] = rLow + rHigh
        x[23] = rLow - rHigh
        let first = 0
        let second = 0
        for (let i = 0; i < 12; i++) {
          second += at(x, 2 * i) * at(qmfCoefficients, i)
          first += at(x, 2 * i + 1) * at(qmfCoefficients, 11 - i)
        }
        out[2 * n] = saturate(first >> 11)
        out[2 * n + 1] = saturate(second >> 11)
      }
    },
  }
}
