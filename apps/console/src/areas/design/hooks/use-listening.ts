import { useEffect, useSyncExternalStore } from 'react'
import { createListening, type Listened } from '../model/listening.ts'

/** The one sound that designers listen to. */
export const listening = createListening(() => new Audio())

/** What is being listened to under a key; null while it is silent. Leaving the screen ends it. */
export const useListened = (key: string): Listened | null => {
  const listened = useSyncExternalStore(listening.subscribe, listening.get)
  useEffect(() => () => listening.stop(key), [key])
  return listened?.key === key ? listened : null
}
