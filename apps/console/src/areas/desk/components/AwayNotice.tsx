import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { countMissedInRow } from '../model/work.ts'

/** Why presence changed by itself, and one click back. */
export const AwayNotice = () => {
  const { t } = useI18n()
  const { live } = useServices()
  const { fail } = useFeedback()
  const worker = useLive(state => state.worker)
  const missed = useLive(state => state.missedOffers)
  if (!worker || worker.presence === 'available') return null
  const words =
    worker.presenceReason === 'missedOffers'
      ? t('desk.missedOffers', { count: countMissedInRow(missed, worker.presenceSince) })
      : worker.presenceReason === 'connectionLost'
        ? t('desk.connectionAway')
        : null
  if (words === null) return null
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>{words}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => void live.setPresence('available').catch(fail)}>
          {t('desk.becomeAvailable')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
