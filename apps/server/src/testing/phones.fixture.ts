import type { PhoneEvent, PhonePort } from '../modules/calls/index.ts'

/** A phone network without a network: tests say what phones do, and see what they are told. */
export function createFakePhones() {
  const listeners = new Set<(event: PhoneEvent) => void>()
  const told: { what: string; phoneId: string; detail?: string }[] = []
  const waiters = new Set<() => void>()
  const tell = (what: string, phoneId: string, detail?: string): void => {
    told.push({ what, phoneId, ...(detail === undefined ? {} : { detail }) })
    for (const waiter of [...waiters]) waiter()
  }
  const port: PhonePort = {
    onEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ring: phoneId => tell('ring', phoneId),
    accept: (phoneId, sdp) => tell('accept', phoneId, sdp),
    refuse: (phoneId, cause) => tell('refuse', phoneId, cause),
    answerOffer: (phoneId, sdp) => tell('answerOffer', phoneId, sdp),
    refuseOffer: phoneId => tell('refuseOffer', phoneId),
    hangUp: phoneId => tell('hangUp', phoneId),
  }
  return {
    port,
    told,
    emit(event: PhoneEvent): void {
      for (const listener of listeners) listener(event)
    },
    /** Waits until a phone is told something. */
    async until(what: string, phoneId: string): Promise<{ detail?: string }> {
      for (;;) {
        const found = told.find(entry => entry.what === what && entry.phoneId === phoneId)
        if (found !== undefined) return found
        await new Promise<void>(resolve => {
          const waiter = () => {
            waiters.delete(waiter)
            resolve()
          }
          waiters.add(waiter)
        })
      }
    },
  }
}
