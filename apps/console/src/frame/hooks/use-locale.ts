import type { Locale } from '@guichet/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { setMe } from '../../app/me.query.ts'
import { usePreferences, useServices } from '../../app/ServicesContext.ts'

/** Changes the language at once here, and for the account's other browsers. */
export const useLocale = () => {
  const client = useQueryClient()
  const { http } = useServices()
  const [, prefer] = usePreferences()
  return useCallback(
    (locale: Locale) => {
      prefer({ locale })
      http
        .call('PATCH /api/me', { body: { locale } })
        .then(me => setMe(client, me))
        // The choice holds in this browser even when the account could not be told.
        .catch(() => undefined)
    },
    [client, http, prefer],
  )
}
