import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from '@fluentui/react-components'
import { explainProblem } from '../../app/problem.text.ts'
import { useConnection, useServices } from '../../app/ServicesContext.ts'
import { useI18n } from '../../i18n/I18nProvider.tsx'
import { useLasting } from '../../shell/clock.ts'

/** A cut shorter than this mends itself unseen. */
const PATIENCE_MS = 700

/** Says that the connection is being mended, or why it will not be. */
export const ConnectionBanner = () => {
  const { t } = useI18n()
  const { socket } = useServices()
  const connection = useConnection()
  const isCut = connection.status === 'reconnecting' || connection.status === 'connecting'
  const isShown = useLasting(isCut, PATIENCE_MS)

  if (connection.status === 'closed' && connection.problem)
    return (
      <MessageBar intent="error" role="alert">
        <MessageBarBody>
          <MessageBarTitle>
            {t('connection.lost', { reason: explainProblem(t, connection.problem) })}
          </MessageBarTitle>
        </MessageBarBody>
        <MessageBarActions>
          <Button size="small" onClick={() => location.reload()}>
            {t('connection.reload')}
          </Button>
        </MessageBarActions>
      </MessageBar>
    )
  if (!isCut || !isShown) return null
  return (
    <MessageBar intent="warning" role="status">
      <MessageBarBody>{t('connection.reconnecting')}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={socket.retryNow}>
          {t('common.retry')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
