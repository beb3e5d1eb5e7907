import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Subtitle2,
} from '@fluentui/react-components'
import { browserEnvironment } from '@guichet/client'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import {
  changePassword,
  mistakesOfPassword,
  type PasswordDraft,
  type PasswordMistake,
  type PasswordOutcome,
} from '../model/password.ts'
import { MIN_PASSWORD } from '../model/person.ts'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px' },
  row: { display: 'flex' },
})

const words = {
  wrong: 'password.wrong',
  tooMany: 'signIn.tooMany',
  unavailable: 'problem.unavailable',
} as const satisfies Record<Exclude<PasswordOutcome, 'changed'>, string>

const empty: PasswordDraft = { current: '', fresh: '', repeated: '' }

/** Another password for oneself; every other session of this person ends with the change. */
export const PasswordForm = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { tell } = useFeedback()
  const [draft, setDraft] = useState(empty)
  const [isTried, setTried] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Exclude<PasswordOutcome, 'changed'> | null>(null)
  const mistakes = mistakesOfPassword(draft)
  const told = (...candidates: PasswordMistake[]) => {
    const mistake = candidates.find(candidate => isTried && mistakes.includes(candidate))
    return mistake === undefined ? {} : { validationMessage: t(`password.${mistake}`) }
  }

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    setFailure(null)
    if (mistakes.length > 0) return
    setBusy(true)
    const outcome = await changePassword(browserEnvironment(), draft)
    setBusy(false)
    if (outcome !== 'changed') return setFailure(outcome)
    setDraft(empty)
    setTried(false)
    tell({ intent: 'success', text: t('password.changed') })
  }

  return (
    <form className={styles.form} onSubmit={event => void save(event)} noValidate>
      <Subtitle2 as="h2">{t('password.title')}</Subtitle2>
      <Field label={t('password.current')} {...told('currentMissing')}>
        <Input
          type="password"
          autoComplete="current-password"
          value={draft.current}
          onChange={(_, data) => setDraft({ ...draft, current: data.value })}
        />
      </Field>
      <Field label={t('password.fresh')} hint={t('password.hint')} {...told('short', 'same')}>
        <Input
          type="password"
          autoComplete="new-password"
          minLength={MIN_PASSWORD}
          value={draft.fresh}
          onChange={(_, data) => setDraft({ ...draft, fresh: data.value })}
        />
      </Field>
      <Field label={t('password.repeated')} {...told('different')}>
        <Input
          type="password"
          autoComplete="new-password"
          value={draft.repeated}
          onChange={(_, data) => setDraft({ ...draft, repeated: data.value })}
        />
      </Field>
      {failure && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{t(words[failure])}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.row}>
        <Button type="submit" disabledFocusable={isBusy}>
          {t('password.change')}
        </Button>
      </div>
    </form>
  )
}
