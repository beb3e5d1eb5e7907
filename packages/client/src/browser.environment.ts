import type { ClientEnvironment, ClientSocket } from './environment.ts'

function randomId(): string {
  // randomUUID exists only in secure contexts, and a page may still be served over http.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** The surroundings of a real page: its clock, timers, network and randomness. */
export function browserEnvironment(): ClientEnvironment {
  return {
    now: () => Date.now(),
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimer: handle => clearTimeout(handle as number),
    random: () => Math.random(),
    randomId,
    fetch: (url, init) => fetch(url, init),
    createRequest: () => new XMLHttpRequest(),
    openSocket: url => new WebSocket(url) as unknown as ClientSocket,
    onOnline(callback) {
      addEventListener('online', callback)
      return () => removeEventListener('online', callback)
    },
  }
}
