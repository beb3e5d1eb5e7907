import { formatSessionExpires, minSessionExpires, sessionExpires } from '../message/extensions.ts'
import type { SipRequest, SipResponse } from '../message/message.types.ts'
import { hasOptionTag } from '../message/typed.ts'
import { nextState } from '../transaction/machine.ts'
import type { CallContext, CallRecord } from './call.record.ts'
import { sessionTimerMachine } from './dialog.tables.ts'

/** What the session timer does when its time has come. */
export type SessionTimerActions = {
  /** Sends UPDATE, or a re-INVITE to peers that cannot do it. */
  refresh(call: CallRecord): void
  /** Nobody refreshed. */
  expire(call: CallRecord): void
}

type TimerEvent = 'refreshByUs' | 'refreshByPeer' | 'stop' | 'due' | 'expire'

function move(call: CallRecord, event: TimerEvent): boolean {
  const next = nextState(sessionTimerMachine, call.timer.state, event)
  if (next !== undefined) call.timer.state = next
  return next !== undefined
}

/** Stops the clock. */
export function stopSessionTimer({ runtime }: CallContext, call: CallRecord): void {
  move(call, 'stop')
  runtime.timers.cancel(call.timer.due)
  runtime.timers.cancel(call.timer.expiry)
  call.timer.due = call.timer.expiry = undefined
}

/** Starts the clock anew, after the INVITE and after each refresh. @source RFC 4028 §10 */
function start(
  context: CallContext,
  call: CallRecord,
  actions: SessionTimerActions,
  byUs: boolean,
  intervalS: number,
) {
  stopSessionTimer(context, call)
  const { timers } = context.runtime
  call.timer.intervalS = intervalS
  move(call, byUs ? 'refreshByUs' : 'refreshByPeer')
  if (byUs) {
    call.timer.due = timers.after(intervalS * 500, () => {
      if (move(call, 'due')) actions.refresh(call)
    })
  }
  // §10: BYE a little before the end, so that both sides see the same: the lesser of 32 s and a third
  const beforeS = byUs ? 0 : Math.min(32, intervalS / 3)
  call.timer.expiry = timers.after((intervalS - beforeS) * 1_000, () => {
    if (move(call, 'expire')) actions.expire(call)
  })
}

/** Session-Expires and Min-SE of a request of ours. @source RFC 4028 §7.1, §7.4 */
export function timerHeaders(call: CallRecord): string[] {
  const { intervalS, minimumS, state } = call.timer
  if (intervalS === 0) return []
  // Whoever refreshes is named in refreshes, so that the role stays where it is
  const refresher = state === 'refreshing' ? 'uac' : state === 'watching' ? 'uas' : undefined
  const value = formatSessionExpires({ seconds: intervalS, ...(refresher && { refresher }) })
  return ['Session-Expires', value, ...(minimumS > 90 ? ['Min-SE', String(minimumS)] : [])]
}

/** The Min-SE of a 422 that a request deserves, undefined when its interval will do. @source RFC 4028 §9 */
export function tooBrief(context: CallContext, request: SipRequest): number | undefined {
  const asked = sessionExpires(request)?.seconds
  const minimum = context.settings.minSessionExpiresS
  // A proxy may have put the interval in for a caller that could not make sense of 422
  return asked !== undefined && asked < minimum && hasOptionTag(request, 'Supported', 'timer')
    ? minimum
    : undefined
}

/** Agrees on the timer as the one who answers; returns the headers of the 2xx. @source RFC 4028 §9 */
export function agreeAsServer(
  context: CallContext,
  call: CallRecord,
  request: SipRequest,
  actions: SessionTimerActions,
): string[] {
  const supported = hasOptionTag(request, 'Supported', 'timer')
  const asked = sessionExpires(request)
  const ours = context.settings.sessionExpiresS
  if (asked === undefined && ours === 0) {
    stopSessionTimer(context, call)
    return []
  }
  const floor = Math.max(minSessionExpires(request), context.settings.minSessionExpiresS)
  const wanted = Math.min(asked?.seconds ?? ours, ours === 0 ? Number.MAX_SAFE_INTEGER : ours)
  const seconds = Math.max(wanted, floor)
  // Table 2: a caller without the extension cannot refresh; one with it does what it asked, else does it itself
  const refresher = supported ? (asked?.refresher ?? 'uac') : 'uas'
  start(context, call, actions, refresher === 'uas', seconds)
  const headers = ['Session-Expires', formatSessionExpires({ seconds, refresher })]
  return refresher === 'uac' ? ['Require', 'timer', ...headers] : headers
}

/** Takes what the 2xx of a request of ours says. @source RFC 4028 §7.2 */
export function agreeAsClient(
  context: CallContext,
  call: CallRecord,
  response: SipResponse,
  actions: SessionTimerActions,
): void {
  const agreed = sessionExpires(response)
  if (agreed === undefined) stopSessionTimer(context, call)
  else start(context, call, actions, agreed.refresher !== 'uas', Math.max(agreed.seconds, 90))
}

/** Takes a 422: the interval to try again with. @source RFC 4028 §7.3 */
export function takeMinimum(call: CallRecord, response: SipResponse): void {
  const minimum = minSessionExpires(response)
  call.timer.minimumS = Math.max(call.timer.minimumS, minimum)
  call.timer.intervalS = Math.max(call.timer.intervalS, minimum)
}
