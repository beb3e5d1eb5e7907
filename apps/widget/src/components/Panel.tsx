import { useEffect, useRef } from 'preact/hooks'
import { explainProblem } from '../locale/language.ts'
import { Chat } from './Chat.tsx'
import type { Ui } from './context.ts'
import { Header } from './Header.tsx'

/** The conversation: header, call if there is one, and chat. */
export function Panel(ui: Ui) {
  const { widget, state, strings } = ui
  const panel = useRef<HTMLDivElement>(null)
  const known = widget.visitor.getSnapshot()

  useEffect(() => {
    if (state.takesFocus) panel.current?.focus()
  }, [])

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    event.preventDefault()
    widget.close()
  }

  const { call } = state
  const problem = state.problem ?? (known.phase === 'failed' ? known.problem : null)
  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-label={known.visitor?.brand.name ?? strings.panel}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Header {...ui} />
      {problem && (
        <div class="bar problem" role="alert">
          <span>{explainProblem(strings, problem.code)}</span>
          <button
            type="button"
            class="link"
            onClick={() => {
              widget.dismissProblem()
              if (known.phase === 'failed') void widget.visitor.start()
            }}
          >
            {known.phase === 'failed' ? strings.retry : strings.close}
          </button>
        </div>
      )}
      {known.phase === 'ready' && known.link === 'reconnecting' && (
        <div class="bar" role="status">
          {strings.reconnecting}
        </div>
      )}
      {known.call && !call && (
        <div class="bar" role="status">
          <span>{widget.heldHere(known.call.id) ? strings.stillOn : strings.otherTab}</span>
          <button type="button" class="link" onClick={() => void widget.startCall(true)}>
            {strings.takeCall}
          </button>
        </div>
      )}
      {call && (
        <call.code.CallView
          active={call.active}
          devices={call.code.devices()}
          locale={state.locale}
          selfRawId={known.visitor?.visitor.rawId ?? ''}
          isShown={state.showsCall}
          unread={state.unread}
          onShow={widget.showCall}
          onDismiss={widget.dismissCall}
          onAgain={() => void widget.startCall()}
        />
      )}
      <Chat {...ui} isHidden={call !== null && state.showsCall} />
    </div>
  )
}
