import type { SystemNotice } from '@guichet/contract'
import type { CallId, ConversationId, QueueId } from '@guichet/domain'
import { type Clock, delay, type Log } from '../../platform/index.ts'
import type { CallsConversationsPort } from './calls.ports.ts'

const ATTEMPTS = 6
const RETRY_BASE_MS = 100

/** Tells conversations about their calls, in order, without holding a call up. */
export type CallTeller = {
  started(conversationId: ConversationId, callId: CallId): void
  ended(conversationId: ConversationId, notice: SystemNotice): void
  /** Goes on by chat, once the queue has let go of the call. */
  offerChat(conversationId: ConversationId, queueId: QueueId | null): void
  /** Resolves when all has been told. */
  settled(): Promise<void>
}

/** @see CallTeller */
export function createCallTeller(deps: {
  conversations: CallsConversationsPort
  /** Resolves when routing has told the conversation all it has to say. */
  routingSettled(conversationId: ConversationId): Promise<void>
  clock: Clock
  log: Log
}): CallTeller {
  const { conversations, clock, log } = deps
  const chains = new Map<string, Promise<void>>()

  function inOrder(conversationId: ConversationId, ...actions: (() => Promise<unknown>)[]): void {
    const next = (chains.get(conversationId) ?? Promise.resolve()).then(async () => {
      for (const action of actions) {
        await withRetries(action).catch(error =>
          log.error({ err: error, conversationId }, 'conversation could not be told of its call'),
        )
      }
    })
    chains.set(conversationId, next)
    void next.then(() => {
      if (chains.get(conversationId) === next) chains.delete(conversationId)
    })
  }

  async function withRetries(action: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await action()
        return
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await delay(clock, RETRY_BASE_MS * 2 ** attempt)
      }
    }
  }

  return {
    started: (conversationId, callId) =>
      inOrder(
        conversationId,
        () => conversations.setActiveCall(conversationId, callId),
        () => conversations.notice(conversationId, { code: 'callStarted', values: {} }),
      ),
    ended: (conversationId, notice) =>
      inOrder(
        conversationId,
        () => conversations.setActiveCall(conversationId, null),
        () => conversations.notice(conversationId, notice),
      ),
    offerChat: (conversationId, queueId) =>
      inOrder(conversationId, async () => {
        await deps.routingSettled(conversationId)
        await conversations.requestPerson(conversationId, queueId === null ? {} : { queueId })
      }),
    settled: async () => {
      await Promise.all(chains.values())
    },
  }
}
