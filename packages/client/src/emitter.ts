/** A list of listeners; one that throws does not keep the others from hearing. */
export type Emitter<T> = {
  add(listener: (value: T) => void): () => void
  emit(value: T): void
}

/** Makes an emitter; a listener's failure is reported as an uncaught error, never to the emitter's caller. */
export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  return {
    add(listener) {
      // Wrapped so that the same function added twice is heard, and removed, twice.
      const entry = (value: T) => listener(value)
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    emit(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value)
        } catch (error) {
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
