import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import type { Call } from '@guichet/contract'
import { explainFailure } from '../../../app/failure.text.ts'
import { useCallSession, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

/** A running call of this conversation that another tab carries, and how to bring it here. */
export const CallElsewhere = (props: { call: Call }) => {
  const { t } = useI18n()
  const { calls } = useServices()
  const { failure } = useCallSession()
  return (
    <MessageBar intent={failure ? 'error' : 'info'} layout="multiline">
      <MessageBarBody>{failure ? explainFailure(t, failure) : t('call.otherTab')}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => void calls.take(props.call)}>
          {t('call.takeHere')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
