import { Badge, Button, makeStyles, SearchBox, Select } from '@fluentui/react-components'
import { AddRegular, BookOpenRegular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import { Locale } from '@guichet/contract'
import { EmptyState, LoadingRows, PageHeader } from '@guichet/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { widths } from '../../../shell/media-query.ts'
import { ArticleEditor } from './ArticleEditor.tsx'
import { ListLine, useListLinkStyles } from './ListLink.tsx'
import { MasterDetail } from './MasterDetail.tsx'
import { TryPanel } from './TryPanel.tsx'

const useStyles = makeStyles({
  detail: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 320px',
    gap: '24px',
    alignItems: 'start',
    [`@media ${widths.narrow}`]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  filters: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) max-content', gap: '8px' },
  search: { minWidth: 0, maxWidth: 'none' },
})

/** The address of an article that does not exist yet. */
export const NEW = 'new'

/** Articles that the assistant answers from: find, write, try. */
export const KnowledgePage = () => {
  const styles = useStyles()
  const listStyles = useListLinkStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const navigate = useNavigate()
  const { articleId } = useParams({ strict: false }) as { articleId?: string }
  const [search, setSearch] = useState('')
  const [locale, setLocale] = useState<Locale | ''>('')
  const asked = useDeferredValue(search.trim())
  const articles = useQuery({
    queryKey: ['articles', asked, locale],
    queryFn: ({ signal }) =>
      http.call('GET /api/articles', {
        query: { ...(asked === '' ? {} : { search: asked }), ...(locale === '' ? {} : { locale }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
  const list = articles.data?.value ?? []
  const open = (id?: string) =>
    void navigate({ to: '/design/knowledge/{-$articleId}', params: { articleId: id } })
  const chosen = list.find(article => article.id === articleId)

  return (
    <MasterDetail
      listLabel={t('knowledge.title')}
      isChosen={articleId !== undefined}
      onBack={() => open()}
      list={
        <>
          <PageHeader title={t('knowledge.title')} hint={t('knowledge.hint')} />
          <div className={styles.filters}>
            <SearchBox
              className={styles.search}
              aria-label={t('knowledge.search')}
              placeholder={t('knowledge.search')}
              value={search}
              onChange={(_, data) => setSearch(data.value)}
            />
            <Select
              aria-label={t('knowledge.language')}
              value={locale}
              onChange={(_, data) => setLocale(data.value as Locale | '')}
            >
              <option value="">{t('knowledge.allLanguages')}</option>
              {Locale.options.map(option => (
                <option key={option} value={option}>
                  {t(`locale.${option}`)}
                </option>
              ))}
            </Select>
          </div>
          <Button icon={<AddRegular />} onClick={() => open(NEW)}>
            {t('knowledge.new')}
          </Button>
          {articles.isPending && <LoadingRows label={t('app.loading')} />}
          {articles.error && (
            <ProblemNotice problem={toProblem(articles.error)} retry={() => void articles.refetch()} />
          )}
          {articles.data && list.length === 0 && (
            <EmptyState
              icon={<BookOpenRegular />}
              title={t(asked === '' && locale === '' ? 'knowledge.empty' : 'knowledge.noMatch')}
            >
              {t(asked === '' && locale === '' ? 'knowledge.emptyHint' : 'knowledge.noMatchHint')}
            </EmptyState>
          )}
          <ul className={listStyles.list}>
            {list.map(article => (
              <li key={article.id}>
                <Link
                  to="/design/knowledge/{-$articleId}"
                  params={{ articleId: article.id }}
                  className={`${listStyles.link} ${article.id === articleId ? listStyles.current : ''}`}
                  {...(article.id === articleId ? { 'aria-current': 'true' as const } : {})}
                >
                  <ListLine title={article.title}>
                    {t(`locale.${article.locale}`)}
                    {article.state === 'draft' && (
                      <Badge appearance="tint" color="warning" size="small">
                        {t('knowledge.draft')}
                      </Badge>
                    )}
                  </ListLine>
                </Link>
              </li>
            ))}
          </ul>
        </>
      }
      detail={
        <div className={styles.detail}>
          {articleId === NEW || chosen ? (
            <ArticleEditor key={articleId} article={chosen ?? null} onOpen={open} />
          ) : articleId !== undefined && articles.isPending ? (
            <LoadingRows label={t('app.loading')} />
          ) : (
            <EmptyState icon={<BookOpenRegular />} title={t('knowledge.choose')}>
              {t('knowledge.chooseHint')}
            </EmptyState>
          )}
          <TryPanel onOpen={open} />
        </div>
      }
    />
  )
}
