/** The process's only source of time and waiting; tests pass their own. */
export type Clock = {
  /** Milliseconds, monotonic, with fractions. */
  now(): number
  /** Wall-clock time that `now` counts from, in milliseconds since 1970. */
  readonly epochMs: number
  /** Calls `task` once after `delayMs`; the result cancels it. */
  after(delayMs: number, task: () => void): () => void
  /** Calls `task` every `periodMs`; the result stops it. */
  every(periodMs: number, task: () => void): () => void
  /** Lets packets that have arrived be handled before going on with long work. */
  pause(): Promise<void>
}

/** The clock of the machine. */
export function createSystemClock(): Clock {
  return {
    now: () => performance.now(),
    epochMs: performance.timeOrigin,
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs)
      return () => clearTimeout(timer)
    },
    every(periodMs, task) {
      const timer = setInterval(task, periodMs)
      return () => clearInterval(timer)
    },
    pause: () => new Promise(resolve => setImmediate(resolve)),
  }
}
