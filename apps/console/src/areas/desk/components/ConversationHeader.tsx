import { Avatar, Button, makeStyles, Subtitle2, Text, Tooltip, tokens } from '@fluentui/react-components'
import { ArrowLeftRegular, ChatOffRegular, ContactCardRegular } from '@fluentui/react-icons'
import type { AssignmentView, Conversation } from '@guichet/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useFeedback } from '../../../app/Feedback.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useMediaQuery, widths } from '../../../shell/media-query.ts'

const useStyles = makeStyles({
  root: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    minHeight: '56px',
    flexShrink: 0,
    padding: '8px 16px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  words: { display: 'flex', flexDirection: 'column', minWidth: 0, flexGrow: 1 },
  cut: { overflowX: 'hidden' },
  end: { flexShrink: 0, whiteSpace: 'nowrap' },
  hint: { color: tokens.colorNeutralForeground3 },
})

/** Whose conversation it is, on which channel and queue, and how a chat is ended. */
export const ConversationHeader = (props: {
  conversation: Conversation
  work: AssignmentView | null
  onShowContext: (() => void) | undefined
}) => {
  const { conversation, work, onShowContext } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { live } = useServices()
  const { fail } = useFeedback()
  const navigate = useNavigate()
  const isSingle = useMediaQuery(widths.single)
  const [isEnding, setEnding] = useState(false)
  const name = conversation.contact.displayName
  const facts = [
    ...(work ? [t(`channel.${work.channel}`), work.queueName] : []),
    t(`locale.${conversation.locale}`),
    ...(conversation.topic ? [conversation.topic] : []),
  ]

  const endChat = async (assignment: AssignmentView) => {
    setEnding(true)
    await live.completeAssignment(assignment.id).catch(fail)
    setEnding(false)
  }

  return (
    <div className={styles.root}>
      {isSingle && (
        <Button
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          aria-label={t('desk.backToWork')}
          onClick={() => void navigate({ to: '/desk' })}
        />
      )}
      <Avatar name={name} size={36} color="colorful" aria-hidden />
      <div className={styles.words}>
        <Subtitle2 as="h2" truncate wrap={false} className={styles.cut}>
          {name}
        </Subtitle2>
        <Text size={200} block truncate wrap={false} className={styles.hint}>
          {facts.join(' · ')}
        </Text>
      </div>
      {work?.channel === 'chat' && work.state === 'active' && (
        <Button
          className={styles.end}
          icon={<ChatOffRegular />}
          disabledFocusable={isEnding}
          onClick={() => void endChat(work)}
        >
          {t('chat.end')}
        </Button>
      )}
      {onShowContext && (
        <Tooltip content={t('desk.showContext')} relationship="label">
          <Button appearance="subtle" icon={<ContactCardRegular />} onClick={onShowContext} />
        </Tooltip>
      )}
    </div>
  )
}
