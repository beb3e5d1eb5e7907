import type { ClosedBy, Conversation, Handling, Party, RateConversation } from '@guichet/contract'
import { type ConversationId, DomainError } from '@guichet/domain'
import type { z } from 'zod'
import type { Clock, Work } from '../../platform/index.ts'
import { type ChatService, ConversationClosedError } from '../chat/index.ts'
import { botParty, handledByBot } from './bot-party.ts'
import type { ConversationChanges } from './conversation.changes.ts'
import type { ConversationRow, ConversationsRepository } from './conversations.repository.ts'

/** A conversation that ended less than this ago may be opened again, in milliseconds. */
const REOPEN_WITHIN_MS = 24 * 3_600_000
/** For this long after its end a conversation may be rated, and its rating changed, in milliseconds. */
const RATE_WITHIN_MS = 24 * 3_600_000

const nobody: Handling = { ...handledByBot, by: 'nobody' }

/** Thrown when a rating comes too late. */
export class RatingClosedError extends DomainError {
  constructor() {
    super('rating-closed', 'This conversation ended too long ago to be rated')
  }
}

/** How conversations end, go on after all, and are judged. */
export type EndingsService = {
  /** Ends the conversation, by one of its people; null says nothing about whom. Harmless when it has ended. */
  close(id: ConversationId, by: Party | null): Promise<Conversation>
  /** @throws DomainError `already-in-call` while the visitor is in a call */
  endByVisitor(id: ConversationId): Promise<Conversation>
  /**
   * Goes on with a conversation that ended a short while ago; harmless when it is open.
   * @throws ConversationClosedError `conversation-closed` when that was too long ago
   */
  reopen(id: ConversationId): Promise<Conversation>
  /**
   * The visitor's rating, in place of an earlier one.
   * @throws DomainError `invalid-transition` while the conversation is open
   * @throws RatingClosedError `rating-closed`
   */
  rate(id: ConversationId, rating: z.output<typeof RateConversation>): Promise<Conversation>
  /** Ends it if no person handles it, none is waited for, and nobody wrote since `silentSince`; true when it did. */
  closeIdle(id: ConversationId, silentSince: Date): Promise<boolean>
}

/** Whether a conversation that has ended may still be opened again. */
export function mayReopen(row: Pick<ConversationRow, 'closedAt'>, nowMs: number): boolean {
  return nowMs - (row.closedAt?.getTime() ?? 0) <= REOPEN_WITHIN_MS
}

/** @see EndingsService */
export function createEndingsService(deps: {
  repository: ConversationsRepository
  changes: ConversationChanges
  chat: ChatService
  clock: Clock
}): EndingsService {
  const { repository, changes, chat, clock } = deps

  async function closeRow(
    work: Work,
    row: ConversationRow,
    closedBy: ClosedBy | null,
    by: Party | null,
  ): Promise<ConversationRow> {
    await chat.postIn(work, {
      threadId: row.threadId,
      sender: null,
      content: {
        notice:
          closedBy === 'idle'
            ? { code: 'conversationIdle', values: {} }
            : {
                code: 'conversationClosed',
                values: by === null ? {} : { by: by.role, name: by.displayName },
              },
      },
    })
    await chat.setLocked(work, row.threadId, true)
    work.emit('conversation.handlingChanged', { conversationId: row.id, by: 'nobody' })
    work.emit('conversation.closed', { conversationId: row.id, by: by?.rawId ?? null })
    return repository.move(work.trx, row, 'close', {
      handling: nobody,
      closedAt: new Date(clock.now()),
      closedBy,
    })
  }

  async function visitorOf(row: ConversationRow): Promise<Party> {
    const { contact } = await changes.present(row)
    return { ...contact, role: 'consumer' }
  }

  return {
    async close(id, by) {
      const closedBy = by === null ? null : by.role === 'consumer' ? 'consumer' : 'agent'
      const { view } = await changes.change(id, async (work, row) =>
        row.state === 'closed' ? row : closeRow(work, row, closedBy, by),
      )
      return view
    },

    async endByVisitor(id) {
      const visitor = await visitorOf(await changes.row(id))
      const { view } = await changes.change(id, async (work, row) => {
        if (row.state === 'closed') return row
        if (row.activeCallId !== null) throw new DomainError('already-in-call', 'Hang up first')
        return closeRow(work, row, 'consumer', visitor)
      })
      return view
    },

    async reopen(id) {
      const { view } = await changes.change(id, async (work, row) => {
        if (row.state === 'open') return row
        if (!mayReopen(row, clock.now())) throw new ConversationClosedError()
        await chat.setLocked(work, row.threadId, false)
        await chat.addParticipant(work, row.threadId, botParty)
        await chat.postIn(work, {
          threadId: row.threadId,
          sender: null,
          content: { notice: { code: 'conversationReopened', values: {} } },
        })
        work.emit('conversation.reopened', { conversationId: row.id })
        work.emit('conversation.handlingChanged', { conversationId: row.id, by: 'bot' })
        return repository.move(work.trx, row, 'reopen', {
          handling: handledByBot,
          closedAt: null,
          closedBy: null,
        })
      })
      return view
    },

    async rate(id, { score, comment }) {
      const { view } = await changes.change(id, async (work, row) => {
        if (row.closedAt === null)
          throw new DomainError('invalid-transition', 'A conversation is rated once it has ended')
        if (clock.now() - row.closedAt.getTime() > RATE_WITHIN_MS) throw new RatingClosedError()
        const ratingComment = comment === undefined ? row.ratingComment : comment || null
        if (row.ratingScore === score && row.ratingComment === ratingComment) return row
        work.emit('conversation.rated', {
          conversationId: id,
          score,
          previousScore: row.ratingScore,
          hasComment: ratingComment !== null,
        })
        return repository.update(work.trx, row, {
          ratingScore: score,
          ratingComment,
          ratedAt: new Date(clock.now()),
        })
      })
      return view
    },

    async closeIdle(id, silentSince) {
      let isClosed = false
      await changes.change(id, async (work, row) => {
        const isServed = row.handling.by === 'queue' || row.handling.by === 'agent'
        if (row.state === 'closed' || isServed || row.activeCallId !== null) return row
        // Locks the thread: a message sent now is either seen here or finds the thread closed.
        const lastMessageAt = await chat.lockedLastMessageAt(work, row.threadId)
        if (lastMessageAt !== null && lastMessageAt > silentSince) return row
        isClosed = true
        return closeRow(work, row, 'idle', null)
      })
      return isClosed
    },
  }
}
