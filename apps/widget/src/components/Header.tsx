import { useRef, useState } from 'preact/hooks'
import { describeState } from '../model/format.ts'
import type { Ui } from './context.ts'
import { Icon } from './Icon.tsx'

/** Who answers, how to reach a person, and the way out. */
export function Header(ui: Ui) {
  const { widget, state, strings } = ui
  const [showsMenu, setShowsMenu] = useState(false)
  const more = useRef<HTMLButtonElement>(null)
  const { conversation, visitor, phase, call } = widget.visitor.getSnapshot()
  const by = conversation?.handling.by
  const isClosed = conversation?.state === 'closed'
  const inCall = state.call !== null
  return (
    <header class="header">
      <div class="who">
        <strong>{visitor?.brand.name ?? strings.panel}</strong>
        <span class="state" role="status">
          {phase === 'starting'
            ? strings.starting
            : describeState(strings, conversation, visitor?.brand ?? null)}
        </span>
      </div>
      <div
        class="more"
        onFocusOut={event => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setShowsMenu(false)
        }}
      >
        <button
          ref={more}
          type="button"
          class="round"
          aria-label={strings.more}
          title={strings.more}
          aria-haspopup="menu"
          aria-expanded={showsMenu}
          disabled={!conversation}
          // A press must not take the focus from the menu, which would close it before the click opens it again.
          onMouseDown={event => event.preventDefault()}
          onClick={() => {
            setShowsMenu(!showsMenu)
            void widget.loadMore()
          }}
        >
          <Icon name="more" />
        </button>
        {showsMenu && state.more && (
          <state.more.Menu
            {...ui}
            onClose={() => {
              setShowsMenu(false)
              more.current?.focus()
            }}
          />
        )}
      </div>
      <button
        type="button"
        class="round"
        aria-label={strings.close}
        title={strings.close}
        onClick={widget.close}
      >
        <Icon name="down" />
      </button>
      {!inCall && (
        <div class="actions">
          <button
            type="button"
            class="action"
            disabled={phase === 'starting' || isClosed || state.callLoading || call !== null}
            onPointerEnter={widget.readyCall}
            onFocus={widget.readyCall}
            onClick={() => void widget.startCall()}
          >
            <Icon name="phone" />
            <span>{strings.call}</span>
          </button>
          <button
            type="button"
            class="action"
            disabled={phase !== 'ready' || isClosed || by === 'queue' || by === 'agent'}
            onClick={() => void widget.act('conversation.requestPerson', {})}
          >
            <Icon name="person" />
            <span>{strings.person}</span>
          </button>
        </div>
      )}
    </header>
  )
}
