/** What became of a nonce and its count. */
export type NonceVerdict =
  | 'fresh'
  /** The count was used before, or is too far behind to tell. */
  | 'replayed'
  /** The nonce is older than what is remembered: let the client ask again. */
  | 'forgotten'

/** Where used nonce counts are remembered; several nodes may share one. */
export type NonceWindow = {
  /** Takes a count of a nonce, once. Counts may arrive in any order within the last 32. */
  use(nonce: string, issuedAtMs: number, count: number): NonceVerdict
}

/** Counts that may arrive late, over UDP or in pipelines. */
const windowCounts = 32

/**
 * Remembers the counts of the nonces used last, at most `capacity` of them. When one has to be forgotten, every nonce that is
 * not younger is refused from then on, so that forgetting never lets a replay through.
 */
export function createNonceWindow(capacity = 10_000): NonceWindow {
  /** The highest count, and a bit for each of the counts below it that was used. */
  const used = new Map<string, { highest: number; bits: number; issuedAtMs: number }>()
  let forgottenUpToMs = Number.NEGATIVE_INFINITY

  function remember(nonce: string, issuedAtMs: number, count: number): NonceVerdict {
    if (issuedAtMs <= forgottenUpToMs) return 'forgotten'
    if (used.size >= capacity) {
      for (const [oldest, { issuedAtMs: at }] of used) {
        used.delete(oldest)
        forgottenUpToMs = Math.max(forgottenUpToMs, at)
        break
      }
    }
    used.set(nonce, { highest: count, bits: 1, issuedAtMs })
    return 'fresh'
  }

  return {
    use(nonce, issuedAtMs, count) {
      const entry = used.get(nonce)
      if (!entry) return remember(nonce, issuedAtMs, count)
      const ahead = count - entry.highest
      if (ahead > 0) {
        entry.bits = ahead >= windowCounts ? 1 : (entry.bits << ahead) | 1
        entry.highest = count
        return 'fresh'
      }
      if (-ahead >= windowCounts) return 'replayed'
      const bit = 1 << -ahead
      if (entry.bits & bit) return 'replayed'
      entry.bits |= bit
      return 'fresh'
    },
  }
}
