/** What is known of a trunk when a call is to leave by it. */
export type TrunkState = {
  id: string
  isEnabled: boolean
  /** The lowest is tried first. */
  priority: number
  /** Whether it answered lately; null before anybody asked it. */
  isReachable: boolean | null
  calls: number
  maxCalls: number
}

/**
 * The trunks to try for a call, best first: by priority, of equals the least full. Those that do not answer come
 * last, because a check may be older than the repair.
 */
export function orderTrunks<T extends TrunkState>(trunks: readonly T[]): T[] {
  return trunks
    .filter(trunk => trunk.isEnabled && trunk.calls < trunk.maxCalls)
    .sort(
      (a, b) =>
        Number(a.isReachable === false) - Number(b.isReachable === false) ||
        a.priority - b.priority ||
        a.calls / a.maxCalls - b.calls / b.maxCalls ||
        (a.id < b.id ? -1 : 1),
    )
}
