import type { ThreadItem, ThreadStore } from '@guichet/client'
import type { QuickReply } from '@guichet/contract'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { groupItems, lastSeenOwn, type MessageGroup, openQuickReplies } from '../model/thread.view.ts'
import { Bubble } from './Bubble.tsx'
import type { Editing } from './Composer.tsx'
import type { Ui } from './context.ts'
import { Icon } from './Icon.tsx'
import { noticeText } from './notice.ts'
import { useSnapshot } from './use-snapshot.ts'

type Props = Ui & { thread: ThreadStore; onEdit: (editing: Editing) => void }

/** Everything that was said, newest last; stays at the newest unless one reads back. */
export function Messages(props: Props) {
  const { widget, state, strings, thread } = props
  const known = useSnapshot(thread)
  const selfRawId = widget.visitor.getSnapshot().visitor?.visitor.rawId ?? ''
  const list = useRef<HTMLDivElement>(null)
  const [isAtEnd, setIsAtEnd] = useState(true)
  const format = useMemo(() => {
    const day = new Intl.DateTimeFormat(state.locale, { weekday: 'long', day: 'numeric', month: 'long' })
    const time = new Intl.DateTimeFormat(state.locale, { hour: 'numeric', minute: '2-digit' })
    return { day: (at: number) => day.format(at), time: (at: number) => time.format(at) }
  }, [state.locale])

  const groups = groupItems(known.items, selfRawId, format.day)
  const seenId = lastSeenOwn(known, selfRawId)
  const replies = openQuickReplies(known.items, selfRawId)

  const scrollToEnd = () => {
    const element = list.current
    if (element) element.scrollTop = element.scrollHeight
  }
  useLayoutEffect(() => {
    if (isAtEnd) scrollToEnd()
  }, [known, state.isOpen, state.showsCall])

  function dayName(at: number): string {
    const today = Date.now()
    if (format.day(at) === format.day(today)) return strings.today
    return format.day(at) === format.day(today - 86_400_000) ? strings.yesterday : format.day(at)
  }

  function reply(choice: QuickReply) {
    thread.send(choice.value)
    setIsAtEnd(true)
    if (choice.action === 'requestPerson') void widget.act('conversation.requestPerson', {})
    if (choice.action === 'startCall') void widget.startCall()
  }

  function onScroll() {
    const element = list.current
    if (element) setIsAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < 48)
  }

  return (
    <div class="log">
      <div
        ref={list}
        class="messages"
        role="log"
        aria-label={strings.conversation}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        {groups.map(group => (
          <>
            {group.startsDay && (
              <p class="day" key={`day-${group.key}`}>
                {dayName(group.at)}
              </p>
            )}
            <Group {...props} key={group.key} group={group} time={format.time(group.at)} seenId={seenId} />
          </>
        ))}
        {known.typing.length > 0 && (
          <p class="typing">
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {strings.typing(known.typing.map(party => party.displayName).join(', '))}
          </p>
        )}
        {replies.length > 0 && (
          <div class="replies">
            {replies.map(choice => (
              <button type="button" class="chip" key={choice.value} onClick={() => reply(choice)}>
                {choice.label}
              </button>
            ))}
          </div>
        )}
      </div>
      {!isAtEnd && (
        <button
          type="button"
          class="jump"
          onClick={() => {
            setIsAtEnd(true)
            scrollToEnd()
          }}
        >
          <Icon name="down" />
          {strings.jump}
        </button>
      )}
    </div>
  )
}

function Group({
  group,
  time,
  seenId,
  ...props
}: Props & { group: MessageGroup; time: string; seenId: string | null }) {
  const { strings } = props
  const [first] = group.items
  if (group.isSystem && first?.delivery === 'sent') {
    return <p class="notice">{noticeText(strings, first.message)}</p>
  }
  const isBot = group.sender?.role === 'bot'
  const name = group.isOwn ? strings.you : (group.sender?.displayName ?? '')
  return (
    <div class={group.isOwn ? 'group own' : 'group'}>
      <p class={group.isOwn ? 'hidden' : 'sender'}>
        {name}
        {isBot && <span class="mark">{strings.bot}</span>}
      </p>
      {group.items.map(item => (
        <Bubble {...props} key={item.key} item={item} isOwn={group.isOwn} />
      ))}
      <p class="time">
        {time}
        {group.items.some((item: ThreadItem) => item.delivery === 'sent' && item.message.id === seenId) &&
          ` · ${strings.seen}`}
      </p>
    </div>
  )
}
