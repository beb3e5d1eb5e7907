import { makeStyles } from '@fluentui/react-components'
import { DataTrendingRegular } from '@fluentui/react-icons'
import { EmptyState, LoadingRows, PageHeader } from '@guichet/ui'
import { useEffect } from 'react'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { AgentGrid } from './AgentGrid.tsx'
import { QueueWall } from './QueueWall.tsx'

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', gap: '24px', padding: '24px', maxWidth: '1600px' },
})

/** The floor as it is now: queues in need first, and what each agent is doing. */
export const WallPage = () => {
  const styles = useStyles()
  const { t } = useI18n()
  const { live } = useServices()
  const floor = useLive(state => state.floor)
  useEffect(() => live.watchFloor(), [live])
  return (
    <div className={styles.page}>
      <PageHeader title={t('supervise.title')} hint={t('supervise.hint')} />
      {!floor && <LoadingRows label={t('app.loading')} rows={6} />}
      {floor && floor.queues.length === 0 && (
        <EmptyState icon={<DataTrendingRegular />} title={t('supervise.noQueues')}>
          {t('supervise.noQueuesHint')}
        </EmptyState>
      )}
      {floor && floor.queues.length > 0 && <QueueWall queues={floor.queues} />}
      {floor && <AgentGrid workers={floor.workers} />}
    </div>
  )
}
