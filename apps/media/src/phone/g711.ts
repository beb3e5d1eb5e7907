/** The two companding laws of G.711. @source ITU-T G.711 tables 1 and 2 */
export type G711Law = 'a' | 'u'

const ulawBias = 0x84

function expandUlaw(code: number): number {
  const bits = ~code & 0xff
  const magnitude = (((bits & 15) << 3) + ulawBias) << ((bits >> 4) & 7)
  return bits & 0x80 ? ulawBias - magnitude : magnitude - ulawBias
}

function expandAlaw(code: number): number {
  const bits = code ^ 0x55
  const exponent = (bits >> 4) & 7
  const mantissa = ((bits & 15) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return bits & 0x80 ? magnitude : -magnitude
}

function buildExpansion(expand: (code: number) => number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, code) => expand(code))
}

/** Steps of compression: the laws resolve no more than 14 (u) and 13 (A) of the 16 bits. */
const compressionShift = 2

/** For every sample, in steps of four, the code whose value is nearest. */
function buildCompression(expansion: Int16Array): Uint8Array {
  const byValue = [...expansion.keys()].sort(
    (a, b) => (expansion[a] as number) - (expansion[b] as number) || a - b,
  )
  const table = new Uint8Array(65_536 >> compressionShift)
  let nearest = 0
  for (let index = 0; index < table.length; index++) {
    const value = (index << compressionShift) - 32_768 + (1 << (compressionShift - 1))
    const distance = (at: number) => Math.abs((expansion[byValue[at] as number] as number) - value)
    while (nearest + 1 < byValue.length && distance(nearest + 1) <= distance(nearest)) nearest++
    table[index] = byValue[nearest] as number
  }
  return table
}

const expansions: Record<G711Law, Int16Array> = {
  a: buildExpansion(expandAlaw),
  u: buildExpansion(expandUlaw),
}
const compressions: Record<G711Law, Uint8Array> = {
  a: buildCompression(expansions.a),
  u: buildCompression(expansions.u),
}

/** The sample, 16 bits, that each of the 256 codes stands for. */
export function g711Expansion(law: G711Law): Int16Array {
  return expansions[law]
}

/** The code for quiet. @source ITU-T G.711 §2 */
export const g711Silence: Record<G711Law, number> = { a: 0xd5, u: 0xff }

/** Expands codes into `out`, a sample for each. */
export function expandG711(law: G711Law, codes: Uint8Array, out: Int16Array): void {
  const table = expansions[law]
  for (let i = 0; i < codes.length; i++) out[i] = table[codes[i] as number] as number
}

/** Compresses samples into as many codes. */
export function compressG711(law: G711Law, samples: Int16Array): Uint8Array {
  const table = compressions[law]
  const codes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    codes[i] = table[((samples[i] as number) + 32_768) >> compressionShift] as number
  }
  return codes
}
