import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  Select,
  Switch,
  Text,
  tokens,
} from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import { Locale, type StaffMember, StaffRole } from '@guichet/contract'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { MIN_PASSWORD, mistakesOf, type PersonDraft, type PersonMistake } from '../model/person.ts'

const useStyles = makeStyles({
  fields: { display: 'flex', flexDirection: 'column', gap: '12px' },
  role: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3, paddingLeft: '32px', marginTop: '-4px' },
})

/** Adds a person, or changes their name, roles and whether they may sign in. */
export const PersonDialog = (props: { person: StaffMember | null; onClose: () => void }) => {
  const { person, onClose } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { http, me } = useServices()
  const { tell } = useFeedback()
  const client = useQueryClient()
  const [draft, setDraft] = useState<PersonDraft>({
    displayName: person?.party.displayName ?? '',
    email: person?.email ?? '',
    password: '',
    roles: person?.roles ?? ['agent'],
    locale: person?.locale ?? locale,
  })
  const [isDisabled, setDisabled] = useState(person?.disabled ?? false)
  const [isTried, setTried] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const change = (part: Partial<PersonDraft>) => setDraft(before => ({ ...before, ...part }))
  const mistakes = mistakesOf(draft, person === null)
  const told = (mistake: PersonMistake) =>
    isTried && mistakes.includes(mistake) ? { validationMessage: t(`people.${mistake}`) } : {}

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (mistakes.length > 0) return
    setBusy(true)
    setProblem(null)
    const displayName = draft.displayName.trim()
    const roles = [...draft.roles]
    try {
      if (person)
        await http.call('PATCH /api/staff/:workerId', {
          params: { workerId: person.id },
          body: { displayName, roles, disabled: isDisabled },
        })
      else
        await http.call('POST /api/staff', {
          body: {
            displayName,
            roles,
            email: draft.email.trim(),
            password: draft.password,
            locale: draft.locale,
          },
        })
      await client.invalidateQueries({ queryKey: ['staff'] })
      tell({ intent: 'success', text: t('common.saved') })
      onClose()
    } catch (error) {
      setProblem(toProblem(error))
      setBusy(false)
    }
  }

  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <form onSubmit={event => void save(event)} noValidate>
          <DialogBody>
            <DialogTitle>{t(person ? 'people.editTitle' : 'people.addTitle')}</DialogTitle>
            <DialogContent className={styles.fields}>
              <Field label={t('people.name')} required {...told('nameMissing')}>
                <Input
                  value={draft.displayName}
                  maxLength={80}
                  onChange={(_, data) => change({ displayName: data.value })}
                />
              </Field>
              {!person && (
                <>
                  <Field label={t('people.email')} required {...told('emailWrong')}>
                    <Input
                      type="email"
                      autoComplete="off"
                      value={draft.email}
                      onChange={(_, data) => change({ email: data.value })}
                    />
                  </Field>
                  <Field
                    label={t('people.password')}
                    hint={t('people.passwordHint')}
                    required
                    {...told('passwordShort')}
                  >
                    <Input
                      type="password"
                      autoComplete="new-password"
                      minLength={MIN_PASSWORD}
                      value={draft.password}
                      onChange={(_, data) => change({ password: data.value })}
                    />
                  </Field>
                  <Field label={t('people.language')}>
                    <Select
                      value={draft.locale}
                      onChange={(_, data) => change({ locale: data.value as Locale })}
                    >
                      {Locale.options.map(option => (
                        <option key={option} value={option}>
                          {t(`locale.${option}`)}
                        </option>
                      ))}
                    </Select>
                  </Field>
                </>
              )}
              <Field label={t('people.roles')} required {...told('rolesMissing')}>
                <div>
                  {StaffRole.options.map(role => (
                    <div key={role} className={styles.role}>
                      <Checkbox
                        label={t(`role.${role}`)}
                        checked={draft.roles.includes(role)}
                        onChange={(_, data) =>
                          change({
                            roles: StaffRole.options.filter(option =>
                              option === role ? data.checked === true : draft.roles.includes(option),
                            ),
                          })
                        }
                      />
                      <Text size={200} className={styles.hint}>
                        {t(`role.${role}.hint`)}
                      </Text>
                    </div>
                  ))}
                </div>
              </Field>
              {person && person.id !== me.id && (
                <Switch
                  label={t('people.enabled')}
                  checked={!isDisabled}
                  onChange={(_, data) => setDisabled(!data.checked)}
                />
              )}
              {problem && <ProblemNotice problem={problem} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={isBusy}>
                {t('common.save')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
