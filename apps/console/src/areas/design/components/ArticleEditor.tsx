import { Button, Field, Input, Select, Subtitle1, Switch, Text, Textarea } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons'
import { type ProblemError, toProblem } from '@guichet/client'
import { type Article, Locale } from '@guichet/contract'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { articleInput, emptyArticle } from '../model/article.ts'
import { useFormStyles } from './form.styles.ts'

/** Writes one article; deleting can be undone. */
export const ArticleEditor = (props: { article: Article | null; onOpen: (id?: string) => void }) => {
  const { article, onOpen } = props
  const styles = useFormStyles()
  const { t, locale } = useI18n()
  const { http } = useServices()
  const { tell, fail } = useFeedback()
  const client = useQueryClient()
  const now = useNow()
  const [input, setInput] = useState(() => (article ? articleInput(article) : emptyArticle(locale)))
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isChanged = JSON.stringify(input) !== JSON.stringify(article ? articleInput(article) : null)
  const change = (part: Partial<typeof input>) => setInput(before => ({ ...before, ...part }))
  const reload = () => client.invalidateQueries({ queryKey: ['articles'] })

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    const body = { ...input, url: input.url.trim() === '' ? null : input.url.trim() }
    try {
      const saved = article
        ? await http.call('PUT /api/articles/:articleId', { params: { articleId: article.id }, body })
        : await http.call('POST /api/articles', { body })
      await reload()
      tell({ intent: 'success', text: t('common.saved') })
      if (!article) onOpen(saved.id)
    } catch (error) {
      setProblem(toProblem(error))
    }
    setBusy(false)
  }
  const remove = async (gone: Article) => {
    try {
      await http.call('DELETE /api/articles/:articleId', { params: { articleId: gone.id } })
      onOpen()
      await reload()
      tell({
        text: t('knowledge.deleted'),
        action: {
          label: t('knowledge.undo'),
          run: () => {
            const { url, ...rest } = articleInput(gone)
            http
              .call('POST /api/articles', { body: { ...rest, url: url === '' ? null : url } })
              .then(async back => {
                await reload()
                onOpen(back.id)
              })
              .catch(fail)
          },
        },
      })
    } catch (error) {
      fail(error)
    }
  }

  return (
    <form className={styles.form} onSubmit={event => void save(event)}>
      <Subtitle1 as="h2">{t(article ? 'knowledge.editorTitle' : 'knowledge.new')}</Subtitle1>
      <Field label={t('knowledge.articleTitle')} hint={t('knowledge.articleTitleHint')} required>
        <Input value={input.title} maxLength={200} onChange={(_, data) => change({ title: data.value })} />
      </Field>
      <Field label={t('knowledge.body')} hint={t('knowledge.bodyHint')} required>
        <Textarea
          resize="vertical"
          rows={6}
          value={input.body}
          onChange={(_, data) => change({ body: data.value })}
        />
      </Field>
      <Field label={t('knowledge.phrasings')} hint={t('knowledge.phrasingsHint')}>
        <Textarea
          resize="vertical"
          rows={4}
          value={input.phrasings}
          onChange={(_, data) => change({ phrasings: data.value })}
        />
      </Field>
      <div className={styles.pair}>
        <Field label={t('knowledge.language')}>
          <Select value={input.locale} onChange={(_, data) => change({ locale: data.value as Locale })}>
            {Locale.options.map(option => (
              <option key={option} value={option}>
                {t(`locale.${option}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('knowledge.url')}>
          <Input type="url" value={input.url} onChange={(_, data) => change({ url: data.value })} />
        </Field>
      </div>
      <Field hint={input.state === 'draft' ? t('knowledge.draftHint') : ''}>
        <Switch
          label={t('knowledge.publish')}
          checked={input.state === 'published'}
          onChange={(_, data) => change({ state: data.checked ? 'published' : 'draft' })}
        />
      </Field>
      {problem && <ProblemNotice problem={problem} />}
      <div className={styles.foot}>
        <Button type="submit" appearance="primary" disabledFocusable={isBusy || !isChanged}>
          {t('common.save')}
        </Button>
        <Text size={200} className={styles.quiet}>
          {isChanged
            ? t('knowledge.unsaved')
            : article && t('knowledge.updated', { when: formatMoment(locale, article.updatedAt, now) })}
        </Text>
        <span className={styles.space} />
        {article && (
          <Button icon={<DeleteRegular />} appearance="subtle" onClick={() => void remove(article)}>
            {t('common.delete')}
          </Button>
        )}
      </div>
    </form>
  )
}
