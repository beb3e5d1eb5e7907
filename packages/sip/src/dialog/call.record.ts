import { contentType } from '../message/extensions.ts'
import { getHeader } from '../message/headers.ts'
import type {
  SipMessage,
  SipRequest,
  SipResponse,
  TransportAddress,
  TransportProtocol,
} from '../message/message.types.ts'
import { createResponse, reasonPhrase } from '../message/response.ts'
import { nextState } from '../transaction/machine.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { Timer } from '../transaction/timers.ts'
import type { TransactionLayer } from '../transaction/transaction.layer.ts'
import type { RequestSender, SentRequest } from '../transport/request-sender.ts'
import type { AuthenticatedSender } from './authenticated-sender.ts'
import type { CallEnd, CallEvent, CallKey, Content } from './call.types.ts'
import {
  type Carrier,
  type incomingCallMachine,
  type Meaning,
  meaningOfDescription,
  type OfferAnswerState,
  offerAnswerMachine,
  type outgoingCallMachine,
  type referSubscriptionMachine,
  type sessionTimerMachine,
} from './dialog.tables.ts'
import type { Dialog } from './dialog.ts'

/** One dialog of a call with the exchange of descriptions in it; an INVITE that forks makes several. */
export type Fork = {
  readonly key: string
  readonly dialog: Dialog
  exchange: OfferAnswerState
  /** RSeq of the last reliable provisional answer received. */
  receivedRSeq: number | undefined
  /** A reliable provisional answer that waits for our answer to its offer. */
  prackOwed: { rseq: number; sequence: number } | undefined
  /** A 2xx that waits for our answer to its offer. */
  ackOwed: { sequence: number; headers: readonly string[] } | undefined
  repeatAck: (() => void) | undefined
}

/** A request within the call that its owner has yet to answer. */
export type OwedAnswer = {
  transaction: ServerTransaction
  request: SipRequest
  hasOffer: boolean
}

/** A 2xx that is repeated until its ACK comes. */
export type AckWait = { sequence: number; stop(): void; acknowledged(answer: Content | undefined): void }

/** A subscription made by REFER. */
export type ReferRecord = {
  readonly key: string
  state: keyof (typeof referSubscriptionMachine)['table']
  /** Who sent the REFER. */
  readonly ours: boolean
  /** CSeq number of the REFER: the id of its Event. @source RFC 3515 §2.4.6 */
  sequence: number
  /** The REFER of a peer until it is answered. */
  transaction: ServerTransaction | undefined
  expiry: Timer | undefined
}

/** Everything kept of a call. */
export type CallRecord = {
  readonly key: CallKey
  readonly direction: 'outgoing' | 'incoming'
  state: keyof (typeof outgoingCallMachine)['table'] | keyof (typeof incomingCallMachine)['table']
  readonly account: string | undefined
  readonly contact: (protocol: TransportProtocol) => string
  readonly forks: Map<string, Fork>
  /** The dialog the call is in; for a call of ours from its first 2xx on. */
  main: Fork | undefined
  invite: SentRequest | undefined
  ringLimit: Timer | undefined
  /** The INVITE we were sent, until its final answer. */
  received: ReceivedInvite | undefined
  ackWait: AckWait | undefined
  peerAllowsUpdate: boolean
  peerSupportsTimer: boolean
  /** What we described last: a refresh by re-INVITE repeats it. */
  localDescription: Content | undefined
  reoffer: {
    sent: SentRequest | undefined
    method: 'INVITE' | 'UPDATE'
    description: Content | undefined
    waiting: { description: Content; method: 'INVITE' | 'UPDATE' | undefined } | undefined
    retry: Timer | undefined
    glares: number
    owed: OwedAnswer | undefined
  }
  timer: {
    state: keyof (typeof sessionTimerMachine)['table']
    intervalS: number
    minimumS: number
    due: Timer | undefined
    expiry: Timer | undefined
  }
  readonly refers: Map<string, ReferRecord>
  replaces: CallRecord | undefined
}

/** The INVITE we were sent, while it is unanswered. */
export type ReceivedInvite = {
  transaction: ServerTransaction
  request: SipRequest
  supports100rel: boolean
  requires100rel: boolean
  rseq: number
  /** The reliable provisional answer that waits for its PRACK. */
  unacknowledged: { rseq: number; repetition: Timer | undefined; limit: Timer | undefined } | undefined
  /** What has to wait for that PRACK. */
  queued: (() => void)[]
  /** Repeats the last provisional answer so that no proxy gives up. @source RFC 3261 §13.3.1.1 */
  keepAlive: Timer | undefined
}

/** What all parts of the call layer share. */
export type CallContext = {
  runtime: Runtime
  transactions: TransactionLayer
  sender: RequestSender
  authenticated: AuthenticatedSender
  settings: CallSettings
  calls: Map<CallKey, CallRecord>
  /** By `dialogKey`. */
  dialogs: Map<string, { call: CallRecord; fork: Fork }>
  emit(event: CallEvent): void
  contactFor(user: string | undefined): (protocol: TransportProtocol) => string
  /** Whether a caller on UDP is to be answered where it sent from. */
  followsSource(invite: SipRequest, from: TransportAddress): boolean
  nextKey(): string
  end(call: CallRecord, end: CallEnd): void
  /** Sends BYE in a fork, whether its call is still known or not. */
  sendBye(call: CallRecord, fork: Fork, headers?: readonly string[]): void
}

/** Settings of the call layer. */
export type CallSettings = {
  /** Allow of our messages. */
  allow: readonly string[]
  /** Supported of our messages. */
  supported: readonly string[]
  /** Seconds between refreshes we ask for; 0 for no session timer. */
  sessionExpiresS: number
  /** Min-SE; at least 90. @source RFC 4028 §5 */
  minSessionExpiresS: number
  ringLimitMs: number
}

/** A fork whose dialog is registered. */
export function addFork(
  context: CallContext,
  call: CallRecord,
  dialog: Dialog,
  exchange: OfferAnswerState,
): Fork {
  const key = `${dialog.callId}|${dialog.localTag}|${dialog.remoteTag}`
  const fork: Fork = {
    key,
    dialog,
    exchange,
    receivedRSeq: undefined,
    prackOwed: undefined,
    ackOwed: undefined,
    repeatAck: undefined,
  }
  call.forks.set(dialog.remoteTag, fork)
  context.dialogs.set(key, { call, fork })
  return fork
}

/** Moves the exchange of descriptions; false when it does not take the event. */
export function moveExchange(
  fork: Fork,
  event: 'sendOffer' | 'receiveOffer' | 'sendAnswer' | 'receiveAnswer' | 'refuse',
): boolean {
  const next = nextState(offerAnswerMachine, fork.exchange, event)
  if (next !== undefined) fork.exchange = next
  return next !== undefined
}

/** The session description in a message; other bodies are none of it. The bytes are a copy. */
export function descriptionOf(message: SipMessage): Content | undefined {
  if (message.body.length === 0) return undefined
  const mediaType = contentType(message)?.mediaType
  if (mediaType !== 'application/sdp') return undefined
  return { type: getHeader(message, 'Content-Type') ?? mediaType, body: message.body.slice() }
}

/** Reads what a received description means, and moves the exchange accordingly. */
export function takeDescription(
  fork: Fork,
  description: Content | undefined,
  carrier: Carrier,
): Meaning | 'none' {
  if (description === undefined) return 'none'
  const meaning = meaningOfDescription[fork.exchange][carrier]
  if (meaning === 'offer') moveExchange(fork, 'receiveOffer')
  else if (meaning === 'answer') moveExchange(fork, 'receiveAnswer')
  return meaning
}

/** Answers a request of the call. */
export function answer(
  context: CallContext,
  call: CallRecord,
  to: { transaction: ServerTransaction; request: SipRequest },
  status: number,
  extras: {
    headers?: readonly string[]
    content?: Content | undefined
    contact?: boolean
    reason?: string
  } = {},
): SipResponse {
  const tag = call.main?.dialog.localTag
  const response = createResponse(to.request, status, extras.reason ?? reasonPhrase(status), tag)
  const { headers } = response
  if (extras.contact === true) {
    headers.push('Contact', call.contact(to.transaction.responseTo.protocol))
    headers.push(
      'Allow',
      context.settings.allow.join(', '),
      'Supported',
      context.settings.supported.join(', '),
    )
  }
  if (extras.headers !== undefined) headers.push(...extras.headers)
  if (extras.content !== undefined) {
    headers.push('Content-Type', extras.content.type)
    response.body = extras.content.body
  }
  context.transactions.respond(to.transaction, response)
  return response
}

/** A Retry-After of 0 to 10 s, as a request that came too early is told. @source RFC 3261 §14.2, RFC 3311 §5.2 */
export function retrySoon(context: CallContext): string[] {
  return ['Retry-After', String(context.runtime.random.below(11))]
}
