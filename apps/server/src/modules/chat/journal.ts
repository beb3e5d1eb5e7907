import type { MessageContent, MessageType, Party } from '@guichet/contract'
import { DomainError, type ThreadId } from '@guichet/domain'
import type { Clock } from '../../platform/index.ts'

/** A message to be written. */
export type JournalEntry = {
  threadId: ThreadId
  /** Null for system lines. */
  sender: Party | null
  type: MessageType
  content: MessageContent
  clientMessageId: string
  /** Id of the event that tells of it. */
  eventId: string
  causationId: string | null
}

/** Writes many entries in one statement; the results come in the order of the entries, null where nothing fits. */
export type StoreBatch<Stored> = (
  entries: readonly JournalEntry[],
  nowMs: number,
) => Promise<(Stored | null)[]>

/** Shares transactions between messages that arrive together, so that many are as cheap as one. */
export type Journal<Stored> = {
  /**
   * Resolves once the message is on disk; null when its thread takes no messages.
   * @throws DomainError `unavailable` when too many are waiting or the database cannot be reached
   */
  append(entry: JournalEntry): Promise<Stored | null>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Two flushes begin at least this far apart, so that messages of one moment share a commit. */
const MIN_INTERVAL_MS = 2
const MAX_BATCH = 500
const MAX_WAITING = 20_000

/** Thrown when the storage of messages is behind or away. */
export class ChatUnavailableError extends DomainError {
  constructor() {
    super('unavailable', 'Messages cannot be stored right now; try again', { retryable: true })
  }
}

type Waiting<Stored> = {
  entry: JournalEntry
  resolve(stored: Stored | null): void
  reject(error: unknown): void
}

/**
 * A journal with one write under way at a time; what arrives meanwhile goes along with the next.
 * @source ADR on group commit of chat messages
 */
export function createJournal<Stored>(deps: {
  clock: Clock
  store: StoreBatch<Stored>
  /** Told of each batch at once after its commit, before the senders are. */
  stored(results: readonly Stored[]): void
  /** Told of each write that failed. */
  failed(error: unknown, entries: number): void
}): Journal<Stored> {
  const { clock, store } = deps
  let waiting: Waiting<Stored>[] = []
  let running: Promise<void> | null = null
  let scheduled = false
  let lastFlushAt = Number.NEGATIVE_INFINITY
  /** The same message sent twice within a moment is written once. */
  const underWay = new Map<string, Promise<Stored | null>>()

  function schedule(): void {
    if (scheduled || running !== null || waiting.length === 0) return
    scheduled = true
    const dueInMs = lastFlushAt + MIN_INTERVAL_MS - clock.now()
    // Even an idle journal waits for the other frames that the same turn of the event loop brings.
    if (dueInMs <= 0) setImmediate(begin)
    else clock.after(dueInMs, begin)
  }

  function begin(): void {
    scheduled = false
    running = flush().finally(() => {
      running = null
      schedule()
    })
  }

  async function flush(): Promise<void> {
    const batch = waiting.slice(0, MAX_BATCH)
    waiting = waiting.slice(MAX_BATCH)
    lastFlushAt = clock.now()
    let results: (Stored | null)[]
    try {
      results = await store(
        batch.map(item => item.entry),
        clock.now(),
      )
    } catch (error) {
      if (isAboutData(error)) return oneByOne(batch)
      deps.failed(error, batch.length)
      for (const item of batch) item.reject(new ChatUnavailableError())
      return
    }
    settle(batch, results)
  }

  /**
   * One message that cannot be stored must not take the others with it. A race with another node, lost in the
   * batch, is not lost again: the second look finds what the other one wrote.
   */
  async function oneByOne(batch: readonly Waiting<Stored>[]): Promise<void> {
    for (const item of batch) {
      let result: Stored | null
      try {
        result = (await store([item.entry], clock.now()))[0] ?? null
      } catch (error) {
        deps.failed(error, 1)
        item.reject(isAboutData(error) ? error : new ChatUnavailableError())
        continue
      }
      settle([item], [result])
    }
  }

  function settle(batch: readonly Waiting<Stored>[], results: readonly (Stored | null)[]): void {
    deps.stored(results.filter(result => result !== null))
    for (const [index, item] of batch.entries()) item.resolve(results[index] ?? null)
  }

  return {
    append(entry) {
      const key = `${entry.threadId} ${entry.sender?.rawId ?? ''} ${entry.clientMessageId}`
      const same = underWay.get(key)
      if (same !== undefined) return same
      if (waiting.length >= MAX_WAITING) return Promise.reject(new ChatUnavailableError())
      const promise = new Promise<Stored | null>((resolve, reject) => {
        waiting.push({ entry, resolve, reject })
      }).finally(() => underWay.delete(key))
      underWay.set(key, promise)
      schedule()
      return promise
    },
    async idle() {
      while (running !== null || waiting.length > 0) {
        if (running !== null) await running
        else await new Promise<void>(resolve => clock.after(MIN_INTERVAL_MS, resolve))
      }
    },
  }
}

/** SQLSTATE classes that speak of one row: bad data, broken constraint, lost race. @source PostgreSQL appendix A */
const dataClasses = new Set(['22', '23', '40'])

function isAboutData(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && dataClasses.has(code.slice(0, 2))
}
