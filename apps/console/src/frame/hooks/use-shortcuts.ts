import { useEffect, useRef } from 'react'
import { matchShortcut, type ShortcutName } from '../model/shortcuts.ts'

/** Runs acts by their keys while mounted; an act that is absent leaves the key to the browser. */
export const useShortcuts = (acts: Partial<Record<ShortcutName, (() => void) | undefined>>) => {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const name = event.repeat ? null : matchShortcut(event)
      const act = name && latest.current[name]
      if (!act) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}
