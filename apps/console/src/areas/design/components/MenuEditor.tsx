import {
  Button,
  Field,
  Input,
  makeStyles,
  Select,
  Subtitle2,
  Switch,
  tokens,
} from '@fluentui/react-components'
import { AddRegular, DeleteRegular } from '@fluentui/react-icons'
import type { Menu, MenuOption } from '@guichet/domain/flow'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { freeTone, type Language, tones, withWords } from '../model/application.ts'
import { useFormStyles } from './form.styles.ts'
import { NumberField } from './NumberField.tsx'
import { PromptEditor } from './PromptEditor.tsx'
import { type TargetChoices, TargetEditor } from './TargetEditor.tsx'

const useStyles = makeStyles({
  option: {
    display: 'grid',
    gridTemplateColumns: '72px minmax(0, 1fr) auto',
    gap: '12px',
    alignItems: 'start',
    paddingBottom: '12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  words: { display: 'flex', flexDirection: 'column', gap: '12px' },
})

const Option = (props: {
  option: MenuOption
  taken: readonly MenuOption[]
  languages: readonly Language[]
  choices: TargetChoices
  onChange: (option: MenuOption) => void
  onRemove: () => void
}) => {
  const { option, taken, languages, choices, onChange, onRemove } = props
  const styles = useStyles()
  const form = useFormStyles()
  const { t } = useI18n()
  const free = tones.filter(tone => tone === option.tone || !taken.some(other => other.tone === tone))
  return (
    <li className={styles.option}>
      <Field label={t('flow.key')}>
        <Select
          value={option.tone}
          onChange={(_, data) => {
            const tone = free.find(each => each === data.value)
            if (tone) onChange({ ...option, tone })
          }}
        >
          {free.map(tone => (
            <option key={tone} value={tone}>
              {tone}
            </option>
          ))}
        </Select>
      </Field>
      <div className={styles.words}>
        <div className={form.pair}>
          {languages.map(language => (
            <Field
              key={language}
              label={t('flow.inLanguage', {
                label: t('flow.label'),
                language: t(`locale.${language}`),
              })}
            >
              <Input
                value={option.label[language] ?? ''}
                onChange={(_, data) =>
                  onChange({ ...option, label: withWords(option.label, language, data.value) })
                }
              />
            </Field>
          ))}
        </div>
        <TargetEditor
          label={t('flow.goesTo')}
          target={option.target}
          choices={choices}
          languages={languages}
          mayAnnounce
          onChange={target => onChange({ ...option, target })}
        />
      </div>
      <Button
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={t('flow.removeKey', { tone: option.tone })}
        onClick={onRemove}
      />
    </li>
  )
}

/** A menu: what is said, what each key does, and what happens without a key. */
export const MenuEditor = (props: {
  menu: Menu
  languages: readonly Language[]
  choices: TargetChoices
  onChange: (menu: Menu) => void
}) => {
  const { menu, languages, choices, onChange } = props
  const form = useFormStyles()
  const { t } = useI18n()
  const change = (part: Partial<Menu>) => onChange({ ...menu, ...part })
  const next = freeTone(menu.options)
  return (
    <fieldset className={form.group}>
      <Subtitle2 as="h3">{t('flow.menu')}</Subtitle2>
      <PromptEditor
        label={t('flow.menuPrompt')}
        prompt={menu.prompt}
        languages={languages}
        onChange={prompt => change({ prompt })}
      />
      <ul className={form.form} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {menu.options.map((option, at) => (
          <Option
            key={option.tone}
            option={option}
            taken={menu.options}
            languages={languages}
            choices={choices}
            onChange={changed => change({ options: menu.options.with(at, changed) })}
            onRemove={() => change({ options: menu.options.toSpliced(at, 1) })}
          />
        ))}
      </ul>
      <div>
        <Button
          icon={<AddRegular />}
          disabledFocusable={next === undefined}
          onClick={() => {
            if (next)
              change({
                options: [
                  ...menu.options,
                  { tone: next, label: {}, target: { kind: 'announcement', prompt: { kind: 'none' } } },
                ],
              })
          }}
        >
          {t('flow.addKey')}
        </Button>
      </div>
      <div className={form.pair}>
        <NumberField
          label={t('flow.repeat')}
          value={menu.repeat}
          min={1}
          max={10}
          onChange={repeat => change({ repeat })}
        />
        <NumberField
          label={t('flow.inputTimeout')}
          value={menu.inputTimeoutMs / 1000}
          min={1}
          max={60}
          onChange={seconds => change({ inputTimeoutMs: seconds * 1000 })}
        />
      </div>
      <Switch
        label={t('flow.forceListen')}
        checked={menu.forceListen}
        onChange={(_, data) => change({ forceListen: data.checked })}
      />
      <TargetEditor
        label={t('flow.noInput')}
        target={menu.noInput}
        choices={choices}
        languages={languages}
        onChange={noInput => change({ noInput })}
      />
    </fieldset>
  )
}
