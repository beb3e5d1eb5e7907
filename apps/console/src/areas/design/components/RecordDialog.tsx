import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  ProgressBar,
  Select,
  Text,
  tokens,
} from '@fluentui/react-components'
import { MicRegular, RecordStopRegular } from '@fluentui/react-icons'
import { Locale } from '@guichet/contract'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { formatClock, formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { listening } from '../hooks/use-listening.ts'
import { useRecorder } from '../hooks/use-recorder.ts'
import { ListenButton, SeekBar } from './ListenButton.tsx'

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: '16px' },
  stage: { display: 'flex', flexDirection: 'column', gap: '12px', alignItems: 'flex-start' },
  row: { display: 'flex', alignItems: 'center', gap: '8px', width: '100%' },
  quiet: { color: tokens.colorNeutralForeground3 },
  fill: { flexGrow: 1, minWidth: 0 },
})

const LISTEN_KEY = 'recording'

/** Records a sound with the microphone, to be heard before it is kept. */
export const RecordDialog = (props: {
  /** A recording that replaces a sound keeps its name and language. */
  replaces?: string
  onRecorded: (recording: { file: Blob; name: string; language: Locale | undefined }) => void
  onClose: () => void
}) => {
  const { replaces, onRecorded, onClose } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { fail } = useFeedback()
  const now = useNow()
  const [openedAt] = useState(now)
  const [file, setFile] = useState<Blob | null>(null)
  const [name, setName] = useState(
    replaces ?? t('prompts.recordingName', { when: formatMoment(locale, openedAt, openedAt) }),
  )
  const [language, setLanguage] = useState<Locale | undefined>(undefined)
  const recorder = useRecorder(setFile)
  const { recording } = recorder
  const start = () => {
    setFile(null)
    // The microphone would hear it.
    listening.stop()
    recorder.start().catch(fail)
  }
  const keep = (event: FormEvent) => {
    event.preventDefault()
    // The dialog may stand within another form, which is not to be sent with it.
    event.stopPropagation()
    if (file && name.trim() !== '') onRecorded({ file, name: name.trim(), language })
  }

  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <form onSubmit={keep} noValidate>
          <DialogBody>
            <DialogTitle>{t('prompts.recordTitle')}</DialogTitle>
            <DialogContent className={styles.content}>
              <Text className={styles.quiet}>{t('prompts.recordHint')}</Text>
              <div className={styles.stage}>
                {recording ? (
                  <>
                    <Button
                      appearance="primary"
                      icon={<RecordStopRegular />}
                      onClick={recorder.stop}
                      // Each state has a button of its own: the focus follows to the one that is next.
                      autoFocus
                    >
                      {t('prompts.stopRecording')}
                    </Button>
                    <Text role="timer">
                      {t('prompts.recordingTime', { time: formatClock(now - recording.startedAt) })}
                    </Text>
                    <div className={styles.row}>
                      <ProgressBar
                        value={recording.level}
                        thickness="large"
                        color={recording.level > 0.9 ? 'warning' : 'success'}
                        aria-label={t('prompts.level')}
                      />
                    </div>
                  </>
                ) : (
                  <>
                    {file && (
                      <div className={styles.row}>
                        <ListenButton
                          listenKey={LISTEN_KEY}
                          name={t('prompts.recording')}
                          source={() => Promise.resolve(file)}
                        />
                        <div className={styles.fill}>
                          <Text>{t('prompts.recording')}</Text>
                          <SeekBar listenKey={LISTEN_KEY} name={t('prompts.recording')} />
                        </div>
                      </div>
                    )}
                    <Button
                      icon={<MicRegular />}
                      appearance={file ? 'secondary' : 'primary'}
                      onClick={start}
                      autoFocus
                    >
                      {t(file ? 'prompts.recordAgain' : 'prompts.startRecording')}
                    </Button>
                  </>
                )}
              </div>
              {!replaces && (
                <>
                  <Field
                    label={t('prompts.name')}
                    required
                    {...(name.trim() === '' ? { validationMessage: t('prompts.nameMissing') } : {})}
                  >
                    <Input value={name} maxLength={100} onChange={(_, data) => setName(data.value)} />
                  </Field>
                  <LanguageField
                    language={language ?? null}
                    onChange={next => setLanguage(next ?? undefined)}
                  />
                </>
              )}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button
                type="submit"
                appearance="primary"
                disabledFocusable={!file || recording !== null || name.trim() === ''}
              >
                {t(replaces ? 'common.save' : 'prompts.keep')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** Chooses the language spoken in a sound, or any. */
export const LanguageField = (props: {
  language: Locale | null
  onChange: (language: Locale | null) => void
}) => {
  const { t } = useI18n()
  return (
    <Field label={t('prompts.language')}>
      <Select
        value={props.language ?? ''}
        onChange={(_, data) => props.onChange(Locale.options.find(option => option === data.value) ?? null)}
      >
        <option value="">{t('prompts.anyLanguage')}</option>
        {Locale.options.map(option => (
          <option key={option} value={option}>
            {t(`locale.${option}`)}
          </option>
        ))}
      </Select>
    </Field>
  )
}
