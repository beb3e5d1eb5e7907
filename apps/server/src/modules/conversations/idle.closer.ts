import { DomainError } from '@guichet/domain'
import type { Clock, Log } from '../../platform/index.ts'
import type { ChatService } from '../chat/index.ts'
import type { ConversationRow, ConversationsRepository } from './conversations.repository.ts'
import type { EndingsService } from './endings.service.ts'

const SWEEP_EVERY_MS = 60_000
const PAGE = 200

/** Ends conversations that were left alone: with the bot, or after a telephone call. */
export type IdleCloser = {
  /** Ends what is due by now; resolves with how many that were. */
  sweep(): Promise<number>
  start(): void
  stop(): Promise<void>
}

/**
 * Asks the database every minute for what is due, so that nothing is lost over a restart; several nodes may do
 * so at once, because a conversation is ended on its locked row, and only once.
 */
export function createIdleCloser(deps: {
  repository: Pick<ConversationsRepository, 'leftAlone'>
  endings: Pick<EndingsService, 'closeIdle'>
  chat: Pick<ChatService, 'lastMessagesAt'>
  clock: Clock
  log: Log
  /** Silence after which a conversation ends, in milliseconds; 0 for never. */
  idleMs: number
}): IdleCloser {
  const { repository, endings, chat, clock, log, idleMs } = deps
  let cancel: (() => void) | null = null
  let running: Promise<unknown> | null = null

  async function closeOf(rows: readonly ConversationRow[], silentSince: Date): Promise<number> {
    const lastAt = await chat.lastMessagesAt(rows.map(row => row.threadId))
    let closed = 0
    for (const row of rows) {
      const at = lastAt.get(row.threadId)
      if (at !== undefined && at > silentSince) continue
      if (await endings.closeIdle(row.id, silentSince)) closed++
    }
    return closed
  }

  async function sweep(): Promise<number> {
    const silentSince = new Date(clock.now() - idleMs)
    let closed = 0
    let last: ConversationRow | null = null
    for (;;) {
      const rows: ConversationRow[] = await repository.leftAlone(silentSince, last, PAGE)
      closed += await closeOf(rows, silentSince)
      last = rows.at(-1) ?? null
      if (rows.length < PAGE) return closed
    }
  }

  function sweepQuietly(): void {
    if (running !== null) return
    running = sweep()
      .catch(error => {
        const isPassing = error instanceof DomainError && error.retryable
        log[isPassing ? 'warn' : 'error']({ err: error }, 'silent conversations could not be ended')
      })
      .finally(() => {
        running = null
      })
  }

  return {
    sweep,
    start() {
      if (idleMs > 0) cancel ??= clock.every(SWEEP_EVERY_MS, sweepQuietly)
    },
    async stop() {
      cancel?.()
      cancel = null
      await running
    },
  }
}
