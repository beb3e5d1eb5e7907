import { browserEnvironment } from '@guichet/client'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useFeedback } from '../../app/Feedback.tsx'
import { setMe } from '../../app/me.query.ts'

/** Ends the sign-in on the server, then on screen. */
export const useSignOut = () => {
  const client = useQueryClient()
  const { fail } = useFeedback()
  return useCallback(async () => {
    try {
      await browserEnvironment().fetch('/api/auth/sign-out', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        credentials: 'same-origin',
      })
      client.removeQueries({ predicate: query => query.queryKey[0] !== 'me' })
      setMe(client, null)
    } catch (error) {
      fail(error)
    }
  }, [client, fail])
}
