import { useCallback, useSyncExternalStore } from 'react'

/** Whether a CSS media query holds now; follows its changes. */
export const useMediaQuery = (query: string): boolean =>
  useSyncExternalStore(
    useCallback(
      listener => {
        const list = matchMedia(query)
        list.addEventListener('change', listener)
        return () => list.removeEventListener('change', listener)
      },
      [query],
    ),
    () => matchMedia(query).matches,
  )

/** Widths at which the layout changes, as media queries. */
export const widths = {
  /** One column: a telephone. */
  single: '(max-width: 639px)',
  /** Two columns: the third becomes a drawer. */
  narrow: '(max-width: 1119px)',
} as const
