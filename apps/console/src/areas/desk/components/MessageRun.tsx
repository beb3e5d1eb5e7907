import { Avatar, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { BotFilled } from '@fluentui/react-icons'
import type { ThreadStore } from '@guichet/client'
import { formatHour } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import type { MessageGroup } from '../model/thread-view.ts'
import { MessageBubble } from './MessageBubble.tsx'

const useStyles = makeStyles({
  run: { display: 'grid', gridTemplateColumns: '28px minmax(0, 1fr)', columnGap: '8px', maxWidth: '86%' },
  own: { alignSelf: 'flex-end', gridTemplateColumns: 'minmax(0, 1fr)' },
  head: {
    gridColumn: '-2 / -1',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    paddingBottom: '2px',
  },
  headOwn: { textAlign: 'right' },
  name: { color: tokens.colorNeutralForeground2, fontWeight: tokens.fontWeightSemibold },
  face: { gridRow: 2, alignSelf: 'end' },
  bubbles: { display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0, gridColumn: '-2 / -1' },
  bubblesOwn: { alignItems: 'flex-end' },
})

/** Messages that one person wrote in a row. */
export const MessageRun = (props: {
  run: MessageGroup
  acts: ThreadStore
  canAct: boolean
  seenKey: string | null
}) => {
  const { run, acts, canAct, seenKey } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const isBot = run.sender?.role === 'bot'
  const name = run.isOwn
    ? t('thread.you')
    : isBot
      ? t('thread.assistant')
      : (run.sender?.displayName ?? t('common.noAnswerYet'))
  return (
    <div className={mergeClasses(styles.run, run.isOwn && styles.own)}>
      <div className={mergeClasses(styles.head, run.isOwn && styles.headOwn)}>
        <span className={styles.name}>{name}</span> <Text size={200}>{formatHour(locale, run.at)}</Text>
      </div>
      {!run.isOwn && (
        <Avatar
          className={styles.face}
          size={28}
          aria-hidden
          color={isBot ? 'brand' : 'colorful'}
          {...(isBot ? { icon: <BotFilled /> } : { name })}
        />
      )}
      <div className={mergeClasses(styles.bubbles, run.isOwn && styles.bubblesOwn)}>
        {run.items.map(item => (
          <MessageBubble
            key={item.key}
            item={item}
            isOwn={run.isOwn}
            acts={acts}
            canAct={canAct}
            isSeen={item.key === seenKey}
          />
        ))}
      </div>
    </div>
  )
}
