import { Button, makeStyles } from '@fluentui/react-components'
import { EmptyState, ErrorState, LoadingRows } from '@guichet/ui'
import { type ErrorComponentProps, useNavigate } from '@tanstack/react-router'
import { useI18n } from '../i18n/I18nProvider.tsx'

const useStyles = makeStyles({ page: { padding: '24px', maxWidth: '720px' } })

/** While a page's code or data is on its way. */
export const PagePending = () => {
  const { t } = useI18n()
  return (
    <div className={useStyles().page}>
      <LoadingRows label={t('app.loading')} />
    </div>
  )
}

/** An address without a page, or one that the person's roles do not open. */
export const NotFoundPage = () => {
  const { t } = useI18n()
  const navigate = useNavigate()
  return (
    <EmptyState
      title={t('page.notFound')}
      actions={<Button onClick={() => void navigate({ to: '/' })}>{t('page.goHome')}</Button>}
      fill
      isPage
    >
      {t('page.notFoundHint')}
    </EmptyState>
  )
}

/** A page that broke: the rest of the console goes on. */
export const PageFailed = (props: ErrorComponentProps) => {
  const { t } = useI18n()
  return (
    <div className={useStyles().page}>
      <ErrorState
        title={t('page.failed')}
        detail={props.error instanceof Error ? props.error.message : String(props.error)}
        retry={{ label: t('common.retry'), run: props.reset }}
      />
    </div>
  )
}
