import type { SipMessage, SipRequest, SipResponse } from '../message/message.types.ts'
import type { NameAddress } from '../message/name-address.ts'
import { callId, cseq, fromAddress, toAddress, topVia } from '../message/typed.ts'
import type { Via } from '../message/via.ts'

/** A received message with the headers that every layer asks for, read once. */
export type Incoming<M extends SipMessage> = {
  message: M
  via: Readonly<Via>
  from: Readonly<NameAddress>
  fromTag: string | undefined
  to: Readonly<NameAddress>
  toTag: string | undefined
  callId: string
  cseq: number
  /** The method of CSeq. */
  method: string
}

export type IncomingRequest = Incoming<SipRequest>
export type IncomingResponse = Incoming<SipResponse>

/** Undefined when a header without which nothing can be answered or matched is missing or malformed. @source RFC 3261 §8.1.1 */
export function readIncoming<M extends SipMessage>(message: M): Incoming<M> | undefined {
  const via = topVia(message)
  const from = fromAddress(message)
  const to = toAddress(message)
  const sequence = cseq(message)
  const id = callId(message)
  if (!via || !from || !to || !sequence || id === '') return undefined
  return {
    message,
    via,
    from,
    fromTag: from.params.get('tag'),
    to,
    toTag: to.params.get('tag'),
    callId: id,
    cseq: sequence.sequence,
    method: sequence.method,
  }
}
