import { describeState } from '../model/format.ts'
import type { Ui } from './context.ts'
import { Icon } from './Icon.tsx'

/** Who answers, how to reach a person, and the way out. */
export function Header({ widget, state, strings }: Ui) {
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
            onClick={() => void widget.startCall()}
          >
            <Icon name="phone" />
            <span>{strings.call}</span>
          </button>
          <button
            type="button"
            class="action"
            disabled={phase !== 'ready' || isClosed || by === 'queue' || by === 'agent'}
            onClick={() => void widget.requestPerson()}
          >
            <Icon name="person" />
            <span>{strings.person}</span>
          </button>
        </div>
      )}
    </header>
  )
}
