import { Button, Field, Input, makeStyles } from '@fluentui/react-components'
import { browserEnvironment, type ProblemError, toProblem } from '@guichet/client'
import { ErrorState } from '@guichet/ui'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { refreshMe } from '../../../app/me.query.ts'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { http } from '../../../app/services.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { signIn } from '../model/sign-in.ts'

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', gap: '12px' } })
const empty = { setupCode: '', displayName: '', email: '', password: '' }

/** Makes the first administrator with the code that the server printed, then signs them in. */
export const SetupForm = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const client = useQueryClient()
  const [input, setInput] = useState(empty)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const change = (name: keyof typeof empty) => (_: unknown, data: { value: string }) =>
    setInput(before => ({ ...before, [name]: data.value }))

  const run = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await http.call('POST /api/setup', { body: input })
      await signIn(browserEnvironment(), input)
      await Promise.all([client.invalidateQueries({ queryKey: ['setup'] }), refreshMe(client)])
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }

  return (
    <form className={styles.form} onSubmit={event => void run(event)}>
      <Field label={t('setup.code')} required>
        <Input autoComplete="one-time-code" value={input.setupCode} onChange={change('setupCode')} />
      </Field>
      <Field label={t('setup.name')} required>
        <Input autoComplete="name" value={input.displayName} onChange={change('displayName')} />
      </Field>
      <Field label={t('signIn.email')} required>
        <Input type="email" autoComplete="username" value={input.email} onChange={change('email')} />
      </Field>
      <Field label={t('signIn.password')} hint={t('setup.passwordHint')} required>
        <Input
          type="password"
          autoComplete="new-password"
          minLength={12}
          value={input.password}
          onChange={change('password')}
        />
      </Field>
      {problem &&
        (problem.code === 'forbidden' ? (
          <ErrorState title={t('setup.refused')} />
        ) : (
          <ProblemNotice problem={problem} />
        ))}
      <Button type="submit" appearance="primary" size="large" disabledFocusable={busy}>
        {t('setup.submit')}
      </Button>
    </form>
  )
}
