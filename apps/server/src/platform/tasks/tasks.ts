import type pg from 'pg'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { tryHoldLock } from '../postgres/held-lock.ts'
import { advisoryLocks } from '../postgres/locks.ts'

/** Work that comes round again and again and belongs to nobody's request, such as removing what is old. */
export type Task = {
  name: string
  /** Does a small part, safe to repeat, and says how many things it dealt with: 0 when nothing is left. */
  batch(): Promise<number>
}

/** Runs tasks in the background. */
export type Tasks = {
  start(): void
  /** Resolves when the batch under way is done. */
  stop(): Promise<void>
}

/** Rounds begin this far apart; the first after one such time, so that a start is never slowed. */
export const ROUND_MS = 600_000
/** Between two batches, so that people's requests come in between. */
const PAUSE_MS = 100

/**
 * Tasks one after the other, round after round. Of several servers on one database only the one that holds the
 * lock of tasks runs a round; the others pass this one.
 */
export function createTasks(deps: { pool: pg.Pool; clock: Clock; log: Log; tasks: readonly Task[] }): Tasks {
  const { pool, clock, log } = deps
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let cancel = () => {}
  let endPause = () => {}

  function schedule(): void {
    if (stopped) return
    cancel = clock.after(ROUND_MS, () => {
      running = elected(round)
        .catch(error => log.warn({ err: error }, 'tasks could not run; they will with the next round'))
        .finally(schedule)
    })
  }

  /** Runs `action` while holding the lock, if nobody else does. */
  async function elected(action: () => Promise<void>): Promise<void> {
    const lock = await tryHoldLock(pool, advisoryLocks.tasks, error =>
      log.warn({ err: error }, 'connection of the tasks lost'),
    )
    try {
      if (lock !== null) await action()
    } finally {
      lock?.release()
    }
  }

  async function round(): Promise<void> {
    for (const task of deps.tasks) {
      let done = 0
      try {
        for (let some = 1; some > 0 && !stopped; done += some) {
          some = await task.batch()
          if (some > 0) await pause()
        }
      } catch (error) {
        log.warn({ err: error, task: task.name }, 'task failed; it goes on with the next round')
      }
      if (done > 0) log.info({ task: task.name, done }, 'task done')
    }
  }

  function pause(): Promise<void> {
    return new Promise(resolve => {
      const cancelPause = clock.after(PAUSE_MS, resolve)
      endPause = () => {
        cancelPause()
        resolve()
      }
    })
  }

  return {
    start: schedule,
    async stop() {
      stopped = true
      cancel()
      endPause()
      await running
    },
  }
}
