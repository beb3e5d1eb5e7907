import { Avatar, Card, Link, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components'
import { BotRegular } from '@fluentui/react-icons'
import { toProblem } from '@guichet/client'
import type { ContactCard, Conversation } from '@guichet/contract'
import { LoadingRows } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useLive, useServices } from '../../../app/ServicesContext.ts'
import { formatDuration, formatMoment } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { RatingLine } from './RatingLine.tsx'

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: '16px', padding: '16px' },
  who: { display: 'flex', gap: '12px', alignItems: 'center', minWidth: 0 },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  cut: { overflow: 'hidden', textOverflow: 'ellipsis' },
  quiet: { color: tokens.colorNeutralForeground3 },
  facts: { display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', gap: '4px 12px', margin: 0 },
  term: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  section: { display: 'flex', flexDirection: 'column', gap: '8px' },
  handoff: { gap: '4px' },
  said: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  handoffHead: { display: 'flex', gap: '8px', alignItems: 'center' },
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '12px' },
  past: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    paddingLeft: '12px',
    borderLeft: `2px solid ${tokens.colorNeutralStroke2}`,
  },
})

const Facts = (props: { rows: readonly (readonly [string, ReactNode])[] }) => {
  const styles = useStyles()
  return (
    <dl className={styles.facts}>
      {props.rows.map(([term, value]) => [
        <dt key={`${term}-t`} className={styles.term}>
          {term}
        </dt>,
        <dd key={`${term}-d`} className={styles.value}>
          {value}
        </dd>,
      ])}
    </dl>
  )
}

const History = (props: { history: ContactCard['history'] }) => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const codes = useLive(state => state.wrapUpCodes)
  const now = useNow()
  if (props.history.length === 0) return <Text className={styles.quiet}>{t('context.historyEmpty')}</Text>
  return (
    <ul className={styles.list}>
      {props.history.map(past => {
        const talkedMs = past.calls.reduce((sum, call) => sum + call.durationMs, 0)
        return (
          <li className={styles.past} key={past.conversationId}>
            <Text weight="semibold">{past.topic ?? t('context.noTopic')}</Text>
            <Text size={200} className={styles.quiet}>
              {formatMoment(locale, past.openedAt, now)}
              {past.closedAt === null && ` · ${t('context.openNow')}`}
            </Text>
            {past.rating && <RatingLine rating={past.rating} />}
            {past.calls.length > 0 && (
              <Text size={200}>
                {t('context.calls', { count: past.calls.length, duration: formatDuration(locale, talkedMs) })}
              </Text>
            )}
            {past.wrapUps.map(wrapUp => {
              const label = codes.find(each => each.code === wrapUp.dispositionCode)?.label[locale]
              return (
                <span key={wrapUp.assignmentId}>
                  <Text size={200}>
                    {t('context.outcome', {
                      agent: wrapUp.agentName,
                      code: label ?? wrapUp.dispositionCode ?? t('common.none'),
                    })}
                  </Text>
                  {wrapUp.note && (
                    <Text size={200} block className={styles.said}>
                      {wrapUp.note}
                    </Text>
                  )}
                </span>
              )
            })}
          </li>
        )
      })}
    </ul>
  )
}

/** Who it is, what the assistant handed over, and what happened before. */
export const ContextColumn = (props: { conversationId: string }) => {
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { http } = useServices()
  const now = useNow()
  const conversationId = props.conversationId as Conversation['id']
  const works = useLive(state => state.assignments)
  const work = works.find(each => each.conversation.id === conversationId)
  const stage = work?.state ?? 'none'
  const live = work?.conversation
  const detail = useQuery({
    queryKey: ['conversation', 'detail', conversationId, stage],
    queryFn: ({ signal }) =>
      http.call('GET /api/conversations/:conversationId', { params: { conversationId }, signal }),
    placeholderData: before => before,
  })

  if (detail.isPending)
    return (
      <div className={styles.root}>
        <LoadingRows rows={4} label={t('context.loading')} />
      </div>
    )
  if (!detail.data)
    return (
      <div className={styles.root}>
        <ProblemNotice problem={toProblem(detail.error)} retry={() => void detail.refetch()} />
      </div>
    )
  const { contact, handoff } = detail.data
  const rating = live?.rating ?? detail.data.conversation.rating
  const attributes = Object.entries(contact.attributes)
  return (
    <div className={styles.root}>
      <div className={styles.who}>
        <Avatar name={contact.displayName} size={48} color="colorful" aria-hidden />
        <div className={styles.words}>
          <Subtitle2 as="h2" className={styles.cut}>
            {contact.displayName}
          </Subtitle2>
          {contact.email && (
            <Link href={`mailto:${contact.email}`} className={styles.cut}>
              {contact.email}
            </Link>
          )}
        </div>
      </div>
      {handoff && (
        <Card size="small" className={styles.handoff}>
          <div className={styles.handoffHead}>
            <BotRegular aria-hidden fontSize={20} />
            <Text weight="semibold">{t('context.handoff')}</Text>
          </div>
          <Facts
            rows={[
              [t('context.topic'), handoff.topic ?? t('context.noTopic')],
              [t('context.language'), t(`locale.${handoff.locale}`)],
            ]}
          />
          <Text size={200} className={styles.quiet}>
            {t('context.said')}
          </Text>
          <Text className={styles.said}>{handoff.summary}</Text>
        </Card>
      )}
      {rating && (
        <section className={styles.section}>
          <Subtitle2 as="h3">{t('context.rating')}</Subtitle2>
          <RatingLine rating={rating} />
        </section>
      )}
      <Facts
        rows={[
          [t('context.language'), t(`locale.${contact.locale}`)],
          [t('context.firstSeen'), formatMoment(locale, contact.firstSeenAt, now)],
          [t('context.lastSeen'), formatMoment(locale, contact.lastSeenAt, now)],
          ...(contact.page ? [[t('context.page'), contact.page.title || contact.page.url] as const] : []),
        ]}
      />
      {attributes.length > 0 && (
        <section className={styles.section}>
          <Subtitle2 as="h3">{t('context.attributes')}</Subtitle2>
          <Facts rows={attributes} />
        </section>
      )}
      <section className={styles.section}>
        <Subtitle2 as="h3">{t('context.history')}</Subtitle2>
        <History history={contact.history.filter(past => past.conversationId !== conversationId)} />
      </section>
    </div>
  )
}
