import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useState } from 'react'
import { useLive, usePreferences, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

/** Asks once, in words, before the browser asks: only people who take work, and never again after “not now”. */
export const NotificationQuestion = () => {
  const { t } = useI18n()
  const { notifications } = useServices()
  const [{ notificationsDismissed }, prefer] = usePreferences()
  const [permission, setPermission] = useState(notifications.permission)
  const isWorker = useLive(state => state.worker?.presence === 'available')
  if (permission !== 'default' || notificationsDismissed || !isWorker) return null
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{t('notify.ask')}</MessageBarBody>
      <MessageBarActions>
        <Button
          size="small"
          onClick={() => void notifications.ask().then(() => setPermission(notifications.permission()))}
        >
          {t('notify.allow')}
        </Button>
        <Button size="small" appearance="subtle" onClick={() => prefer({ notificationsDismissed: true })}>
          {t('notify.later')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
