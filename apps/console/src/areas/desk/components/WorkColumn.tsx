import { Button, CounterBadge, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components'
import { CallMissedRegular, HeadsetRegular, PersonSupportRegular } from '@fluentui/react-icons'
import { EmptyState, ErrorState, Figure, LoadingRows } from '@guichet/ui'
import type { ReactNode } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { emptyDesk, sortActive } from '../model/work.ts'
import { AwayNotice } from './AwayNotice.tsx'
import { IncomingCard } from './IncomingCard.tsx'
import { NotificationQuestion } from './NotificationQuestion.tsx'
import { WorkCard } from './WorkCard.tsx'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '12px',
    overflowY: 'auto',
    flexGrow: 1,
    '& > *': { flexShrink: 0 },
  },
  section: { display: 'flex', flexDirection: 'column', gap: '4px' },
  head: { display: 'flex', alignItems: 'center', gap: '8px', padding: '0 4px' },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '4px' },
  missed: {
    display: 'grid',
    gridTemplateColumns: '20px 1fr auto',
    gap: '8px',
    padding: '4px',
    color: tokens.colorNeutralForeground3,
  },
})

const Section = (props: { title: string; count: number; children: ReactNode }) => {
  const styles = useStyles()
  if (props.count === 0) return null
  return (
    <section className={styles.section} aria-label={props.title}>
      <div className={styles.head}>
        <Subtitle2 as="h2">{props.title}</Subtitle2>
        <CounterBadge count={props.count} appearance="filled" color="informative" size="small" />
      </div>
      <ul className={styles.list}>{props.children}</ul>
    </section>
  )
}

const EmptyDesk = () => {
  const { t } = useI18n()
  const { live } = useServices()
  const { fail } = useFeedback()
  const worker = useLive(state => state.worker)
  const kind = emptyDesk(worker)
  const words = {
    notWorker: [t('desk.notWorker'), t('desk.notWorkerHint')],
    noQueues: [t('desk.emptyNoQueues'), t('desk.emptyNoQueuesHint')],
    ready: [t('desk.emptyReady'), t('desk.emptyReadyHint')],
    away: [t('desk.emptyAway'), t('desk.emptyAwayHint')],
  } as const
  const [title, hint] = words[kind]
  return (
    <EmptyState
      icon={kind === 'ready' ? <HeadsetRegular /> : <PersonSupportRegular />}
      title={title}
      actions={
        kind === 'away' && (
          <Button appearance="primary" onClick={() => void live.setPresence('available').catch(fail)}>
            {t('desk.becomeAvailable')}
          </Button>
        )
      }
      fill
    >
      {hint}
    </EmptyState>
  )
}

const MissedOffers = () => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const missed = useLive(state => state.missedOffers)
  const now = useNow()
  return (
    <Section title={t('desk.missed')} count={missed.length}>
      {missed.slice(0, 5).map(offer => (
        <li className={styles.missed} key={offer.offerId}>
          <CallMissedRegular aria-hidden fontSize={20} />
          <Text size={200}>
            {t('desk.missedItem', {
              channel: t(`channel.${offer.channel}`),
              name: offer.contact.displayName,
              queue: offer.queueName,
            })}
          </Text>
          <Text size={200}>
            <Figure>{formatMoment(locale, offer.at, now)}</Figure>
          </Text>
        </li>
      ))}
    </Section>
  )
}

/** What needs the agent: what rings, what is going on, what is to be wrapped up, what was missed. */
export const WorkColumn = (props: { selectedId: string | null }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const { live } = useServices()
  const phase = useLive(state => state.phase)
  const offers = useLive(state => state.offers)
  const assignments = useLive(state => state.assignments)
  const active = sortActive(assignments)
  const wrapUps = assignments.filter(work => work.state === 'wrapUp')

  if (phase === 'loading')
    return (
      <div className={styles.root}>
        <LoadingRows label={t('app.loading')} />
      </div>
    )
  if (phase === 'failed')
    return (
      <div className={styles.root}>
        <ErrorState
          title={t('page.failed')}
          retry={{ label: t('common.retry'), run: () => void live.refresh() }}
        />
      </div>
    )
  const isEmpty = offers.length + assignments.length === 0
  return (
    <div className={styles.root}>
      <AwayNotice />
      <NotificationQuestion />
      <Section title={t('desk.incoming')} count={offers.length}>
        {offers.map(offer => (
          <IncomingCard key={offer.id} offer={offer} />
        ))}
      </Section>
      <Section title={t('desk.active')} count={active.length}>
        {active.map(work => (
          <WorkCard key={work.id} work={work} isSelected={work.conversation.id === props.selectedId} />
        ))}
      </Section>
      <Section title={t('desk.wrapUp')} count={wrapUps.length}>
        {wrapUps.map(work => (
          <WorkCard key={work.id} work={work} isSelected={work.conversation.id === props.selectedId} />
        ))}
      </Section>
      {isEmpty && <EmptyDesk />}
      <MissedOffers />
    </div>
  )
}
