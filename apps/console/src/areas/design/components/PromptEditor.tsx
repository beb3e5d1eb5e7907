import { Field, Text, Textarea } from '@fluentui/react-components'
import type { Prompt } from '@guichet/domain/flow'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { type Language, promptOf, textPrompt, withWords } from '../model/application.ts'
import { useFormStyles } from './form.styles.ts'

/** Words that callers hear, in each language of the application; a recording is named and replaced by words. */
export const PromptEditor = (props: {
  label: string
  prompt: Prompt
  languages: readonly Language[]
  onChange: (prompt: Prompt) => void
}) => {
  const { label, prompt, languages, onChange } = props
  const styles = useFormStyles()
  const { t } = useI18n()
  const text = textPrompt(prompt)
  return (
    <div>
      {prompt.kind === 'file' && (
        <Text block className={styles.quiet}>
          {t('flow.recording')}
        </Text>
      )}
      <div className={styles.pair}>
        {languages.map(language => (
          <Field key={language} label={t('flow.inLanguage', { label, language: t(`locale.${language}`) })}>
            <Textarea
              resize="vertical"
              value={text[language] ?? ''}
              textarea={{ maxLength: 1_000 }}
              onChange={(_, data) => onChange(promptOf(withWords(text, language, data.value)))}
            />
          </Field>
        ))}
      </div>
    </div>
  )
}
