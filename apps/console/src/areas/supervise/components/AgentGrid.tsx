import { Avatar, makeStyles, Subtitle1, Subtitle2, Switch, Text, tokens } from '@fluentui/react-components'
import { PeopleTeamRegular } from '@fluentui/react-icons'
import { EmptyState, Figure } from '@guichet/ui'
import { useState } from 'react'
import { PresenceIcon } from '../../../frame/components/PresenceIcon.tsx'
import { activityText, shownPresence } from '../../../frame/model/activity.text.ts'
import { formatClock, formatDuration } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { SeenWorker } from '../../../live/live.state.ts'
import { useNow } from '../../../shell/clock.ts'
import { groupWorkers, workerGroups } from '../model/floor.ts'

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '12px' },
  head: { display: 'flex', justifyContent: 'space-between', alignItems: 'center', flexWrap: 'wrap' },
  groups: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(240px, 1fr))',
    gap: '12px',
    alignItems: 'start',
  },
  group: {
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    padding: '12px 16px',
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  title: { display: 'flex', justifyContent: 'space-between' },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  agent: {
    display: 'grid',
    gridTemplateColumns: '28px minmax(0, 1fr) auto',
    gap: '8px',
    alignItems: 'center',
  },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  name: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  presence: { display: 'flex', alignItems: 'center', gap: '4px', color: tokens.colorNeutralForeground3 },
})

/** From here on, seconds say nothing. */
const LONG_MS = 10 * 3_600_000

const Agent = (props: { worker: SeenWorker }) => {
  const { worker } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const forMs = useNow() - worker.activeSince
  const reason =
    worker.presenceReason === 'missedOffers'
      ? t('supervise.missedReason')
      : worker.presenceReason === 'connectionLost'
        ? t('supervise.lostReason')
        : null
  return (
    <li className={styles.agent}>
      <Avatar name={worker.party.displayName} size={28} color="colorful" aria-hidden />
      <span className={styles.words}>
        <span className={styles.name}>{worker.party.displayName}</span>
        <Text size={200} className={styles.presence}>
          <PresenceIcon presence={shownPresence(worker)} />
          {[activityText(t, locale, worker), ...(reason ? [reason] : [])].join(', ')}
        </Text>
      </span>
      <Figure tone="quiet">{forMs < LONG_MS ? formatClock(forMs) : formatDuration(locale, forMs)}</Figure>
    </li>
  )
}

/** Agents by what they are doing now, each with the time in that state. */
export const AgentGrid = (props: { workers: readonly SeenWorker[] }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const [isSignedInOnly, setSignedInOnly] = useState(false)
  const groups = groupWorkers(props.workers)
  const shown = workerGroups.filter(
    group => (groups.get(group)?.length ?? 0) > 0 && !(isSignedInOnly && group === 'offline'),
  )
  return (
    <section className={styles.section} aria-label={t('supervise.agents')}>
      <div className={styles.head}>
        <Subtitle1 as="h2">{t('supervise.agents')}</Subtitle1>
        <Switch
          label={t('supervise.filter.working')}
          checked={isSignedInOnly}
          onChange={(_, data) => setSignedInOnly(data.checked)}
        />
      </div>
      {props.workers.length === 0 && (
        <EmptyState icon={<PeopleTeamRegular />} title={t('supervise.noAgents')}>
          {t('supervise.noAgentsHint')}
        </EmptyState>
      )}
      <div className={styles.groups}>
        {shown.map(group => (
          <section key={group} className={styles.group} aria-label={t(`supervise.group.${group}`)}>
            <div className={styles.title}>
              <Subtitle2 as="h3">{t(`supervise.group.${group}`)}</Subtitle2>
              <Figure strong>{String(groups.get(group)?.length ?? 0)}</Figure>
            </div>
            <ul className={styles.list}>
              {groups.get(group)?.map(worker => (
                <Agent key={worker.id} worker={worker} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  )
}
