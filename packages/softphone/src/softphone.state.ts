/**
 * What the browser's side of a leg is doing, as a table. The server's own table of a leg is in the domain; this one
 * is finer, because a screen says more: a microphone being asked for, a rejoin under way.
 */
export const softphoneTable = {
  idle: { prepare: 'preparing', standBy: 'standingBy', end: 'ended' },
  standingBy: { prepare: 'preparing', connect: 'connecting', fail: 'idle', end: 'ended' },
  preparing: { ready: 'prepared', end: 'ended', fail: 'idle' },
  prepared: { connect: 'connecting', end: 'ended' },
  connecting: { flow: 'connected', rejoin: 'reconnecting', end: 'ended' },
  connected: { flow: 'connected', rejoin: 'reconnecting', end: 'ended' },
  reconnecting: { flow: 'connected', rejoin: 'reconnecting', end: 'ended' },
  ended: { flow: 'ended', rejoin: 'ended', end: 'ended', fail: 'ended', ready: 'ended' },
} as const

export type SoftphoneState = keyof typeof softphoneTable
export type SoftphoneEvent = 'standBy' | 'prepare' | 'ready' | 'fail' | 'connect' | 'flow' | 'rejoin' | 'end'

/** The state that follows. @throws Error when the table does not list the event: a bug of ours. */
export function nextSoftphoneState(state: SoftphoneState, event: SoftphoneEvent): SoftphoneState {
  const row: { readonly [E in SoftphoneEvent]?: SoftphoneState } = softphoneTable[state]
  const next = row[event]
  if (!next) throw new Error(`softphone in state "${state}" does not accept "${event}"`)
  return next
}
