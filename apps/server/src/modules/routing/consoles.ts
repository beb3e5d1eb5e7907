import type { Clock } from '../../platform/index.ts'

/** A console that closed may only be reloading: its agent stops ringing after this. */
const REVOKE_AFTER_MS = 2_000
/** From here on others see the agent as offline. */
const OFFLINE_AFTER_MS = 10_000
/** From here on the agent's chats go to somebody else. */
const ABANDON_AFTER_MS = 120_000

/** Which workers have a console open, with the patience that reloads and short cuts deserve. */
export type Consoles = {
  opened(workerId: string, connectionId: string): void
  closed(workerId: string, connectionId: string): void
  /** Whether a console is open, or was a moment ago. */
  isConnected(workerId: string): boolean
  /** Whether others should see the worker as gone. */
  isGone(workerId: string): boolean
  stop(): void
}

/** Tells when a worker can be rung, cannot any more, is gone, and has abandoned the work. */
export function createConsoles(deps: {
  clock: Clock
  onConnected(workerId: string): void
  onDisconnected(workerId: string): void
  onGone(workerId: string): void
  onAbandoned(workerId: string): void
}): Consoles {
  const { clock } = deps
  const open = new Map<string, Set<string>>()
  const connected = new Set<string>()
  const gone = new Set<string>()
  const timers = new Map<string, (() => void)[]>()

  function cancel(workerId: string): void {
    for (const stop of timers.get(workerId) ?? []) stop()
    timers.delete(workerId)
  }

  return {
    opened(workerId, connectionId) {
      const mine = open.get(workerId) ?? new Set()
      open.set(workerId, mine.add(connectionId))
      cancel(workerId)
      gone.delete(workerId)
      if (connected.has(workerId)) return
      connected.add(workerId)
      deps.onConnected(workerId)
    },
    closed(workerId, connectionId) {
      const mine = open.get(workerId)
      if (!mine?.delete(connectionId) || mine.size > 0) return
      open.delete(workerId)
      timers.set(workerId, [
        clock.after(REVOKE_AFTER_MS, () => {
          connected.delete(workerId)
          deps.onDisconnected(workerId)
        }),
        clock.after(OFFLINE_AFTER_MS, () => {
          gone.add(workerId)
          deps.onGone(workerId)
        }),
        clock.after(ABANDON_AFTER_MS, () => {
          timers.delete(workerId)
          deps.onAbandoned(workerId)
        }),
      ])
    },
    isConnected: workerId => connected.has(workerId),
    isGone: workerId => !connected.has(workerId) && (gone.has(workerId) || !timers.has(workerId)),
    stop() {
      for (const workerId of [...timers.keys()]) cancel(workerId)
    },
  }
}
