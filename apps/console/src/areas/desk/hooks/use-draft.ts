import { useCallback, useState } from 'react'
import { tabStorage } from '../../../shell/tab.ts'

const keyOf = (conversationId: string) => `guichet.draft.${conversationId}`

/** What is being written to one contact; kept while the agent looks elsewhere, and over a reload of the tab. */
export const useDraft = (conversationId: string): [string, (text: string) => void] => {
  const [text, setText] = useState(() => tabStorage().getItem(keyOf(conversationId)) ?? '')
  const write = useCallback(
    (value: string) => {
      setText(value)
      if (value === '') tabStorage().removeItem(keyOf(conversationId))
      else tabStorage().setItem(keyOf(conversationId), value)
    },
    [conversationId],
  )
  return [text, write]
}
