import type { ClientEnvironment } from '@guichet/client'

const KEY = 'guichet.tab'

/** Storage of this tab, or a memory that forgets where the browser forbids storing. */
export const tabStorage = (): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> => {
  try {
    sessionStorage.getItem(KEY)
    return sessionStorage
  } catch {
    const memory = new Map<string, string>()
    return {
      getItem: key => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: key => void memory.delete(key),
    }
  }
}

/** Takes a named lock for the life of the page; false when another page has it. */
const takeLock = (name: string): Promise<boolean> =>
  new Promise(resolve => {
    if (!navigator.locks) return resolve(true)
    navigator.locks
      .request(name, { ifAvailable: true }, lock => {
        resolve(lock !== null)
        return lock === null ? undefined : new Promise<never>(() => undefined)
      })
      .catch(() => resolve(true))
  })

/**
 * Identifier of this tab, kept over reloads. A duplicated tab copies its storage: the lock tells the copy, which
 * then becomes a tab of its own and does not hold the original's call.
 */
export const identifyTab = async (
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  environment: Pick<ClientEnvironment, 'randomId'>,
): Promise<{ tabId: string; isCopy: boolean }> => {
  const known = storage.getItem(KEY)
  if (known && (await takeLock(`guichet.tab.${known}`))) return { tabId: known, isCopy: false }
  const tabId = environment.randomId()
  storage.setItem(KEY, tabId)
  await takeLock(`guichet.tab.${tabId}`)
  return { tabId, isCopy: known !== null }
}

/**
 * Runs `leading` in one tab of this browser at a time, e.g. the one that rings aloud; another takes over when it
 * closes. The result gives the lead up.
 */
export const leadAmongTabs = (name: string, leading: (isLeader: boolean) => void): (() => void) => {
  if (!navigator.locks) {
    leading(true)
    return () => leading(false)
  }
  const stop = new AbortController()
  let release: () => void = () => undefined
  const done = new Promise<void>(resolve => {
    release = resolve
  })
  navigator.locks
    .request(name, { signal: stop.signal }, () => {
      leading(true)
      return done
    })
    .catch(() => undefined)
  return () => {
    stop.abort()
    release()
    leading(false)
  }
}

/** How the tabs of one browser ask each other to let go of a call. */
export type CallHandover = {
  ask(callId: string): void
  onAsked(listener: (callId: string) => void): () => void
}

/** Handover between the tabs of this browser; deaf where the browser has no channel between tabs. */
export const createCallHandover = (): CallHandover => {
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('guichet.handover') : null
  return {
    ask: callId => channel?.postMessage(callId),
    onAsked(listener) {
      const hear = (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') listener(event.data)
      }
      channel?.addEventListener('message', hear)
      return () => channel?.removeEventListener('message', hear)
    },
  }
}
