import { useEffect, useRef } from 'preact/hooks'
import type { Ui } from '../components/context.ts'
import { endConversation } from './ending.ts'
import { saveTranscript } from './save.ts'
import { wordsOf } from './words.ts'

const MOVES: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
}

/** What is done rarely: sounds, a copy of the conversation, its end. */
export function Menu(props: Ui & { onClose: () => void }) {
  const { widget, state, onClose } = props
  const words = wordsOf(state.locale)
  const { conversation, call, thread } = widget.visitor.getSnapshot()
  const menu = useRef<HTMLDivElement>(null)
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]

  useEffect(() => items()[0]?.focus(), [])

  function onKeyDown(event: KeyboardEvent) {
    const all = items()
    const move = MOVES[event.key]
    if (move) all[move(all.indexOf(event.target as HTMLElement), all.length)]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') onClose()
    else return
    event.preventDefault()
  }

  return (
    <div ref={menu} class="pop" role="menu" aria-label={words.menu} onKeyDown={onKeyDown}>
      <button
        type="button"
        role="menuitemcheckbox"
        aria-checked={state.hasSound}
        tabIndex={-1}
        onClick={() => widget.setSound(!state.hasSound)}
      >
        {words.sounds}
        <span class="switch" aria-hidden="true" />
      </button>
      {thread && (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            saveTranscript(props, thread)
            onClose()
          }}
        >
          {words.transcript}
        </button>
      )}
      {conversation?.state === 'open' && !call && !state.call && (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          class="end"
          onClick={() => {
            onClose()
            void endConversation(widget)
          }}
        >
          {words.end}
        </button>
      )}
    </div>
  )
}
