import { type CallId, type ConversationId, DomainError } from '@guichet/domain'
import { type Clock, delay, type Log, withLogContext } from '../../platform/index.ts'
import type { CallChanges, CallRecord } from './call.record.ts'
import { CallTakenOverError } from './calls.repository.ts'

/** A database that is away for less than this costs nobody a call. */
const STORE_RETRY_MS = 150
const STORE_ATTEMPTS = 200

/** The one line in which everything happens to a call: step after step, each stored before the next begins. */
export type CallLine = {
  /** Runs a step when all before it are done and stored; resolves once its own changes are stored. */
  do<T>(step: () => Promise<T> | T): Promise<T>
  /** The same, for news that nobody waits for. */
  later(step: () => Promise<void> | void): void
  /** Nothing more is done or stored. */
  abandon(): void
}

/** Runs the steps of one call; `onStored` follows each step, `onAbandoned` ends them when storing is hopeless. */
export function createCallLine(deps: {
  callId: CallId
  conversationId: ConversationId
  record: Pick<CallRecord, 'hasChanges' | 'changes' | 'stored'>
  store(changes: CallChanges): Promise<void>
  onStored(): void
  onAbandoned(): void
  clock: Clock
  log: Log
}): CallLine {
  const { record, clock, log, callId, conversationId } = deps
  let tail: Promise<unknown> = Promise.resolve()
  let abandoned = false

  async function settle(): Promise<void> {
    for (let attempt = 1; record.hasChanges() && !abandoned; attempt++) {
      const changes = record.changes()
      try {
        await deps.store(changes)
        record.stored(changes)
      } catch (error) {
        if (error instanceof DomainError) {
          abandon()
          throw error
        }
        if (error instanceof CallTakenOverError || attempt >= STORE_ATTEMPTS) {
          log.error({ err: error }, 'call could not be stored; letting go of it')
          abandon()
          return
        }
        if (attempt === 1) log.warn({ err: error }, 'call could not be stored; trying again')
        await delay(clock, STORE_RETRY_MS)
      }
    }
    if (!abandoned) deps.onStored()
  }

  function abandon(): void {
    if (abandoned) return
    abandoned = true
    deps.onAbandoned()
  }

  async function run<T>(step: () => Promise<T> | T): Promise<T> {
    if (abandoned) throw new DomainError('not-found', 'The call is over')
    try {
      return await step()
    } finally {
      await settle()
    }
  }

  function perform<T>(step: () => Promise<T> | T): Promise<T> {
    const result = tail.then(() => withLogContext({ callId, conversationId }, () => run(step)))
    tail = result.catch(() => undefined)
    return result
  }

  return {
    abandon,
    do: perform,
    later(step) {
      perform(step).catch(error =>
        withLogContext({ callId, conversationId }, () => log.error({ err: error }, 'step of a call failed')),
      )
    },
  }
}
