import { useEffect } from 'react'
import { useFeedback } from '../../app/Feedback.tsx'
import { useLive, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'

/** Says why an offer stopped ringing when neither this tab nor its deadline ended it. */
export const useEndedOffers = () => {
  const { live } = useServices()
  const { tell } = useFeedback()
  const { t } = useI18n()
  const ended = useLive(state => state.lastEnded)
  useEffect(() => {
    if (!ended) return
    const name = ended.offer.contact.displayName
    if (ended.outcome === 'accepted' || ended.outcome === 'acceptedElsewhere')
      tell({ text: t('offer.endedElsewhere', { name }) })
    if (ended.outcome === 'revoked') tell({ text: t('offer.endedRevoked', { name }) })
    live.clearEnded()
  }, [ended, live, tell, t])
}
