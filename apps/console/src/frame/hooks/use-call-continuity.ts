import { useEffect, useRef } from 'react'
import { useCallSession, useLive, usePreferences, useServices } from '../../app/ServicesContext.ts'

/**
 * Keeps this tab's call true to the desk: takes it back after a reload, lets go of one that ended meanwhile, warns
 * before the tab is closed, and sounds its end.
 */
export const useCallContinuity = () => {
  const { calls, sounds } = useServices()
  const known = useLive(state => state.calls)
  const phase = useLive(state => state.phase)
  const { callId } = useCallSession()
  const [{ ringVolume }] = usePreferences()
  const volume = useRef(ringVolume)
  volume.current = ringVolume

  useEffect(() => {
    if (phase !== 'ready') return
    const mine = calls.remembered(known)
    if (mine) void calls.take(mine)
    calls.reconcile(known)
  }, [phase, known, calls])

  useEffect(() => {
    if (callId === null) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => {
      removeEventListener('beforeunload', warn)
      sounds.ended(volume.current)
    }
  }, [callId, sounds])
}
