/** Returns `size` bytes nobody can guess. */
export type RandomBytes = (size: number) => Uint8Array

/** Begins every branch made by an RFC 3261 element. @source RFC 3261 §8.1.1.7 */
export const magicCookie = 'z9hG4bK'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.'

/** Draws from the random source in larger pieces: one call to it for each id would cost more than the id. */
export type RandomSource = {
  /** `length` characters of six random bits each, all of them SIP tokens. */
  token(length: number): string
  /** A whole number from 0 to `below` - 1; `below` at most 2^32. */
  below(below: number): number
  /** A branch with 96 random bits. */
  branch(): string
}

/** Creates the random source. */
export function createRandomSource(bytes: RandomBytes, poolSize = 1_536): RandomSource {
  let pool: Uint8Array = new Uint8Array(0)
  let used = 0
  const take = () => {
    if (used === pool.length) {
      pool = bytes(poolSize)
      used = 0
    }
    return pool[used++] as number
  }
  const token = (length: number) => {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[take() & 63]
    return text
  }
  return {
    token,
    below: below =>
      Math.floor((((take() << 24) | (take() << 16) | (take() << 8) | take()) >>> 0) * (below / 2 ** 32)),
    branch: () => magicCookie + token(16),
  }
}
