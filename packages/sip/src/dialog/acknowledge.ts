import { rseq } from '../message/extensions.ts'
import type { SipResponse } from '../message/message.types.ts'
import { hasOptionTag } from '../message/typed.ts'
import type { CallContext, CallRecord, Fork } from './call.record.ts'
import type { Content } from './call.types.ts'
import { requestInDialog } from './dialog.ts'

/** Acknowledges a 2xx and keeps the ACK, to be repeated with each repetition of the 2xx. @source RFC 3261 §13.2.2.4 */
export function sendAck(
  context: CallContext,
  fork: Fork,
  sequence: number,
  headers: readonly string[],
  description: Content | undefined,
): void {
  fork.ackOwed = undefined
  const outgoing = requestInDialog(fork.dialog, 'ACK', { sequence, headers, ...bodyOf(description) })
  context.sender.sendAlone(outgoing, repeat => {
    fork.repeatAck = repeat
  })
}

/** What a content adds to a request. */
export function bodyOf(content: Content | undefined): { body?: Uint8Array; contentType?: string } {
  return content === undefined ? {} : { body: content.body, contentType: content.type }
}

/**
 * Whether a provisional answer is the next reliable one: `stale` for repetitions and those out of order, which are dropped.
 * @source RFC 3262 §4
 */
export function takeReliable(fork: Fork, response: SipResponse): 'reliable' | 'unreliable' | 'stale' {
  const number = rseq(response)
  if (response.status === 100 || number === undefined || !hasOptionTag(response, 'Require', '100rel')) {
    return 'unreliable'
  }
  if (fork.receivedRSeq !== undefined && number !== fork.receivedRSeq + 1) return 'stale'
  fork.receivedRSeq = number
  return 'reliable'
}

/** Acknowledges a reliable provisional answer. @source RFC 3262 §4, §7.2 */
export function sendPrack(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  acknowledged: { rseq: number; sequence: number },
  description: Content | undefined,
  answered: (response: SipResponse) => void,
): void {
  fork.prackOwed = undefined
  const outgoing = requestInDialog(fork.dialog, 'PRACK', {
    headers: ['RAck', `${acknowledged.rseq} ${acknowledged.sequence} INVITE`],
    ...bodyOf(description),
  })
  const identity = { account: call.account, nextSequence: () => ++fork.dialog.localSequence }
  context.authenticated.send(outgoing, identity, {
    response: incoming => {
      if (incoming.message.status >= 200) answered(incoming.message)
    },
    // The peer repeats its answer until a PRACK arrives, or gives the call up: nothing is left for us to do
    failed() {},
  })
}
