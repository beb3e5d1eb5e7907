/** Lets a few actions run at a time; the others wait for their turn, first come first served. */
export type Gate = <T>(action: () => Promise<T>) => Promise<T>

/** A gate for `limit` actions at a time. */
export function createGate(limit: number): Gate {
  let running = 0
  const waiting: (() => void)[] = []

  return async action => {
    if (running === limit) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await action()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
