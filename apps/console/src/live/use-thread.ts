import type { ThreadSnapshot, ThreadStore } from '@guichet/client'
import type { Conversation } from '@guichet/contract'
import { useSyncExternalStore } from 'react'
import { useServices } from '../app/ServicesContext.ts'

/** The thread of a conversation: how it stands, and its acts. */
export const useThread = (
  conversation: Pick<Conversation, 'id' | 'threadId'>,
): [ThreadSnapshot, ThreadStore] => {
  const { threads } = useServices()
  const store = threads.get(conversation)
  return [useSyncExternalStore(store.subscribe, store.getSnapshot), store]
}
