import { Field, Radio, RadioGroup, Subtitle2 } from '@fluentui/react-components'
import type { AutoAttendant, Menu } from '@guichet/domain/flow'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useFormStyles } from './form.styles.ts'
import { MenuEditor } from './MenuEditor.tsx'
import { PromptEditor } from './PromptEditor.tsx'
import { type TargetChoices, TargetEditor } from './TargetEditor.tsx'

const emptyMenu: Menu = {
  kind: 'menu',
  prompt: { kind: 'none' },
  options: [],
  repeat: 3,
  inputTimeoutMs: 5_000,
  forceListen: false,
  noInput: { kind: 'disconnect', announcement: { kind: 'none' } },
}

/** What an auto attendant says first, and what it then offers. */
export const AttendantForm = (props: {
  draft: AutoAttendant
  choices: TargetChoices
  onChange: (draft: AutoAttendant) => void
}) => {
  const { draft, choices, onChange } = props
  const styles = useFormStyles()
  const { t } = useI18n()
  const { greeting, action } = draft.defaultFlow
  const change = (part: Partial<AutoAttendant['defaultFlow']>) =>
    onChange({ ...draft, defaultFlow: { ...draft.defaultFlow, ...part } })
  return (
    <>
      <fieldset className={styles.group}>
        <Subtitle2 as="h3">{t('flow.greeting')}</Subtitle2>
        <PromptEditor
          label={t('flow.words')}
          prompt={greeting}
          languages={draft.languages}
          onChange={prompt => change({ greeting: prompt })}
        />
      </fieldset>
      <Field label={t('flow.then')}>
        <RadioGroup
          layout="horizontal"
          value={action.kind}
          onChange={(_, data) =>
            change({
              action:
                data.value === 'menu'
                  ? emptyMenu
                  : { kind: 'redirect', target: { kind: 'disconnect', announcement: { kind: 'none' } } },
            })
          }
        >
          <Radio value="menu" label={t('flow.menu')} />
          <Radio value="redirect" label={t('flow.redirect')} />
        </RadioGroup>
      </Field>
      {action.kind === 'menu' ? (
        <MenuEditor
          menu={action}
          languages={draft.languages}
          choices={choices}
          onChange={menu => change({ action: menu })}
        />
      ) : (
        <fieldset className={styles.group}>
          <TargetEditor
            label={t('flow.goesTo')}
            target={action.target}
            choices={choices}
            languages={draft.languages}
            onChange={target => change({ action: { kind: 'redirect', target } })}
          />
        </fieldset>
      )}
    </>
  )
}
