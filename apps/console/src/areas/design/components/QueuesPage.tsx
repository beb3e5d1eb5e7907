import { PeopleQueueRegular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import { EmptyState, LoadingRows, PageHeader } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { ListLine, useListLinkStyles } from './ListLink.tsx'
import { MasterDetail } from './MasterDetail.tsx'
import { QueueForm } from './QueueForm.tsx'

/** Queues: who answers, in which order, for how long. */
export const QueuesPage = () => {
  const styles = useListLinkStyles()
  const { t, locale } = useI18n()
  const { http } = useServices()
  const navigate = useNavigate()
  const { queueId } = useParams({ strict: false }) as { queueId?: string }
  const queues = useQuery({ queryKey: ['queues'], queryFn: () => http.call('GET /api/queues') })
  const list = queues.data?.value ?? []
  const chosen = list.find(queue => queue.id === queueId)
  return (
    <MasterDetail
      listLabel={t('queues.title')}
      isChosen={chosen !== undefined}
      onBack={() => void navigate({ to: '/design/queues/{-$queueId}', params: { queueId: undefined } })}
      list={
        <>
          <PageHeader title={t('queues.title')} hint={t('queues.hint')} />
          {queues.isPending && <LoadingRows label={t('app.loading')} />}
          {queues.error && (
            <ProblemNotice problem={toProblem(queues.error)} retry={() => void queues.refetch()} />
          )}
          {queues.data && list.length === 0 && (
            <EmptyState title={t('queues.empty')}>{t('queues.emptyHint')}</EmptyState>
          )}
          <ul className={styles.list}>
            {list.map(queue => (
              <li key={queue.id}>
                <Link
                  to="/design/queues/{-$queueId}"
                  params={{ queueId: queue.id }}
                  className={`${styles.link} ${queue.id === queueId ? styles.current : ''}`}
                  {...(queue.id === queueId ? { 'aria-current': 'true' as const } : {})}
                >
                  <ListLine title={queue.name[locale]}>
                    {t(`routingShort.${queue.routingMethod}`)}
                    {' · '}
                    {t('supervise.people', { count: queue.members.length })}
                  </ListLine>
                </Link>
              </li>
            ))}
          </ul>
        </>
      }
      detail={
        chosen ? (
          <QueueForm key={chosen.id} queue={chosen} />
        ) : (
          <EmptyState icon={<PeopleQueueRegular />} title={t('queues.choose')} fill>
            {t('queues.effect')}
          </EmptyState>
        )
      }
    />
  )
}
