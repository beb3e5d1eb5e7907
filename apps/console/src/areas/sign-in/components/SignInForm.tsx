import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles } from '@fluentui/react-components'
import { browserEnvironment } from '@guichet/client'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useCallback, useRef, useState } from 'react'
import { refreshMe } from '../../../app/me.query.ts'
import type { TextKey } from '../../../i18n/catalogue.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { type SignInOutcome, signIn } from '../model/sign-in.ts'

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', gap: '12px' } })

const words = {
  wrong: 'signIn.wrong',
  disabled: 'signIn.disabled',
  tooMany: 'signIn.tooMany',
  unavailable: 'problem.unavailable',
} as const satisfies Record<Exclude<SignInOutcome, 'signedIn'>, TextKey>

/** The two fields of the form, so that a demo account may fill them in. */
export const useSignInFields = () => {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = useRef<HTMLElement | null>(null)
  const fill = useCallback((account: { email: string; password: string }) => {
    setEmail(account.email)
    setPassword(account.password)
    submit.current?.focus()
  }, [])
  return { email, setEmail, password, setPassword, submit, fill }
}

/** Email and password; what is wrong is told above the button. */
export const SignInForm = (props: { fields: ReturnType<typeof useSignInFields> }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const client = useQueryClient()
  const { email, setEmail, password, setPassword, submit } = props.fields
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<'missing' | Exclude<SignInOutcome, 'signedIn'> | null>(null)

  const run = async (event: FormEvent) => {
    event.preventDefault()
    if (email.trim() === '' || password === '') return setFailure('missing')
    setBusy(true)
    setFailure(null)
    const outcome = await signIn(browserEnvironment(), { email: email.trim(), password })
    // A right password of a disabled account signs nobody in.
    if (outcome !== 'signedIn') setFailure(outcome)
    else if (!(await refreshMe(client))) setFailure('disabled')
    setBusy(false)
  }

  return (
    <form className={styles.form} onSubmit={event => void run(event)} noValidate>
      <Field label={t('signIn.email')}>
        <Input
          type="email"
          autoComplete="username"
          value={email}
          onChange={(_, data) => setEmail(data.value)}
        />
      </Field>
      <Field label={t('signIn.password')}>
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(_, data) => setPassword(data.value)}
        />
      </Field>
      {failure && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{failure === 'missing' ? t('signIn.missing') : t(words[failure])}</MessageBarBody>
        </MessageBar>
      )}
      <Button
        ref={(element: HTMLElement | null) => {
          submit.current = element
        }}
        type="submit"
        appearance="primary"
        size="large"
        disabledFocusable={busy}
      >
        {busy ? t('signIn.busy') : t('signIn.submit')}
      </Button>
    </form>
  )
}
