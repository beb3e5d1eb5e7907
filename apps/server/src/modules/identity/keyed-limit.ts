import type { Clock } from '../../platform/index.ts'
import { createBucket } from '../../platform/socket/rate.ts'

/** Keys remembered at once; the longest unused is forgotten first. */
const MAX_KEYS = 20_000

/** A token bucket for each key, such as an address. */
export type KeyedLimit = { take(key: string): boolean }

/** `burst` at once for each key, refilled at `perSecond`. */
export function createKeyedLimit(clock: Clock, perSecond: number, burst: number): KeyedLimit {
  const buckets = new Map<string, ReturnType<typeof createBucket>>()
  return {
    take(key) {
      const bucket = buckets.get(key) ?? createBucket(perSecond, burst)
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value as string)
      return bucket.take(clock.now())
    },
  }
}

const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/

/** Whether an address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return loopbackAddress.test(address)
}
