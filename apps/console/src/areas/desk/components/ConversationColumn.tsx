import { Button, makeStyles } from '@fluentui/react-components'
import { type ProblemError, toProblem } from '@guichet/client'
import type { Conversation } from '@guichet/contract'
import { LoadingRows } from '@guichet/ui'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useCallSession, useLive, useServices } from '../../../app/ServicesContext.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useThread } from '../../../live/use-thread.ts'
import { CallElsewhere } from './CallElsewhere.tsx'
import { CallPanel } from './CallPanel.tsx'
import { Composer } from './Composer.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import { MessageList } from './MessageList.tsx'
import { WrapUpPanel } from './WrapUpPanel.tsx'

const useStyles = makeStyles({
  pad: { padding: '16px' },
  fill: { flexGrow: 1, minHeight: 0, display: 'flex', flexDirection: 'column' },
})

const Open = (props: { conversation: Conversation; onShowContext: (() => void) | undefined }) => {
  const { conversation } = props
  const styles = useStyles()
  const [thread, acts] = useThread(conversation)
  const assignments = useLive(state => state.assignments)
  const calls = useLive(state => state.calls)
  const session = useCallSession()
  const works = assignments.filter(work => work.conversation.id === conversation.id)
  const active = works.find(work => work.state === 'active')
  const wrapUp = works.find(work => work.state === 'wrapUp')
  const isCallHere = session.callId !== null && session.active?.call?.conversationId === conversation.id
  const callElsewhere =
    !isCallHere &&
    active?.channel === 'voice' &&
    calls.find(call => call.id === active.callId && call.endedAt === null)

  // What arrives while the conversation is looked at has been seen; what arrives while the page is hidden has not.
  const newest = thread.items.at(-1)?.key
  const isOwnWork = works.length > 0
  useEffect(() => {
    if (!isOwnWork || newest === undefined) return
    const see = () => {
      if (document.visibilityState === 'visible') acts.markRead()
    }
    see()
    document.addEventListener('visibilitychange', see)
    return () => document.removeEventListener('visibilitychange', see)
  }, [newest, isOwnWork, acts])

  return (
    <div className={styles.fill}>
      <ConversationHeader
        conversation={conversation}
        work={active ?? wrapUp ?? null}
        onShowContext={props.onShowContext}
      />
      {isCallHere && <CallPanel />}
      {callElsewhere && <CallElsewhere call={callElsewhere} />}
      <MessageList thread={thread} acts={acts} name={conversation.contact.displayName} canAct={!!active} />
      {wrapUp && <WrapUpPanel key={wrapUp.id} work={wrapUp} />}
      {(active || !wrapUp) && (
        <Composer
          conversation={conversation}
          acts={acts}
          locked={active ? null : conversation.state === 'closed' ? 'closed' : 'readOnly'}
        />
      )}
    </div>
  )
}

/** One conversation: its call, its messages, and what to do with it. */
export const ConversationColumn = (props: {
  conversationId: string
  onShowContext: (() => void) | undefined
}) => {
  const { conversationId } = props
  const styles = useStyles()
  const { t } = useI18n()
  const { live } = useServices()
  const navigate = useNavigate()
  const phase = useLive(state => state.phase)
  const work = useLive(state => state.assignments.find(each => each.conversation.id === conversationId))
  const read = useLive(state => state.conversations[conversationId])
  const conversation = work?.conversation ?? read
  const opening = useQuery({
    queryKey: ['conversation', 'open', conversationId],
    queryFn: async () => {
      await live.openConversation(conversationId as Conversation['id'])
      return true
    },
    enabled: phase === 'ready' && !conversation,
    retry: false,
  })

  if (conversation) return <Open conversation={conversation} onShowContext={props.onShowContext} />
  if (opening.error) {
    const problem: ProblemError = toProblem(opening.error)
    return (
      <div className={styles.pad}>
        <ProblemNotice problem={problem} retry={() => void opening.refetch()} />
        <Button appearance="subtle" onClick={() => void navigate({ to: '/desk' })}>
          {t('desk.backToWork')}
        </Button>
      </div>
    )
  }
  return (
    <div className={styles.pad}>
      <LoadingRows label={t('thread.loading')} />
    </div>
  )
}
