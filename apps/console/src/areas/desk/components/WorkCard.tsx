import { Avatar, CounterBadge, mergeClasses } from '@fluentui/react-components'
import { CallFilled, ChatFilled, NoteRegular, PauseFilled } from '@fluentui/react-icons'
import type { AssignmentView } from '@guichet/contract'
import { Figure, type Tone, Unseen } from '@guichet/ui'
import { Link } from '@tanstack/react-router'
import { useCallSession, useLive, useServices } from '../../../app/ServicesContext.ts'
import type { TextKey } from '../../../i18n/catalogue.ts'
import { formatClock } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useThread } from '../../../live/use-thread.ts'
import { useNow } from '../../../shell/clock.ts'
import { countUnread, lastLine } from '../model/thread-view.ts'
import { type WorkState, workStateOf } from '../model/work.ts'
import { useCardStyles } from './card.styles.ts'

const words = {
  chat: 'channel.chat',
  inCall: 'card.inCall',
  onHold: 'card.onHold',
  otherTab: 'card.otherTab',
  wrapUp: 'card.wrapUp',
} as const satisfies Record<WorkState, TextKey>

const icons = {
  chat: ChatFilled,
  inCall: CallFilled,
  otherTab: CallFilled,
  onHold: PauseFilled,
  wrapUp: NoteRegular,
} as const

const tones = {
  chat: 'quiet',
  inCall: 'good',
  otherTab: 'quiet',
  onHold: 'warn',
  wrapUp: 'warn',
} as const satisfies Record<WorkState, Tone>

/** One piece of accepted work: who, where it stands, for how long, the last line and what is unread. */
export const WorkCard = (props: { work: AssignmentView; isSelected: boolean }) => {
  const { work, isSelected } = props
  const styles = useCardStyles()
  const { t } = useI18n()
  const { me } = useServices()
  const calls = useLive(state => state.calls)
  const { callId } = useCallSession()
  const [thread] = useThread(work.conversation)
  const now = useNow()

  const state = workStateOf(work, calls, callId)
  const call = calls.find(known => known.id === work.callId)
  const name = work.conversation.contact.displayName
  const unread = work.state === 'active' ? countUnread(thread, me.party.rawId, work.assignedAt) : 0
  const last = lastLine(thread.items, me.party.rawId)
  const lastText = last?.text ?? (last ? t('card.attachment') : t('card.noMessages'))
  const line =
    state === 'chat'
      ? last?.isOwn
        ? t('card.you', { text: lastText })
        : lastText
      : `${t(words[state])} · ${work.queueName}`
  const clock =
    work.wrapUpEndsAt === null
      ? now - Date.parse(call?.answeredAt ?? work.assignedAt)
      : Date.parse(work.wrapUpEndsAt) - now
  const Icon = icons[state]

  return (
    <li>
      <Link
        to="/desk/$conversationId"
        params={{ conversationId: work.conversation.id }}
        className={mergeClasses(styles.card, isSelected && styles.selected)}
        {...(isSelected ? { 'aria-current': 'true' as const } : {})}
      >
        <span className={styles.avatar}>
          <Avatar name={name} size={32} color="colorful" aria-hidden />
          <span
            className={mergeClasses(
              styles.channel,
              state === 'inCall' && styles.talking,
              (state === 'onHold' || state === 'wrapUp') && styles.held,
            )}
          >
            <Icon aria-hidden />
          </span>
        </span>
        <span className={styles.words}>
          <span className={styles.name}>
            {name}
            <Unseen>
              {`, ${t('card.work', {
                channel: t(`channel.${work.channel}`),
                queue: work.queueName,
                state: t(words[state]),
              })}`}
            </Unseen>
          </span>
          <span className={mergeClasses(styles.line, unread > 0 && styles.unreadLine)}>{line}</span>
        </span>
        <span className={styles.side}>
          <Figure tone={tones[state]}>{formatClock(clock)}</Figure>
          {unread > 0 && (
            <>
              <CounterBadge count={unread} size="small" color="brand" aria-hidden />
              <Unseen>{t('card.unread', { count: unread })}</Unseen>
            </>
          )}
        </span>
      </Link>
    </li>
  )
}
