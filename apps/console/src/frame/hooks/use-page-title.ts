import { useEffect } from 'react'
import { useLive } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'

/** Names the browser tab: the page, what waits, or who rings. */
export const usePageTitle = (page: string, waiting: number) => {
  const { t } = useI18n()
  const ringing = useLive(state => state.offers[0]?.contact.displayName ?? null)
  useEffect(() => {
    const title = `${page} – ${t('app.name')}`
    document.title =
      ringing !== null
        ? t('title.ringing', { name: ringing, app: t('app.name') })
        : waiting > 0
          ? t('title.waiting', { count: waiting, title })
          : title
  }, [page, waiting, ringing, t])
}
