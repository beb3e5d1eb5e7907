import type { ActiveCall, ActiveCallSnapshot } from '@guichet/softphone'
import { adviceFor, browserKind, type CallScreen } from './call.view.ts'
import type { CallWords } from './call.words.en.ts'

/** After a call, or instead of one: what to do now. */
export function CallFailed(props: {
  screen: CallScreen
  snapshot: ActiveCallSnapshot
  active: ActiveCall
  words: CallWords
  onDismiss: () => void
  onAgain: () => void
}) {
  const { screen, snapshot, active, words } = props
  const code = snapshot.phone.problem?.code
  const canRetry = screen.kind === 'failed' && snapshot.phone.state === 'idle'
  const advice =
    screen.kind === 'failed' && code ? adviceFor(code, browserKind(navigator.userAgent), words) : ''
  return (
    <div class="after">
      {advice && <p class="call-hint">{advice}</p>}
      {canRetry && (
        <>
          <button type="button" class="primary" onClick={() => void active.start().catch(() => undefined)}>
            {words.tryAgain}
          </button>
          <button
            type="button"
            class="action"
            onClick={() => void active.start({ listenOnly: true }).catch(() => undefined)}
          >
            {words.listenInstead}
          </button>
        </>
      )}
      <button type="button" class={canRetry ? 'link' : 'primary'} onClick={props.onDismiss}>
        {words.backToChat}
      </button>
      {!canRetry && (
        <button type="button" class="link" onClick={props.onAgain}>
          {words.callAgain}
        </button>
      )}
    </div>
  )
}
