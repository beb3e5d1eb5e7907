import type pg from 'pg'
import { type Clock, delay } from '../clock.ts'
import type { Log } from '../log.ts'
import { type HeldLock, tryHoldLock } from './held-lock.ts'
import { advisoryLocks } from './locks.ts'

/** A standby asks this often whether the place is free; whoever had it asks sooner, and so gets it back first. */
const STANDBY_MS = 1_000
const REGAIN_MS = 200
const QUICK_ATTEMPTS = 5
/** Whoever lost its place believes that another has it after being refused so often: a standby only tries it at first. */
const REFUSALS = 10

/** The right to serve a database, which one server has at a time. */
export type Serving = { stop(): void }

/**
 * Resolves once this server is the one that serves the database; until then it stands by. A lost connection, as when
 * the database restarts, is made anew, and `onTaken` is called if another server was quicker.
 * @source ADR on one serving node
 */
export async function startServing(deps: {
  pool: pg.Pool
  clock: Clock
  log: Log
  /** Called once when another server serves. */
  onStandby(): void
  onTaken(): void
}): Promise<Serving> {
  const { pool, clock, log } = deps
  let held: HeldLock | null = null
  let stopped = false

  /** A database that is away is waited for, except at the very start, where it is a mistake of the settings. */
  let isFirst = true
  async function hold(): Promise<HeldLock | null> {
    try {
      const lock = await tryHoldLock(pool, advisoryLocks.serving, lost)
      isFirst = false
      return lock
    } catch (error) {
      if (isFirst) throw error
      log.debug({ err: error }, 'database is away')
      return null
    }
  }

  function lost(error: Error): void {
    held = null
    log.warn({ err: error }, 'connection that says we serve was lost; taking it up again')
    void regain()
  }

  async function regain(): Promise<void> {
    for (let refused = 0; !stopped; ) {
      try {
        held = await tryHoldLock(pool, advisoryLocks.serving, lost)
        if (held !== null) break
        refused++
      } catch (error) {
        log.debug({ err: error }, 'database is away')
      }
      if (refused === REFUSALS) return deps.onTaken()
      await delay(clock, REGAIN_MS)
    }
    if (stopped) held?.release()
  }

  // The connection of a server that has just ended may need a moment to be gone.
  let attempts = 1
  for (held = await hold(); held === null; held = await hold()) {
    if (attempts === QUICK_ATTEMPTS) deps.onStandby()
    await delay(clock, attempts < QUICK_ATTEMPTS ? REGAIN_MS : STANDBY_MS)
    attempts++
    if (attempts <= QUICK_ATTEMPTS) continue
    // A free place may be one whose owner is about to be back: it is given the chance.
    const free = await hold()
    free?.release()
    await delay(clock, free === null ? 0 : 2 * REGAIN_MS)
  }
  return {
    stop() {
      stopped = true
      held?.release()
    },
  }
}
