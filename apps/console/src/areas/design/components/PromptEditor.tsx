import { Field, makeStyles, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import type { LocalizedText, Prompt } from '@guichet/domain/flow'
import { createContext, useContext, useId, useState } from 'react'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { filePrompt, type Language, promptOf, textPrompt, withWords } from '../model/application.ts'
import { useFormStyles } from './form.styles.ts'
import { ListenButton } from './ListenButton.tsx'
import { SoundPicker } from './SoundPicker.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0, gridColumn: '1 / -1' },
  words: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto', gap: '4px', alignItems: 'start' },
  // Beside the first line of the words, below their label.
  listen: { marginTop: '28px' },
  kinds: { marginLeft: '-8px' },
})

/** Voices of the application that is edited, by language, so that words are heard as callers hear them. */
export const VoicesContext = createContext<{ readonly [L in Language]?: string | undefined }>({})

/** What callers hear: words in each language of the application, or a sound of the library; heard in its place. */
export const PromptEditor = (props: {
  label: string
  prompt: Prompt
  languages: readonly Language[]
  onChange: (prompt: Prompt) => void
}) => {
  const { label, prompt, languages, onChange } = props
  const styles = useStyles()
  const { t } = useI18n()
  const id = useId()
  // A sound is part of the prompt only once it is chosen: until then the words stay.
  const [isChoosing, setChoosing] = useState(false)
  const isSound = prompt.kind === 'file' || isChoosing
  const text = textPrompt(prompt)
  return (
    <div className={styles.root}>
      <RadioGroup
        layout="horizontal"
        className={styles.kinds}
        aria-label={t('flow.heardAs', { label })}
        value={isSound ? 'file' : 'text'}
        onChange={(_, data) => {
          setChoosing(data.value === 'file')
          if (data.value === 'text') onChange(promptOf(text))
        }}
      >
        <Radio value="text" label={t('flow.asWords')} />
        <Radio value="file" label={t('flow.asSound')} />
      </RadioGroup>
      {isSound && (
        <SoundPicker
          label={t('flow.sound')}
          listenKey={`${id}-sound`}
          fileId={prompt.kind === 'file' ? prompt.fileId : null}
          onChoose={fileId => {
            setChoosing(false)
            onChange(filePrompt(fileId, text))
          }}
        />
      )}
      {isSound ? (
        prompt.kind === 'file' && (
          <Words
            label={t('flow.saidIn')}
            hint={t('flow.saidInHint')}
            text={text}
            languages={languages}
            onChange={next => onChange(filePrompt(prompt.fileId, next))}
          />
        )
      ) : (
        <Words label={label} text={text} languages={languages} onChange={next => onChange(promptOf(next))} />
      )}
    </div>
  )
}

/** Words in each language, each with a button to hear them. */
const Words = (props: {
  label: string
  hint?: string
  text: LocalizedText
  languages: readonly Language[]
  onChange: (text: LocalizedText) => void
}) => {
  const { label, hint, text, languages, onChange } = props
  const styles = useStyles()
  const form = useFormStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const voices = useContext(VoicesContext)
  const id = useId()
  return (
    <div className={form.pair}>
      {languages.map((language, at) => {
        const name = t('flow.inLanguage', { label, language: t(`locale.${language}`) })
        const words = text[language]?.trim() ?? ''
        const speak = () =>
          http.download('POST /api/prompts/preview', {
            body: { text: words, language, voice: voices[language] ?? null },
          })
        return (
          <div key={language} className={styles.words}>
            <Field label={name} {...(hint && at === 0 ? { hint } : {})}>
              <Textarea
                resize="vertical"
                value={text[language] ?? ''}
                textarea={{ maxLength: 1_000 }}
                onChange={(_, data) => onChange(withWords(text, language, data.value))}
              />
            </Field>
            <div className={styles.listen}>
              <ListenButton
                listenKey={`${id}-${language}`}
                name={name}
                source={speak}
                size="small"
                disabled={words === ''}
              />
            </div>
          </div>
        )
      })}
    </div>
  )
}
