import type { Clock } from '../clock.ts'
import { frameMs } from './opus.ts'

/** Calls its members every 20 ms, each in its own part of that time. */
export type Ticker = {
  /** Adds a member to the emptiest slot; the result removes it. */
  add(task: (now: number) => void): () => void
  readonly members: number
}

const slots = 10
const slotMs = frameMs / slots
/** Frames made up for after a hold-up; what is older is skipped, since a burst would only be thrown away. */
const maxCatchUpFrames = 3

/**
 * Creates a ticker that follows the clock without drift: slot `n` is due at its start plus `n × 2 ms`, however
 * late the one before was. It rests while it has no members.
 */
export function createTicker(clock: Clock, onError: (error: unknown) => void): Ticker {
  const tasks: Set<(now: number) => void>[] = Array.from({ length: slots }, () => new Set())
  let members = 0
  let cancel: (() => void) | undefined
  let startedAt = 0
  let done = 0

  const run = (): void => {
    const due = Math.floor((clock.now() - startedAt) / slotMs)
    if (due - done > maxCatchUpFrames * slots) done = due - maxCatchUpFrames * slots
    while (done < due) {
      done++
      for (const task of tasks[done % slots] as Set<(now: number) => void>) {
        try {
          task(clock.now())
        } catch (error) {
          onError(error)
        }
      }
    }
    schedule()
  }

  const schedule = (): void => {
    if (members === 0) {
      cancel = undefined
      return
    }
    const wait = startedAt + (done + 1) * slotMs - clock.now()
    cancel = clock.after(Math.max(0, wait), run)
  }

  return {
    get members() {
      return members
    },
    add(task) {
      const slot = tasks.reduce((least, set) => (set.size < least.size ? set : least))
      slot.add(task)
      members++
      if (!cancel) {
        startedAt = clock.now()
        done = 0
        schedule()
      }
      return () => {
        if (!slot.delete(task)) return
        members--
      }
    },
  }
}
