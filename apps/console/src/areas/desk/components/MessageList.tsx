import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Button,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ArrowDownRegular, BotRegular } from '@fluentui/react-icons'
import type { ThreadSnapshot, ThreadStore } from '@guichet/client'
import { EmptyState, LoadingRows } from '@guichet/ui'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ProblemNotice } from '../../../app/ProblemNotice.tsx'
import { useServices } from '../../../app/ServicesContext.ts'
import { formatDay } from '../../../i18n/format.ts'
import { useI18n } from '../../../i18n/I18nProvider.tsx'
import { useNow } from '../../../shell/clock.ts'
import { lastSeenKey, type ThreadBlock, viewThread } from '../model/thread-view.ts'
import { MessageRun } from './MessageRun.tsx'
import { NoticeLine } from './NoticeLine.tsx'

const useStyles = makeStyles({
  frame: { position: 'relative', flexGrow: 1, minHeight: 0, display: 'flex', flexDirection: 'column' },
  scroll: { flexGrow: 1, minHeight: 0, overflowY: 'auto', padding: '16px' },
  lines: {
    display: 'flex',
    flexDirection: 'column',
    gap: '12px',
    minHeight: '100%',
    justifyContent: 'flex-end',
  },
  day: {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    '::before': { content: '""', flexGrow: 1, height: '1px', backgroundColor: tokens.colorNeutralStroke2 },
    '::after': { content: '""', flexGrow: 1, height: '1px', backgroundColor: tokens.colorNeutralStroke2 },
  },
  assistant: {
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  count: { color: tokens.colorNeutralForeground3, marginLeft: '8px' },
  folded: { display: 'flex', flexDirection: 'column', gap: '12px', padding: '4px 0 12px' },
  typing: { minHeight: '20px', color: tokens.colorNeutralForeground3, padding: '0 16px 4px' },
  toNewest: {
    position: 'absolute',
    bottom: '32px',
    left: '50%',
    transform: 'translateX(-50%)',
    boxShadow: tokens.shadow8,
  },
})

/** How near to the end one must be, in pixels, for new messages to scroll into view. */
const NEAR_END_PX = 80

/** All messages of the conversation; the assistant's part folded, the newest in view. */
export const MessageList = (props: {
  thread: ThreadSnapshot
  acts: ThreadStore
  name: string
  canAct: boolean
}) => {
  const { thread, acts, name, canAct } = props
  const styles = useStyles()
  const { t, locale } = useI18n()
  const { me } = useServices()
  const now = useNow()
  const scroller = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const [hasNewBelow, setNewBelow] = useState(false)
  const self = me.party.rawId
  const view = viewThread(thread.items, self)
  const seenKey = lastSeenKey(thread, self)
  const newestKey = thread.items.at(-1)?.key

  const toEnd = () => {
    const box = scroller.current
    if (box) box.scrollTop = box.scrollHeight
    setNewBelow(false)
  }
  // Only a new message moves the view.
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd()
    else setNewBelow(true)
  }, [newestKey])
  useEffect(() => {
    const box = scroller.current
    if (!box) return
    // Pictures, an opening call bar or a smaller window change heights: who reads the end goes on reading it.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) box.scrollTop = box.scrollHeight
    })
    observer.observe(box)
    return () => observer.disconnect()
  }, [])

  const renderBlock = (block: ThreadBlock) => {
    if (block.kind === 'day') {
      const day = formatDay(locale, block.at, now)
      return (
        day !== '' && (
          <div className={styles.day} key={block.key}>
            {day}
          </div>
        )
      )
    }
    if (block.kind === 'notice') return <NoticeLine key={block.key} message={block.message} />
    return <MessageRun key={block.key} run={block} acts={acts} canAct={canAct} seenKey={seenKey} />
  }

  if (thread.status === 'failed' && thread.problem)
    return (
      <div className={styles.scroll}>
        <ProblemNotice problem={thread.problem} retry={acts.retrySync} />
      </div>
    )
  return (
    <div className={styles.frame}>
      <div
        className={styles.scroll}
        ref={scroller}
        role="log"
        aria-label={t('thread.label', { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        tabIndex={0}
        onScroll={event => {
          const box = event.currentTarget
          isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX
          if (isAtEnd.current) setNewBelow(false)
        }}
      >
        {thread.items.length === 0 && thread.status === 'syncing' && (
          <LoadingRows rows={4} label={t('thread.loading')} />
        )}
        {thread.items.length === 0 && thread.status === 'ready' && (
          <EmptyState title={t('thread.empty')} fill />
        )}
        <div className={styles.lines}>
          {view.assistant && (
            <Accordion className={styles.assistant} collapsible>
              <AccordionItem value="assistant">
                <AccordionHeader icon={<BotRegular />}>
                  {t('thread.bot')}
                  <Text size={200} className={styles.count}>
                    {t('thread.botCount', { count: view.assistant.messageCount })}
                  </Text>
                </AccordionHeader>
                <AccordionPanel>
                  <div className={styles.folded}>{view.assistant.blocks.map(renderBlock)}</div>
                </AccordionPanel>
              </AccordionItem>
            </Accordion>
          )}
          {view.blocks.map(renderBlock)}
        </div>
      </div>
      {hasNewBelow && (
        <Button className={styles.toNewest} size="small" icon={<ArrowDownRegular />} onClick={toEnd}>
          {t('thread.newMessages')}
        </Button>
      )}
      <Text size={200} className={styles.typing} role="status">
        {thread.typing.map(party => t('thread.typing', { name: party.displayName })).join(' ')}
      </Text>
    </div>
  )
}
