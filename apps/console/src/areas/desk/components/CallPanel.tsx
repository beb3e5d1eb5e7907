import {
  Button,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  tokens,
} from '@fluentui/react-components'
import { useState } from 'react'
import { explainFailure } from '../../../app/failure.text.ts'
import { useCallSession, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { CallBar } from './CallBar.tsx'
import { PictureStage } from './PictureStage.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    flexShrink: 0,
    containerType: 'inline-size',
    containerName: 'call-bar',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

/** The call of this tab, docked above the messages: its bar, its pictures, and what is wrong with it. */
export const CallPanel = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { calls } = useServices()
  const { active, failure } = useCallSession()
  const [dismissed, setDismissed] = useState<unknown>(null)
  const call = active?.call
  if (!active || !call) return null
  const trouble = failure ?? active.phone.problem ?? active.problem
  return (
    <section
      className={styles.root}
      aria-label={t('call.bar', { name: remoteName(call) ?? t('common.noAnswerYet') })}
    >
      <CallBar call={call} phone={active.phone} />
      {active.phone.soundBlocked && (
        <MessageBar intent="warning">
          <MessageBarBody>{t('call.soundBlocked')}</MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={calls.unblockSound}>
              {t('call.unblockSound')}
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {trouble && trouble !== dismissed && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {explainFailure(t, trouble)}{' '}
            <Link as="button" inline onClick={() => setDismissed(trouble)}>
              {t('common.close')}
            </Link>
          </MessageBarBody>
        </MessageBar>
      )}
      <PictureStage call={call} phone={active.phone} />
    </section>
  )
}

/** Name of the contact in a call. */
export const remoteName = (call: {
  participants: readonly { role: string; displayName: string }[]
}): string | undefined => call.participants.find(party => party.role === 'consumer')?.displayName
