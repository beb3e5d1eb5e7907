import {
  Button,
  Field,
  Input,
  Link,
  makeStyles,
  Select,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons'
import { type ProblemError, toProblem } from '@guichet/client'
import { Locale, type WidgetSettings } from '@guichet/contract'
import { LoadingRows, PageHeader } from '@guichet/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { findBadOrigin, parseOrigins, widgetSnippet } from '../model/widget.ts'
import { useFormStyles } from './form.styles.ts'

const useStyles = makeStyles({
  page: { padding: '24px' },
  code: {
    padding: '12px 16px',
    margin: 0,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    overflowX: 'auto',
    userSelect: 'all',
  },
})

const Form = (props: { settings: WidgetSettings }) => {
  const { settings } = props
  const styles = useFormStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const { tell } = useFeedback()
  const client = useQueryClient()
  const [brandName, setBrandName] = useState(settings.brandName)
  const [defaultLocale, setDefaultLocale] = useState(settings.defaultLocale)
  const [origins, setOrigins] = useState(settings.allowedOrigins.join('\n'))
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const [isBusy, setBusy] = useState(false)
  const list = parseOrigins(origins)
  const bad = findBadOrigin(list)

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (bad !== null) return
    setBusy(true)
    setProblem(null)
    try {
      const saved = await http.call('PUT /api/settings/widget', {
        body: { brandName, defaultLocale, allowedOrigins: list },
      })
      client.setQueryData(['settings', 'widget'], saved)
      setOrigins(saved.allowedOrigins.join('\n'))
      tell({ intent: 'success', text: t('common.saved') })
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }

  return (
    <form className={styles.form} onSubmit={event => void save(event)}>
      <div className={styles.pair}>
        <Field label={t('widget.brandName')} required>
          <Input value={brandName} maxLength={80} onChange={(_, data) => setBrandName(data.value)} />
        </Field>
        <Field label={t('widget.defaultLocale')}>
          <Select value={defaultLocale} onChange={(_, data) => setDefaultLocale(data.value as Locale)}>
            {Locale.options.map(option => (
              <option key={option} value={option}>
                {t(`locale.${option}`)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field
        label={t('widget.origins')}
        hint={t('widget.originsHint')}
        {...(bad === null ? {} : { validationMessage: t('widget.originInvalid', { origin: bad }) })}
      >
        <Textarea
          rows={5}
          resize="vertical"
          value={origins}
          onChange={(_, data) => setOrigins(data.value)}
          textarea={{ spellCheck: false }}
        />
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div className={styles.row}>
        <Button
          type="submit"
          appearance="primary"
          disabledFocusable={isBusy || bad !== null || brandName.trim() === ''}
        >
          {t('common.save')}
        </Button>
      </div>
    </form>
  )
}

/** How the widget comes onto a page, and which pages may show it. */
export const WidgetPage = () => {
  const styles = useStyles()
  const form = useFormStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const { tell, fail } = useFeedback()
  const settings = useQuery({
    queryKey: ['settings', 'widget'],
    queryFn: () => http.call('GET /api/settings/widget'),
  })
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => http.call('GET /api/setup') })
  const snippet = widgetSnippet(location.origin)
  const copy = () =>
    navigator.clipboard
      .writeText(snippet)
      .then(() => tell({ intent: 'success', text: t('common.copied') }))
      .catch(fail)
  return (
    <div className={styles.page}>
      <PageHeader
        title={t('widget.title')}
        hint={t('widget.hint')}
        actions={
          setup.data?.demo && (
            <Link href="/demo/" target="_blank" rel="noopener">
              {t('widget.demo')}
            </Link>
          )
        }
      />
      <div className={form.form}>
        <Text>{t('widget.snippet')}</Text>
        <pre className={styles.code}>{snippet}</pre>
        <div className={form.row}>
          <Button icon={<CopyRegular />} onClick={() => void copy()}>
            {t('widget.copySnippet')}
          </Button>
        </div>
        {settings.isPending && <LoadingRows label={t('app.loading')} rows={3} />}
        {settings.error && (
          <ProblemNotice problem={toProblem(settings.error)} retry={() => void settings.refetch()} />
        )}
        {settings.data && <Form settings={settings.data} />}
      </div>
    </div>
  )
}
