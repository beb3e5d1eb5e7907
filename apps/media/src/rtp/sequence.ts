/** Whether 16-bit sequence number `a` is after `b`, across the wrap. @source RFC 3550 §A.1 */
export function isSeqAfter(a: number, b: number): boolean {
  const ahead = (a - b) & 0xffff
  return ahead !== 0 && ahead < 0x8000
}

/** Turns wrapping counters of 16 or 32 bits into ever-growing integers (negative when before the first). */
export type Unwrapper = (value: number) => number

/** An unwrapper for counters of `bits` bits; each value is placed within half a range of the one before. */
export function createUnwrapper(bits: 16 | 32): Unwrapper {
  const range = 2 ** bits
  let last: number | undefined
  return value => {
    if (last === undefined) {
      last = value
      return value
    }
    const lastWrapped = ((last % range) + range) % range
    let step = value - lastWrapped
    if (step > range / 2) step -= range
    else if (step < -range / 2) step += range
    const unwrapped = last + step
    if (unwrapped > last) last = unwrapped
    return unwrapped
  }
}
