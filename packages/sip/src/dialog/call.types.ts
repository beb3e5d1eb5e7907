import type { SipRequest, SipResponse, TransportAddress } from '../message/message.types.ts'
import type { SendFailure } from '../transport/request-sender.ts'

/** Names a call at its endpoint; chosen by the endpoint, unique while it runs. */
export type CallKey = string

/** A session description or whatever else a body holds. */
export type Content = {
  /** As the Content-Type header has it: `application/sdp`. */
  type: string
  body: Uint8Array
}

/** Why a call ended. */
export type CallEnd =
  /** A final failure answered our INVITE; `response` has the status and, for 3xx, the Contacts. */
  | { cause: 'refused'; response: SipResponse }
  /** Nobody answered our INVITE within the ring limit, or it was cancelled by us. */
  | { cause: 'cancelled' }
  /** The caller gave up; `request` may have a Reason. */
  | { cause: 'cancelledByPeer'; request: SipRequest }
  | { cause: 'hungUp' }
  | { cause: 'hungUpByPeer'; request: SipRequest }
  /** We refused the INVITE. */
  | { cause: 'rejected' }
  /** No place answered the INVITE. */
  | { cause: 'unreachable'; failure: SendFailure }
  /** The peer never acknowledged our 2xx. @source RFC 3261 §13.3.1.4 */
  | { cause: 'noAck' }
  /** The peer never acknowledged a reliable provisional answer. @source RFC 3262 §3 */
  | { cause: 'noPrack' }
  /** The session timer ran out, the invitation's own Expires did, or a request in the dialog was answered 408 or 481. @source RFC 4028 §10, RFC 3261 §12.2.1.2 */
  | { cause: 'expired' }
  /** Another call took its place. @source RFC 3891 §3 */
  | { cause: 'replaced'; by: CallKey }
  /** Both sides failed to agree: a required answer never came. */
  | { cause: 'noDescription' }

/** What a call tells its owner. */
export type CallEvent =
  /** An INVITE came. `offer` is undefined when the caller wants ours. */
  | {
      type: 'call.incoming'
      call: CallKey
      request: SipRequest
      from: TransportAddress
      offer: Content | undefined
      /** The call it asks to take the place of; that one ends once this is accepted. @source RFC 3891 */
      replaces: CallKey | undefined
    }
  /** A provisional answer to our INVITE; each fork has its own `dialog`. */
  | {
      type: 'call.progress'
      call: CallKey
      response: SipResponse
      /** The fork's To tag; undefined when the answer makes no dialog. */
      dialog: string | undefined
      reliable: boolean
      description: Content | undefined
      /** `offer`: answer it with `acknowledge`. */
      meaning: 'offer' | 'answer' | 'preview' | 'none'
    }
  /** Our INVITE was accepted. With `offer`, the answer is owed by `acknowledge`. */
  | {
      type: 'call.answered'
      call: CallKey
      response: SipResponse
      dialog: string
      description: Content | undefined
      meaning: 'offer' | 'answer' | 'none'
    }
  /** Our 2xx was acknowledged; `answer` when the offer was ours. */
  | { type: 'call.confirmed'; call: CallKey; answer: Content | undefined }
  /**
   * The peer offers anew by re-INVITE, UPDATE or PRACK: `answerOffer` or `refuseOffer`. Without `offer` it wants ours, given by
   * `answerOffer` too.
   */
  | { type: 'call.offer'; call: CallKey; method: string; request: SipRequest; offer: Content | undefined }
  /** The answer to our offer, in whichever message it came. */
  | { type: 'call.answer'; call: CallKey; method: string; answer: Content }
  /** Our new offer was refused, or withdrawn by a glare nobody could solve; what was agreed before holds. */
  | { type: 'call.offerRefused'; call: CallKey; status: number }
  /** The peer took its offer back (CANCEL of a re-INVITE); it needs no answer any more. */
  | { type: 'call.offerCancelled'; call: CallKey }
  /** Digits and the like. Answered already. @source RFC 6086, RFC 2976 */
  | { type: 'call.info'; call: CallKey; request: SipRequest }
  /** The peer asks to call somebody else: `acceptRefer` or `refuseRefer`. @source RFC 3515 */
  | {
      type: 'call.referred'
      call: CallKey
      refer: string
      /** The URI as written, perhaps with a `?Replaces=` header. */
      referTo: string
      referredBy: string | undefined
      request: SipRequest
    }
  /** How the call goes that we asked the peer to make. `final` ends the subscription. */
  | {
      type: 'call.referProgress'
      call: CallKey
      refer: string
      status: number
      reason: string
      final: boolean
    }
  | { type: 'call.ended'; call: CallKey; end: CallEnd }

/** What a request or an answer of the owner may add. */
export type MessageExtras = {
  /** Flat, as in a message: name, value, name, value. */
  headers?: readonly string[]
  description?: Content
}

/** A call to be made. */
export type InviteOptions = MessageExtras & {
  /** Whom to call: a sip, sips or tel URI. */
  to: string
  /** Ourselves, as From has it: `"Name" <sip:me@example.com>`; a tag is added. */
  from: string
  /** To as it shall be written; `<to>` where left out. */
  toHeader?: string
  /** Where to send it if not to the URI's host: an outbound proxy or trunk, as a URI. Becomes the first Route with `;lr`. */
  route?: string
  /** Routes before that one: a Service-Route. @source RFC 3608 */
  routes?: readonly string[]
  /** A connection or address to use without a look-up. */
  flow?: TransportAddress
  /** User part of the Contact. */
  contactUser?: string
  /** Names the credentials to be asked for; given to the credentials port. */
  account?: string
  /** Cancel after this long without an answer; 180 s where left out. */
  ringLimitMs?: number
  /** Seconds between refreshes to ask for; 0 for no session timer. @source RFC 4028 */
  sessionExpiresS?: number
  /** Ask the peer to answer reliably. @source RFC 3262 */
  reliable?: 'supported' | 'required' | 'off'
}

/** What a call may be told to do; each returns false when the call's state does not allow it. */
export type CallCommands = {
  invite(options: InviteOptions): CallKey
  /** Gives an unanswered call of ours up. */
  cancel(call: CallKey, reason?: string): boolean
  /** Answers an INVITE 101–199. `reliable` is honoured where the caller can do it. */
  progress(call: CallKey, status: number, extras?: MessageExtras & { reliable?: boolean }): boolean
  /** Answers an INVITE 200. */
  accept(call: CallKey, extras?: MessageExtras): boolean
  /** Answers an INVITE 300–699. */
  reject(call: CallKey, status: number, extras?: { headers?: readonly string[]; reason?: string }): boolean
  /** Gives the answer that an offer in a 2xx or a reliable provisional asks for; `dialog` names the fork. */
  acknowledge(call: CallKey, description: Content, dialog?: string): boolean
  /** Offers anew; waits for its turn when an exchange is under way, and tries again after a glare. */
  offer(call: CallKey, description: Content, method?: 'INVITE' | 'UPDATE'): boolean
  answerOffer(call: CallKey, description: Content): boolean
  /** Refuses an offer: 488 where left out. */
  refuseOffer(call: CallKey, status?: number): boolean
  /** Ends a call whatever its state: CANCEL, a failure, or BYE. */
  hangUp(call: CallKey, extras?: { headers?: readonly string[]; status?: number }): boolean
  /** Sends INFO with the content. */
  info(call: CallKey, content: Content): boolean
  /** Asks the peer to call somebody: undefined when there is no call to ask in. Progress comes as events. */
  refer(
    call: CallKey,
    options: { referTo: string; referredBy?: string; headers?: readonly string[] },
  ): string | undefined
  /** Answers REFER 202 and reports 100 Trying. */
  acceptRefer(call: CallKey, refer: string): boolean
  /** Reports how the asked-for call goes; a final status ends the subscription. */
  notifyRefer(call: CallKey, refer: string, status: number, reason?: string): boolean
  refuseRefer(call: CallKey, refer: string, status?: number): boolean
  /** The Replaces value that lets another party take this call over; undefined before it has a dialog. @source RFC 3891 §3 */
  replacesOf(call: CallKey): string | undefined
}
