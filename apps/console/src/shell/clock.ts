import { useEffect, useState, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of [...listeners]) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const read = () => {
  // Between two ticks every timer on screen reads the same moment; without a running tick, the real one.
  if (timer === undefined) now = Math.floor(Date.now() / 1000) * 1000
  return now
}

/** The time, in epoch milliseconds, renewed every second by one timer for the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, read)

/** Whether a condition has held for this long, in milliseconds; false again as soon as it ends. */
export const useLasting = (holds: boolean, forMs: number): boolean => {
  const [lasts, setLasts] = useState(false)
  useEffect(() => {
    if (!holds) return setLasts(false)
    const timer = setTimeout(() => setLasts(true), forMs)
    return () => clearTimeout(timer)
  }, [holds, forMs])
  return lasts
}
