import {
  type ClientEnvironment,
  createThreadStore,
  type OutgoingMessage,
  type SocketClient,
  type ThreadStore,
} from '@guichet/client'
import type { Conversation } from '@guichet/contract'
import type { LiveStore } from './live.store.ts'

/** Thread stores by conversation: made when first asked for, kept while their work lasts or they are read. */
export type Threads = {
  get(conversation: Pick<Conversation, 'id' | 'threadId'>): ThreadStore
  /** Lets go of every thread that is not among these conversations. */
  keepOnly(conversationIds: ReadonlySet<string>): void
}

const outboxKey = (threadId: string) => `guichet.outbox.${threadId}`

/** Unsent messages survive a reload of the tab, and end with it. */
const outboxOf = (storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, threadId: string) => ({
  read(): OutgoingMessage[] {
    try {
      const stored: unknown = JSON.parse(storage.getItem(outboxKey(threadId)) ?? '[]')
      return Array.isArray(stored) ? (stored as OutgoingMessage[]) : []
    } catch {
      return []
    }
  },
  write(messages: OutgoingMessage[]) {
    if (messages.length === 0) storage.removeItem(outboxKey(threadId))
    else storage.setItem(outboxKey(threadId), JSON.stringify(messages))
  },
})

/** Makes the registry of thread stores for the person `selfRawId`. */
export const createThreads = (deps: {
  socket: SocketClient
  live: LiveStore
  environment: ClientEnvironment
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  selfRawId: string
}): Threads => {
  const stores = new Map<string, ThreadStore>()
  return {
    get({ id, threadId }) {
      const known = stores.get(id)
      if (known) return known
      const store = createThreadStore({
        socket: deps.socket,
        threadId,
        environment: deps.environment,
        selfRawId: deps.selfRawId,
        load: async () => (await deps.live.openConversation(id)).thread,
        outbox: outboxOf(deps.storage, threadId),
      })
      stores.set(id, store)
      return store
    },
    keepOnly(conversationIds) {
      for (const [id, store] of stores)
        if (!conversationIds.has(id)) {
          store.dispose()
          stores.delete(id)
        }
    },
  }
}
