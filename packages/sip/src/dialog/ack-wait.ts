import type { SipResponse } from '../message/message.types.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Timer } from '../transaction/timers.ts'
import type { AckWait, CallContext } from './call.record.ts'
import type { Content } from './call.types.ts'

/**
 * Repeats a 2xx, whatever the transport, until its ACK comes or 64*T1 are over.
 * @source RFC 3261 §13.3.1.4
 */
export function waitForAck(
  { runtime, transactions }: CallContext,
  transaction: ServerTransaction,
  response: SipResponse,
  sequence: number,
  then: { acknowledged(answer: Content | undefined): void; expired(): void },
): AckWait {
  const { t1Ms, t2Ms } = runtime.timerSettings
  let intervalMs = t1Ms
  let repetition: Timer
  const repeat = () => {
    transactions.respond(transaction, response)
    intervalMs = Math.min(intervalMs * 2, t2Ms)
    repetition = runtime.timers.after(intervalMs, repeat)
  }
  // The limit comes first: at 64*T1 the transaction that repeats is about to end as well
  const limit = runtime.timers.after(64 * t1Ms, () => {
    runtime.timers.cancel(repetition)
    then.expired()
  })
  repetition = runtime.timers.after(intervalMs, repeat)
  return {
    sequence,
    stop() {
      runtime.timers.cancel(repetition)
      runtime.timers.cancel(limit)
    },
    acknowledged: then.acknowledged,
  }
}
