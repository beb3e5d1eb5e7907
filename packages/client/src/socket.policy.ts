import type { SocketMethod } from '@guichet/contract'

/**
 * Whether a request may wait for the connection and be sent again after a cut: asking twice does what asking once
 * does. The others fail at once when offline, because by the time they arrived the user may want something else.
 */
export const repeatable: Readonly<Record<SocketMethod, boolean>> = {
  'chat.send': true,
  'chat.edit': true,
  'chat.delete': true,
  'chat.sync': true,
  'chat.typing': false,
  'chat.read': true,
  'conversation.get': true,
  'conversation.requestPerson': true,
  'conversation.end': true,
  'conversation.reopen': true,
  'conversation.rate': true,
  'conversation.open': true,
  'call.start': false,
  'call.prepare': false,
  'call.rejoin': false,
  'call.tone': false,
  'call.mute': true,
  'call.picture': true,
  'call.hangUp': true,
  'call.hold': false,
  'call.resume': false,
  'desk.snapshot': true,
  'presence.set': true,
  'queue.optIn': true,
  'offer.accept': false,
  'offer.decline': false,
  'assignment.complete': false,
  'assignment.finishWrapUp': true,
  'colleagues.watch': true,
  'supervision.watch': true,
}

/** First and longest wait before another attempt to connect. */
export const RETRY_FIRST_MS = 400
export const RETRY_LONGEST_MS = 15_000

/** Wait before attempt number `attempt` (from 1): doubling, capped, and spread over its upper half. */
export function retryDelayMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt - 1, 10))
  return Math.round(ceilingMs * (0.5 + random / 2))
}
