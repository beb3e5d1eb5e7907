import { Badge, Text } from '@fluentui/react-components'
import { BranchForkRegular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import { EmptyState, ErrorState, LoadingRows, PageHeader } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { readDocument } from '../model/application.ts'
import { ApplicationEditor } from './ApplicationEditor.tsx'
import { ListLine, useListLinkStyles } from './ListLink.tsx'
import { MasterDetail } from './MasterDetail.tsx'

/** Voice applications: what callers hear, and where it leads. */
export const ApplicationsPage = () => {
  const styles = useListLinkStyles()
  const { t } = useI18n()
  const { http } = useServices()
  const navigate = useNavigate()
  const { applicationId } = useParams({ strict: false }) as { applicationId?: string }
  const applications = useQuery({
    queryKey: ['applications'],
    queryFn: () => http.call('GET /api/applications'),
  })
  const list = applications.data?.value ?? []
  const chosen = list.find(application => application.id === applicationId)
  const document = chosen && readDocument(chosen)
  return (
    <MasterDetail
      listLabel={t('applications.title')}
      isChosen={chosen !== undefined}
      onBack={() =>
        void navigate({
          to: '/design/applications/{-$applicationId}',
          params: { applicationId: undefined },
        })
      }
      list={
        <>
          <PageHeader title={t('applications.title')} hint={t('applications.hint')} />
          {applications.isPending && <LoadingRows label={t('app.loading')} />}
          {applications.error && (
            <ProblemNotice
              problem={toProblem(applications.error)}
              retry={() => void applications.refetch()}
            />
          )}
          {applications.data && list.length === 0 && (
            <EmptyState title={t('applications.empty')}>{t('applications.emptyHint')}</EmptyState>
          )}
          <ul className={styles.list}>
            {list.map(application => (
              <li key={application.id}>
                <Link
                  to="/design/applications/{-$applicationId}"
                  params={{ applicationId: application.id }}
                  className={`${styles.link} ${application.id === applicationId ? styles.current : ''}`}
                  {...(application.id === applicationId ? { 'aria-current': 'true' as const } : {})}
                >
                  <ListLine title={application.name}>
                    {t(`applications.kind.${application.kind}`)}
                    {application.isDefault && (
                      <Badge appearance="tint" size="small">
                        {t('applications.default')}
                      </Badge>
                    )}
                    {application.problems.length > 0 && (
                      <Badge appearance="tint" color="danger" size="small">
                        {t('applications.problems', { count: application.problems.length })}
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
        chosen && document ? (
          <ApplicationEditor
            key={`${chosen.id}-${chosen.version}`}
            application={chosen}
            document={document}
            others={list.filter(other => other.id !== chosen.id)}
          />
        ) : chosen ? (
          <ErrorState title={t('applications.unreadable')} />
        ) : (
          <EmptyState icon={<BranchForkRegular />} title={t('applications.choose')} fill>
            <Text>{t('applications.hint')}</Text>
          </EmptyState>
        )
      }
    />
  )
}
