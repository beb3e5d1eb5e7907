import type { TransportAddress } from '../message/message.types.ts'
import type { RandomSource } from './branch.ts'
import type { TimerQueue, TimerSettings } from './timers.ts'

/** What every part of an endpoint is given: time, timers, chance, and the way out. */
export type Runtime = {
  /** Milliseconds; the clock that was passed in. */
  now(): number
  timers: TimerQueue
  random: RandomSource
  timerSettings: TimerSettings
  /** `transactionKey` names who is to be told when the bytes could not be sent. */
  transmit(data: Uint8Array, to: TransportAddress, transactionKey?: string): void
}

/** Whether the transport repeats for us. @source RFC 3261 §17 */
export function isReliable(address: TransportAddress): boolean {
  return address.protocol !== 'udp'
}
