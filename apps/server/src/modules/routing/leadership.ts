import type pg from 'pg'
import { advisoryLocks, type Clock, type HeldLock, type Log, tryHoldLock } from '../../platform/index.ts'

const RETRY_MS = 300

/** Keeps asking to be the one server that routes. */
export type Leadership = {
  start(): void
  /** Gives the lock back for the next server. */
  stop(): Promise<void>
  /** Something went wrong while leading: steps down and asks again. */
  stepDown(): void
}

/**
 * Holds a PostgreSQL session lock on a connection of its own: it is lost with the connection, so that a server
 * which cannot reach the database never believes it leads for long, and writes name an epoch on top.
 * @source ADR on the router's election
 */
export function createLeadership(deps: {
  pool: pg.Pool
  clock: Clock
  log: Log
  /** Called once elected; a failure steps down and tries again. */
  onElected(): Promise<void>
  onLost(): void
}): Leadership {
  const { pool, clock, log } = deps
  let stopped = false
  let failures = 0
  let holder: HeldLock | null = null
  let running: Promise<void> = Promise.resolve()
  let cancelRetry = () => {}

  function release(lock: HeldLock): void {
    if (holder !== lock) return
    holder = null
    deps.onLost()
    lock.release()
    retry()
  }

  function retry(): void {
    if (!stopped) cancelRetry = clock.after(RETRY_MS, start)
  }

  function start(): void {
    running = campaign()
  }

  async function campaign(): Promise<void> {
    let lock: HeldLock | null = null
    try {
      lock = await tryHoldLock(pool, advisoryLocks.router, error => {
        log.warn({ err: error }, 'connection of the router lost; stopping decisions until it is back')
        if (lock !== null) release(lock)
      })
      if (lock === null || stopped) {
        lock?.release()
        return retry()
      }
      holder = lock
      await deps.onElected()
      failures = 0
    } catch (error) {
      if (failures++ === 0) log.warn({ err: error }, 'router could not take over; trying again until it can')
      if (lock !== null && holder === lock) release(lock)
      else {
        lock?.release()
        retry()
      }
    }
  }

  return {
    start,
    async stop() {
      stopped = true
      cancelRetry()
      await running
      if (holder !== null) release(holder)
    },
    stepDown() {
      if (holder !== null) release(holder)
    },
  }
}
