import type { ThreadId } from '@guichet/domain'
import type { Clock } from '../../platform/index.ts'
import type { ThreadEntry } from './thread.repository.ts'

/** Threads remembered at once; the longest unused is forgotten first. */
const MAX_THREADS = 20_000
/** Another node may have changed a thread: it is read again this often, in milliseconds. */
const FRESH_MS = 30_000

/** Who is in which thread, in memory, so that sending asks the database nothing. */
export type ThreadDirectory = {
  get(threadId: ThreadId): Promise<ThreadEntry | null>
  /** Forgets a thread whose participants or lock changed. */
  forget(threadId: ThreadId): void
}

/** A directory over a loader; callers that ask for one thread together share one read. */
export function createThreadDirectory(
  clock: Clock,
  load: (threadId: ThreadId) => Promise<ThreadEntry | null>,
): ThreadDirectory {
  const entries = new Map<ThreadId, { at: number; promise: Promise<ThreadEntry | null> }>()

  return {
    get(threadId) {
      const known = entries.get(threadId)
      if (known !== undefined && clock.now() - known.at < FRESH_MS) return known.promise
      const promise = load(threadId)
      const entry = { at: clock.now(), promise }
      entries.delete(threadId)
      entries.set(threadId, entry)
      if (entries.size > MAX_THREADS) entries.delete(entries.keys().next().value as ThreadId)
      const forgetThis = () => {
        if (entries.get(threadId) === entry) entries.delete(threadId)
      }
      promise.then(found => {
        if (found === null) forgetThis()
      }, forgetThis)
      return promise
    },
    forget: threadId => void entries.delete(threadId),
  }
}
