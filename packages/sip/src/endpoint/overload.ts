/** When to refuse new calls. */
export type OverloadSettings = {
  /** Server transactions under way above which no new INVITE is taken. */
  maxTransactions: number
  /** Calls above which no new INVITE is taken. */
  maxCalls: number
  /** How long datagrams may have waited before they reach the endpoint, smoothed. */
  maxDelayMs: number
  /** Seconds a refused caller is asked to stay away. */
  retryAfterS: number
}

/** Generous limits: they keep a process alive, not a licence. */
export const defaultOverloadSettings: OverloadSettings = {
  maxTransactions: 200_000,
  maxCalls: 20_000,
  maxDelayMs: 200,
  retryAfterS: 5,
}

/** Decides on new calls; those in progress are never asked. @source RFC 3261 §21.5.4, RFC 7339 §3 */
export type Overload = {
  /** The owner tells how late it is: by how much its event loop lags, or how long a datagram lay in its socket. */
  observeDelay(delayMs: number): void
  admits(load: { servers: number; calls: number }): boolean
  retryAfterS(): number
  shed(): number
}

/** Creates the valve. It opens again only at three quarters of the limit, lest it flutters. */
export function createOverload(settings: OverloadSettings): Overload {
  let smoothedMs = 0
  let closed = false
  let shed = 0
  return {
    observeDelay(delayMs) {
      smoothedMs += (delayMs - smoothedMs) / 8
    },
    admits({ servers, calls }) {
      const limit = closed ? 0.75 : 1
      closed =
        servers >= settings.maxTransactions * limit ||
        calls >= settings.maxCalls * limit ||
        smoothedMs > settings.maxDelayMs * limit
      if (closed) shed++
      return !closed
    },
    retryAfterS: () => settings.retryAfterS,
    shed: () => shed,
  }
}
