import {
  Button,
  Checkbox,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Subtitle1,
  Text,
} from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import { type ApplicationView, Locale } from '@guichet/contract'
import type { VoiceApplication } from '@guichet/domain/flow'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { useReloadSounds, useSounds } from '../hooks/use-sounds.ts'
import { findProblems, readDocument } from '../model/application.ts'
import { AttendantForm } from './AttendantForm.tsx'
import { CallQueueForm } from './CallQueueForm.tsx'
import { useFormStyles } from './form.styles.ts'
import { VoicesContext } from './PromptEditor.tsx'
import type { TargetChoices } from './TargetEditor.tsx'

/** One application as a readable form; its problems are judged while it is written. */
export const ApplicationEditor = (props: {
  application: ApplicationView
  document: VoiceApplication
  others: readonly ApplicationView[]
}) => {
  const { application, document, others } = props
  const styles = useFormStyles()
  const { t, locale } = useI18n()
  const { http } = useServices()
  const { tell } = useFeedback()
  const client = useQueryClient()
  const now = useNow()
  const [draft, setDraft] = useState(document)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const [isBusy, setBusy] = useState(false)
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => http.call('GET /api/queues') })
  const sounds = useSounds()
  const reloadSounds = useReloadSounds()
  const staff = useQuery({ queryKey: ['staff'], queryFn: () => http.call('GET /api/staff'), retry: false })

  const choices: TargetChoices = {
    applications: others.map(({ id, name }) => ({ id, name })),
    queues: (queues.data?.value ?? []).map(({ id, name }) => ({ id, name: name[locale] })),
    people: (staff.data?.value ?? []).map(({ id, party }) => ({ id, name: party.displayName })),
  }
  const problems = queues.data
    ? findProblems(
        draft,
        others.flatMap(other => readDocument(other) ?? []),
        choices.queues.map(queue => queue.id),
        sounds.data?.value.map(sound => sound.id),
      )
    : []
  const isChanged = JSON.stringify(draft) !== JSON.stringify(document)

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await http.call('PUT /api/applications/:applicationId', {
        params: { applicationId: application.id },
        body: { document: draft, version: application.version },
      })
      await Promise.all([client.invalidateQueries({ queryKey: ['applications'] }), reloadSounds()])
      tell({ intent: 'success', text: t('applications.saved') })
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }

  const toggleLanguage = (language: Locale, isSpoken: boolean) => {
    const languages = Locale.options.filter(option =>
      option === language ? isSpoken : draft.languages.includes(option),
    )
    if (languages.length > 0) setDraft({ ...draft, languages })
  }

  return (
    <form className={styles.form} onSubmit={event => void save(event)}>
      <div>
        <Subtitle1 as="h2" block>
          {application.name}
        </Subtitle1>
        <Text size={200} className={styles.quiet}>
          {t('applications.version', {
            version: application.version,
            when: formatMoment(locale, application.updatedAt, now),
          })}
        </Text>
      </div>
      {problems.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('applications.problems', { count: problems.length })}</MessageBarTitle>
            <ul>
              {problems.map(each => (
                <li key={`${each.path}-${each.message.en}`}>{each.message[locale]}</li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.pair}>
        <Field label={t('people.name')}>
          <Input
            value={draft.name}
            maxLength={64}
            onChange={(_, data) => setDraft({ ...draft, name: data.value })}
          />
        </Field>
        <Field label={t('flow.languages')}>
          <div className={styles.row}>
            {Locale.options.map(option => (
              <Checkbox
                key={option}
                label={t(`locale.${option}`)}
                checked={draft.languages.includes(option)}
                onChange={(_, data) => toggleLanguage(option, data.checked === true)}
              />
            ))}
          </div>
        </Field>
      </div>
      <VoicesContext value={draft.ttsVoice}>
        {draft.kind === 'autoAttendant' ? (
          <AttendantForm draft={draft} choices={choices} onChange={setDraft} />
        ) : (
          <CallQueueForm draft={draft} choices={choices} onChange={setDraft} />
        )}
      </VoicesContext>
      {problem && (
        <ProblemNotice
          problem={problem}
          {...(problem.status === 409 ? { title: t('applications.changed') } : {})}
        />
      )}
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={isBusy || !isChanged}>
          {t('applications.save')}
        </Button>
        <Button disabledFocusable={!isChanged} onClick={() => setDraft(document)}>
          {t('applications.discard')}
        </Button>
        {problems.length === 0 && (
          <Text size={200} className={styles.quiet}>
            {t('applications.noProblems')}
          </Text>
        )}
      </div>
    </form>
  )
}
