import type { Clock } from '../clock.ts'

/** A clock that stands still until it is moved. */
export type TestClock = Clock & {
  /** Moves on, calling what falls due in order. */
  advance(ms: number): void
  /** Moves on as if the process had been held up: nothing is called until the next `advance`. */
  jump(ms: number): void
  readonly pending: number
}

type Entry = { at: number; task: () => void; periodMs: number | undefined }

/** Creates a clock at zero. */
export function createTestClock(): TestClock {
  let time = 0
  const entries = new Set<Entry>()

  const add = (delayMs: number, task: () => void, periodMs?: number) => {
    const entry: Entry = { at: time + Math.max(0, delayMs), task, periodMs }
    entries.add(entry)
    return () => void entries.delete(entry)
  }

  return {
    now: () => time,
    epochMs: Date.UTC(2026, 0, 1),
    after: (delayMs, task) => add(delayMs, task),
    every: (periodMs, task) => add(periodMs, task, periodMs),
    pause: () => Promise.resolve(),
    get pending() {
      return entries.size
    },
    jump(ms) {
      time += ms
    },
    advance(ms) {
      const until = time + ms
      for (;;) {
        let next: Entry | undefined
        for (const entry of entries) if (entry.at <= until && (!next || entry.at < next.at)) next = entry
        if (!next) break
        time = Math.max(time, next.at)
        if (next.periodMs === undefined) entries.delete(next)
        else next.at += next.periodMs
        next.task()
      }
      time = until
    },
  }
}
