import { Subtitle2, Switch, Text } from '@fluentui/react-components'
import type { CallQueueApplication } from '@guichet/domain/flow'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { exceptions } from '../model/application.ts'
import { useFormStyles } from './form.styles.ts'
import { MusicEditor } from './MusicEditor.tsx'
import { NumberField } from './NumberField.tsx'
import { PromptEditor } from './PromptEditor.tsx'
import { type TargetChoices, TargetEditor } from './TargetEditor.tsx'

/** What callers hear while they wait, and where the three exceptions lead. */
export const CallQueueForm = (props: {
  draft: CallQueueApplication
  choices: TargetChoices
  onChange: (draft: CallQueueApplication) => void
}) => {
  const { draft, choices, onChange } = props
  const styles = useFormStyles()
  const { t } = useI18n()
  const queue = choices.queues.find(each => each.id === draft.queueId)
  return (
    <>
      <Text className={styles.quiet}>
        {t('flow.servesQueue', { queue: queue?.name ?? t('common.noAnswerYet') })}
      </Text>
      <fieldset className={styles.group}>
        <Subtitle2 as="h3">{t('flow.greeting')}</Subtitle2>
        <PromptEditor
          label={t('flow.words')}
          prompt={draft.greeting}
          languages={draft.languages}
          onChange={greeting => onChange({ ...draft, greeting })}
        />
      </fieldset>
      <fieldset className={styles.group}>
        <Subtitle2 as="h3">{t('flow.whileWaiting')}</Subtitle2>
        <MusicEditor music={draft.music} onChange={music => onChange({ ...draft, music })} />
        <Switch
          label={t('flow.announcePosition')}
          checked={draft.announcePosition.enabled}
          onChange={(_, data) =>
            onChange({
              ...draft,
              announcePosition: { ...draft.announcePosition, enabled: data.checked },
            })
          }
        />
        {draft.announcePosition.enabled && (
          <NumberField
            label={t('flow.announceEvery')}
            value={draft.announcePosition.everyMs / 1000}
            min={15}
            max={600}
            onChange={seconds =>
              onChange({ ...draft, announcePosition: { enabled: true, everyMs: seconds * 1000 } })
            }
          />
        )}
        <Switch
          label={t('flow.announceWait')}
          checked={draft.announceExpectedWait}
          onChange={(_, data) => onChange({ ...draft, announceExpectedWait: data.checked })}
        />
      </fieldset>
      {exceptions.map(name => (
        <fieldset key={name} className={styles.group}>
          <Subtitle2 as="h3">{t(`flow.exception.${name}`)}</Subtitle2>
          <PromptEditor
            label={t('flow.announcement')}
            prompt={draft[name].announcement}
            languages={draft.languages}
            onChange={announcement => onChange({ ...draft, [name]: { ...draft[name], announcement } })}
          />
          <TargetEditor
            label={t('flow.goesTo')}
            target={draft[name].target}
            choices={choices}
            languages={draft.languages}
            onChange={target => onChange({ ...draft, [name]: { ...draft[name], target } })}
          />
        </fieldset>
      ))}
    </>
  )
}
