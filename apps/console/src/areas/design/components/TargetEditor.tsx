import { Field, Input, Select } from '@fluentui/react-components'
import type { MenuTarget } from '@guichet/domain/flow'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { Language } from '../model/application.ts'
import { useFormStyles } from './form.styles.ts'
import { PromptEditor } from './PromptEditor.tsx'

type Choice<Id> = { id: Id; name: string }
type IdOf<K extends MenuTarget['kind'], Key extends string> =
  Extract<MenuTarget, { kind: K }> extends {
    [key in Key]: infer Id
  }
    ? Id
    : never

/** Where a call may be sent. */
export type TargetChoices = {
  applications: readonly Choice<IdOf<'application', 'applicationId'>>[]
  queues: readonly Choice<IdOf<'queue', 'queueId'>>[]
  people: readonly Choice<IdOf<'person', 'workerId'>>[]
}

const kinds = ['queue', 'application', 'person', 'chat', 'external', 'announcement', 'disconnect'] as const

const startTarget = (kind: MenuTarget['kind'], choices: TargetChoices): MenuTarget | null => {
  const [application] = choices.applications
  const [queue] = choices.queues
  const [person] = choices.people
  switch (kind) {
    case 'disconnect':
      return { kind, announcement: { kind: 'none' } }
    case 'announcement':
      return { kind, prompt: { kind: 'none' } }
    case 'chat':
      return { kind }
    case 'external':
      return { kind, e164: '+' }
    case 'application':
      return application ? { kind, applicationId: application.id } : null
    case 'queue':
      return queue ? { kind, queueId: queue.id } : null
    case 'person':
      return person ? { kind, workerId: person.id } : null
  }
}

/** Chooses where a call goes next, and what belongs to that choice. */
export const TargetEditor = <T extends MenuTarget>(props: {
  label: string
  target: T
  choices: TargetChoices
  languages: readonly Language[]
  /** Whether an announcement that returns to the menu is among the choices. */
  mayAnnounce?: boolean
  onChange: (target: T) => void
}) => {
  const { label, choices, languages, mayAnnounce = false } = props
  const styles = useFormStyles()
  const { t } = useI18n()
  const target: MenuTarget = props.target
  // An announcement is offered only where the type of the target has it.
  const set = (next: MenuTarget) => props.onChange(next as T)
  const offered = kinds.filter(
    kind => (kind !== 'announcement' || mayAnnounce) && (kind === target.kind || startTarget(kind, choices)),
  )

  return (
    <div className={styles.pair}>
      <Field label={label}>
        <Select
          value={target.kind}
          onChange={(_, data) => {
            const next = startTarget(data.value as MenuTarget['kind'], choices)
            if (next) set(next)
          }}
        >
          {offered.map(kind => (
            <option key={kind} value={kind}>
              {t(`flow.target.${kind}`)}
            </option>
          ))}
        </Select>
      </Field>
      {target.kind === 'application' && (
        <Choose
          label={t('flow.target.application')}
          value={target.applicationId}
          list={choices.applications}
          onChange={applicationId => set({ ...target, applicationId })}
        />
      )}
      {target.kind === 'queue' && (
        <Choose
          label={t('supervise.queue')}
          value={target.queueId}
          list={choices.queues}
          onChange={queueId => set({ ...target, queueId })}
        />
      )}
      {target.kind === 'person' && (
        <Choose
          label={t('flow.target.person')}
          value={target.workerId}
          list={choices.people}
          onChange={workerId => set({ ...target, workerId })}
        />
      )}
      {target.kind === 'chat' && (
        <Choose
          label={t('supervise.queue')}
          value={target.queueId ?? ''}
          list={choices.queues}
          noneLabel={t('flow.anyQueue')}
          onChange={queueId => set({ ...target, queueId })}
          onNone={() => set({ kind: 'chat' })}
        />
      )}
      {target.kind === 'external' && (
        <Field label={t('flow.e164')}>
          <Input
            type="tel"
            value={target.e164}
            onChange={(_, data) => set({ ...target, e164: data.value })}
          />
        </Field>
      )}
      {target.kind === 'announcement' && (
        <PromptEditor
          label={t('flow.words')}
          prompt={target.prompt}
          languages={languages}
          onChange={prompt => set({ ...target, prompt })}
        />
      )}
      {target.kind === 'disconnect' && (
        <PromptEditor
          label={t('flow.goodbye')}
          prompt={target.announcement}
          languages={languages}
          onChange={announcement => set({ ...target, announcement })}
        />
      )}
    </div>
  )
}

const Choose = <Id extends string>(props: {
  label: string
  value: string
  list: readonly Choice<Id>[]
  noneLabel?: string
  onChange: (id: Id) => void
  onNone?: () => void
}) => (
  <Field label={props.label}>
    <Select
      value={props.value}
      onChange={(_, data) => {
        const chosen = props.list.find(each => each.id === data.value)
        if (chosen) props.onChange(chosen.id)
        else props.onNone?.()
      }}
    >
      {props.noneLabel !== undefined && <option value="">{props.noneLabel}</option>}
      {props.list.map(each => (
        <option key={each.id} value={each.id}>
          {each.name}
        </option>
      ))}
    </Select>
  </Field>
)
