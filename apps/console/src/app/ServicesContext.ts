import type { StaffRole } from '@guichet/contract'
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react'
import type { CallSessionState } from '../calls/call.session.ts'
import type { LiveState } from '../live/live.state.ts'
import { createPreferenceStore, type Preferences } from '../shell/preferences.ts'
import type { Services } from './services.ts'

export const ServicesContext = createContext<Services | null>(null)

/** Everything a signed-in screen uses. @throws Error outside of a signed-in screen: a bug of ours. */
export const useServices = (): Services => {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('no services: this screen needs somebody signed in')
  return services
}

/** A part of the live state; `select` must return a part, never something made anew. */
export const useLive = <T>(select: (state: LiveState) => T): T => {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribe, () => select(live.getState()))
}

/** The call of this tab. */
export const useCallSession = (): CallSessionState => {
  const { calls } = useServices()
  return useSyncExternalStore(calls.subscribe, calls.getState)
}

/** State of the connection to the server. */
export const useConnection = () => {
  const { live } = useServices()
  return useSyncExternalStore(live.subscribeConnection, live.getConnection)
}

/** Whether the person has one of these roles. */
export const useHasRole = (): ((...roles: readonly StaffRole[]) => boolean) => {
  const { me } = useServices()
  return useCallback((...roles) => roles.some(role => me.roles.includes(role)), [me])
}

const preferences = createPreferenceStore()

/** What the person chose on this browser, and how to change it. */
export const usePreferences = (): [Preferences, (change: Partial<Preferences>) => void] => [
  useSyncExternalStore(preferences.subscribe, preferences.get),
  preferences.set,
]
