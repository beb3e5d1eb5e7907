/** A wake-up that was asked for. Keep it to cancel it. */
export type Timer = {
  /** Milliseconds of the clock that was passed in. */
  readonly at: number
  /** Place in the heap; -1 when it has run or was cancelled. */
  index: number
  readonly run: () => void
}

/** All timers of an endpoint, in one binary heap. */
export type TimerQueue = {
  /** Runs `run` once, `delayMs` after `now`. */
  after(delayMs: number, run: () => void): Timer
  /** Harmless for a timer that has run, was cancelled or never was. */
  cancel(timer: Timer | undefined): void
  /** When the earliest timer is due; undefined when there is none. */
  nextAt(): number | undefined
  /** Runs whatever is due at `now`; timers set meanwhile run in the same call when they are due too. */
  runDue(now: number): void
  /** Timers waiting. */
  size(): number
}

/** Creates the timer queue; a cancelled timer leaves the heap at once, so a storm of calls leaves no memory behind. */
export function createTimerQueue(now: () => number): TimerQueue {
  const heap: Timer[] = []

  const place = (timer: Timer, index: number) => {
    heap[index] = timer
    timer.index = index
  }
  const rise = (timer: Timer, from: number) => {
    let index = from
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above] as Timer
      if (parent.at <= timer.at) break
      place(parent, index)
      index = above
    }
    place(timer, index)
  }
  const sink = (timer: Timer, from: number) => {
    let index = from
    for (;;) {
      let below = index * 2 + 1
      if (below >= heap.length) break
      const right = heap[below + 1]
      if (right !== undefined && right.at < (heap[below] as Timer).at) below++
      const child = heap[below] as Timer
      if (child.at >= timer.at) break
      place(child, index)
      index = below
    }
    place(timer, index)
  }
  const remove = (timer: Timer) => {
    const index = timer.index
    timer.index = -1
    const last = heap.pop() as Timer
    if (last === timer) return
    if (last.at < timer.at) rise(last, index)
    else sink(last, index)
  }

  return {
    after(delayMs, run) {
      const timer: Timer = { at: now() + delayMs, index: heap.length, run }
      heap.push(timer)
      rise(timer, timer.index)
      return timer
    },
    cancel(timer) {
      if (timer !== undefined && timer.index >= 0) remove(timer)
    },
    nextAt: () => heap[0]?.at,
    runDue(at) {
      for (let first = heap[0]; first !== undefined && first.at <= at; first = heap[0]) {
        remove(first)
        first.run()
      }
    },
    size: () => heap.length,
  }
}

/** The three times all others derive from. @source RFC 3261 §17.1.1.1, table 4 */
export type TimerSettings = {
  /** Estimate of the round trip. */
  t1Ms: number
  /** Longest interval between repetitions of requests other than INVITE, and of final answers to INVITE. */
  t2Ms: number
  /** How long a message may stay in the network. */
  t4Ms: number
  /** Timer D over UDP: at least 32 s. @source RFC 3261 §17.1.1.2 */
  timerDMs: number
  /** After this long without a word from its user, an INVITE server transaction says 100. @source RFC 3261 §17.2.1 */
  tryingMs: number
}

/** What RFC 3261 recommends. */
export const defaultTimerSettings: TimerSettings = {
  t1Ms: 500,
  t2Ms: 4_000,
  t4Ms: 5_000,
  timerDMs: 32_000,
  tryingMs: 200,
}
