/** A token bucket: `burst` at once, refilled at `perSecond`. */
export type Bucket = { take(nowMs: number): boolean }

/** A full bucket. */
export function createBucket(perSecond: number, burst: number): Bucket {
  let tokens = burst
  let last: number | null = null
  return {
    take(nowMs) {
      if (last !== null) tokens = Math.min(burst, tokens + ((nowMs - last) / 1000) * perSecond)
      last = nowMs
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
