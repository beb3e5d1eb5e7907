import { useEffect, useRef } from 'preact/hooks'
import { stringsOf } from '../locale/language.ts'
import type { Widget } from '../model/widget.ts'
import { Icon } from './Icon.tsx'
import { Panel } from './Panel.tsx'
import { useSnapshot } from './use-snapshot.ts'

/** The launcher and, when open, the panel. */
export function App({ widget }: { widget: Widget }) {
  const state = useSnapshot(widget)
  const strings = stringsOf(state.locale)
  const launcher = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)

  useEffect(() => {
    if (wasOpen.current && !state.isOpen) launcher.current?.focus()
    wasOpen.current = state.isOpen
  }, [state.isOpen])

  const badge = state.unread > 0 ? strings.unread(state.unread) : null
  return (
    <div class="root" data-theme={state.theme} lang={state.locale}>
      {state.isOpen && <Panel widget={widget} state={state} strings={strings} />}
      {!state.isOpen && (
        <button
          ref={launcher}
          type="button"
          class="launcher"
          aria-expanded={false}
          aria-haspopup="dialog"
          aria-describedby={badge ? 'unread' : undefined}
          onClick={widget.open}
        >
          <Icon name="chat" />
          <span>{strings.launcher}</span>
          {badge && (
            <span class="badge" aria-hidden="true">
              {state.unread > 9 ? '9+' : state.unread}
            </span>
          )}
        </button>
      )}
      <span id="unread" class="hidden" role="status">
        {state.isOpen ? '' : badge}
      </span>
    </div>
  )
}
