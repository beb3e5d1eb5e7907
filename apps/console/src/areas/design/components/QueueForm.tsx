import { Button, Field, Input, Select, Subtitle1, Switch, Text } from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import type { QueueView } from '@guichet/contract'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import type { TextKey } from '../../../i18n/catalogue.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import {
  changesOf,
  draftOf,
  isWithin,
  limits,
  type NumberField,
  type QueueDraft,
  wrongFields,
} from '../model/queue-form.ts'
import { useFormStyles } from './form.styles.ts'
import { MemberList } from './MemberList.tsx'

const methods = ['attendant', 'serial', 'roundRobin', 'longestIdle'] as const
const numberFields = [
  ['alertSeconds', 'queues.agentAlertTime', 'queues.agentAlertTimeHint'],
  ['wrapUpSeconds', 'queues.wrapUp', 'queues.wrapUpHint'],
  ['overflow', 'queues.overflow', 'queues.overflowHint'],
  ['timeoutSeconds', 'queues.timeout', 'queues.timeoutHint'],
] as const satisfies readonly (readonly [NumberField, TextKey, TextKey])[]

/** Settings and members of one queue. */
export const QueueForm = (props: { queue: QueueView }) => {
  const { queue } = props
  const styles = useFormStyles()
  const { t, locale } = useI18n()
  const { http } = useServices()
  const { tell } = useFeedback()
  const client = useQueryClient()
  const [draft, setDraft] = useState<QueueDraft>(() => draftOf(queue))
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const change = (part: Partial<QueueDraft>) => setDraft(before => ({ ...before, ...part }))
  const changes = changesOf(queue, draft)
  const isChanged = Object.keys(changes).length > 0
  const wrong = wrongFields(draft)

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (wrong.length > 0) return
    setBusy(true)
    setProblem(null)
    try {
      const saved = await http.call('PATCH /api/queues/:queueId', {
        params: { queueId: queue.id },
        body: changes,
      })
      setDraft(draftOf(saved))
      await client.invalidateQueries({ queryKey: ['queues'] })
      tell({ intent: 'success', text: t('common.saved') })
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }

  return (
    <form className={styles.form} onSubmit={event => void save(event)}>
      <Subtitle1 as="h2">{queue.name[locale]}</Subtitle1>
      <div className={styles.pair}>
        {(['en', 'fr'] as const).map(language => (
          <Field
            key={language}
            label={t(`queues.name.${language}`)}
            {...(draft.name[language].trim() === '' ? { validationMessage: t('queues.nameMissing') } : {})}
          >
            <Input
              value={draft.name[language]}
              onChange={(_, data) => change({ name: { ...draft.name, [language]: data.value } })}
            />
          </Field>
        ))}
      </div>
      <Field label={t('queues.routingMethod')}>
        <Select
          value={draft.routingMethod}
          onChange={(_, data) => change({ routingMethod: data.value as QueueDraft['routingMethod'] })}
        >
          {methods.map(method => (
            <option key={method} value={method}>
              {t(`routing.${method}`)}
            </option>
          ))}
        </Select>
      </Field>
      <div className={styles.pair}>
        {numberFields.map(([field, label, hint]) => (
          <Field
            key={field}
            label={t(label)}
            hint={t(hint)}
            {...(isWithin(field, draft[field])
              ? {}
              : {
                  validationMessage: t('queues.range', {
                    min: limits[field].min,
                    max: limits[field].max,
                  }),
                })}
          >
            <Input
              type="number"
              min={limits[field].min}
              max={limits[field].max}
              value={draft[field]}
              onChange={(_, data) => change({ [field]: data.value })}
            />
          </Field>
        ))}
      </div>
      <Switch
        label={t('queues.presenceRouting')}
        checked={draft.presenceRouting}
        onChange={(_, data) => change({ presenceRouting: data.checked })}
      />
      <MemberList queue={queue} memberIds={draft.memberIds} onChange={memberIds => change({ memberIds })} />
      {problem && <ProblemNotice problem={problem} />}
      <div className={styles.foot}>
        <Button
          type="submit"
          appearance="primary"
          disabledFocusable={isBusy || !isChanged || wrong.length > 0}
        >
          {t('common.save')}
        </Button>
        <Button disabledFocusable={!isChanged} onClick={() => setDraft(draftOf(queue))}>
          {t('common.cancel')}
        </Button>
        <Text size={200} className={styles.quiet}>
          {t('queues.effect')}
        </Text>
      </div>
    </form>
  )
}
