import { useEffect, useState } from 'preact/hooks'

/** Renders again whenever the store changes. */
export function useSnapshot<T>(store: { getSnapshot(): T; subscribe(listener: () => void): () => void }): T {
  const [, redraw] = useState({})
  useEffect(() => {
    redraw({})
    return store.subscribe(() => redraw({}))
  }, [store])
  return store.getSnapshot()
}
