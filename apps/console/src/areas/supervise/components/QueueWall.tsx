import {
  Badge,
  Link as FluentLink,
  makeStyles,
  mergeClasses,
  Subtitle1,
  Subtitle2,
  Text,
  tokens,
} from '@fluentui/react-components'
import { Figure, type Tone } from '@guichet/ui'
import { useNavigate } from '@tanstack/react-router'
import { useServices } from '../../../app/ServicesContext.ts'
import { pagesOf } from '../../../frame/model/pages.ts'
import { formatClock, formatDuration } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { SeenQueue } from '../../../live/live.state.ts'
import { useNow } from '../../../shell/clock.ts'
import { longestWaitMs, type QueueTrouble, sortByTrouble, troubleOf } from '../model/floor.ts'

const useStyles = makeStyles({
  section: { display: 'flex', flexDirection: 'column', gap: '12px' },
  wall: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(300px, 1fr))',
    gap: '12px',
    listStyle: 'none',
    margin: 0,
    padding: 0,
  },
  queue: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    padding: '16px',
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderLeft: `4px solid ${tokens.colorStatusSuccessBorder2}`,
  },
  waiting: { borderLeftColor: tokens.colorStatusWarningBorder2 },
  noneReady: { borderLeftColor: tokens.colorStatusDangerBorder2 },
  breach: {
    borderLeftColor: tokens.colorStatusDangerBorder2,
    backgroundColor: tokens.colorStatusDangerBackground1,
  },
  head: { display: 'flex', justifyContent: 'space-between', gap: '8px', alignItems: 'center' },
  figures: { display: 'grid', gridTemplateColumns: '1fr 1fr', gap: '8px', margin: 0 },
  figure: { display: 'flex', flexDirection: 'column-reverse' },
  value: { margin: 0, fontSize: '40px', lineHeight: '44px', fontWeight: tokens.fontWeightSemibold },
  small: { fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  agents: { display: 'grid', gridTemplateColumns: 'repeat(3, 1fr)', gap: '8px', margin: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
})

const tones = { calm: 'quiet', waiting: 'warn', noneReady: 'bad', breach: 'bad' } as const satisfies Record<
  QueueTrouble,
  Tone
>
const colours = { calm: 'success', waiting: 'warning', noneReady: 'danger', breach: 'danger' } as const

const Count = (props: { label: string; children: string; tone?: Tone; small?: boolean }) => {
  const styles = useStyles()
  return (
    <div className={styles.figure}>
      <dt>
        <Text size={200} className={styles.quiet}>
          {props.label}
        </Text>
      </dt>
      <dd className={mergeClasses(styles.value, props.small && styles.small)}>
        <Figure {...(props.tone ? { tone: props.tone } : {})}>{props.children}</Figure>
      </dd>
    </div>
  )
}

const QueueTile = (props: { queue: SeenQueue }) => {
  const { queue } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { me } = useServices()
  const navigate = useNavigate()
  const now = useNow()
  const trouble = troubleOf(queue, now)
  const maySet = pagesOf(me.roles).some(page => page.path === '/design/queues')
  const advice =
    trouble === 'noneReady'
      ? t('supervise.advice.noneReady')
      : trouble === 'breach'
        ? t('supervise.advice.breach', { limit: formatDuration(locale, queue.timeoutMs) })
        : null
  return (
    <li className={mergeClasses(styles.queue, trouble !== 'calm' && styles[trouble])}>
      <div className={styles.head}>
        <Subtitle2 as="h3">{queue.name[locale]}</Subtitle2>
        <Badge appearance="tint" color={colours[trouble]}>
          {t(`supervise.state.${trouble}`)}
        </Badge>
      </div>
      <dl className={styles.figures}>
        <Count label={t('supervise.waiting')} tone={tones[trouble]}>
          {String(queue.live.waiting)}
        </Count>
        <Count label={t('supervise.longestWait')} tone={tones[trouble]}>
          {formatClock(longestWaitMs(queue, now))}
        </Count>
      </dl>
      <dl className={styles.agents}>
        <Count small label={t('supervise.ready')}>
          {String(queue.live.agentsReady)}
        </Count>
        <Count small label={t('supervise.busy')}>
          {String(queue.live.agentsBusy)}
        </Count>
        <Count small label={t('supervise.wrapUp')}>
          {String(queue.live.agentsWrapUp)}
        </Count>
      </dl>
      {advice && <Text>{advice}</Text>}
      {maySet && (
        <FluentLink
          href={`/design/queues/${queue.id}`}
          onClick={event => {
            event.preventDefault()
            void navigate({ to: '/design/queues/{-$queueId}', params: { queueId: queue.id } })
          }}
          aria-label={`${t('supervise.settingsLink')}: ${queue.name[locale]}`}
        >
          {t('supervise.settingsLink')}
        </FluentLink>
      )}
    </li>
  )
}

/** One tile per queue, readable from afar; those in trouble first, with what to do about it. */
export const QueueWall = (props: { queues: readonly SeenQueue[] }) => {
  const styles = useStyles()
  const { t } = useI18n()
  const now = useNow()
  return (
    <section className={styles.section} aria-label={t('supervise.queues')}>
      <Subtitle1 as="h2">{t('supervise.queues')}</Subtitle1>
      <ul className={styles.wall}>
        {sortByTrouble(props.queues, now).map(queue => (
          <QueueTile key={queue.id} queue={queue} />
        ))}
      </ul>
    </section>
  )
}
