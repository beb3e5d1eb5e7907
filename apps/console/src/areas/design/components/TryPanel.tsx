import {
  Badge,
  Button,
  Card,
  Field,
  Input,
  Link,
  makeStyles,
  Select,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import { toProblem } from '@guichet/client'
import { Locale } from '@guichet/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { formatShare } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'

const useStyles = makeStyles({
  card: { gap: '12px' },
  form: { display: 'flex', flexDirection: 'column', gap: '12px' },
  quiet: { color: tokens.colorNeutralForeground3 },
  outcome: { alignSelf: 'flex-start' },
  answer: {
    padding: '8px 12px',
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  matches: { margin: 0, padding: 0, listStyle: 'none', display: 'flex', flexDirection: 'column', gap: '4px' },
  match: { display: 'flex', justifyContent: 'space-between', gap: '8px' },
})

const colours = { answer: 'success', didYouMean: 'warning', unsure: 'informative' } as const

/** Asks the assistant as a visitor would, and shows what it would say and why. */
export const TryPanel = (props: { onOpen: (articleId: string) => void }) => {
  const styles = useStyles()
  const { t, locale: reader } = useI18n()
  const { http } = useServices()
  const [question, setQuestion] = useState('')
  const [locale, setLocale] = useState<Locale>(reader)
  const tried = useMutation({
    mutationFn: (input: { locale: Locale; question: string }) =>
      http.call('POST /api/articles/try', { body: input }),
  })
  const ask = (event: FormEvent) => {
    event.preventDefault()
    if (question.trim() !== '') tried.mutate({ locale, question: question.trim() })
  }
  return (
    <Card className={styles.card}>
      <Subtitle2 as="h2">{t('knowledge.try')}</Subtitle2>
      <Text className={styles.quiet}>{t('knowledge.tryHint')}</Text>
      <form className={styles.form} onSubmit={ask}>
        <Field label={t('knowledge.question')}>
          <Input value={question} maxLength={1_000} onChange={(_, data) => setQuestion(data.value)} />
        </Field>
        <Field label={t('knowledge.language')}>
          <Select value={locale} onChange={(_, data) => setLocale(data.value as Locale)}>
            {Locale.options.map(option => (
              <option key={option} value={option}>
                {t(`locale.${option}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Button type="submit" disabledFocusable={tried.isPending}>
          {t('knowledge.ask')}
        </Button>
      </form>
      <div aria-live="polite" className={styles.form}>
        {tried.error && <ProblemNotice problem={toProblem(tried.error)} />}
        {tried.data && (
          <>
            <Badge className={styles.outcome} appearance="tint" color={colours[tried.data.outcome]}>
              {t(`knowledge.outcome.${tried.data.outcome}`)}
            </Badge>
            <div className={styles.answer}>{tried.data.text}</div>
            {tried.data.matches.length === 0 ? (
              <Text className={styles.quiet}>{t('knowledge.noMatches')}</Text>
            ) : (
              <ul className={styles.matches} aria-label={t('knowledge.matches')}>
                {tried.data.matches.map(match => (
                  <li key={match.articleId} className={styles.match}>
                    <Link as="button" onClick={() => props.onOpen(match.articleId)}>
                      {match.title}
                    </Link>
                    <Text size={200} className={styles.quiet}>
                      {t('knowledge.confidence', { share: formatShare(reader, match.confidence) })}
                    </Text>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </div>
    </Card>
  )
}
