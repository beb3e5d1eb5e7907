import { rack } from '../message/extensions.ts'
import { getHeaderList } from '../message/headers.ts'
import type { SipRequest, TransportAddress } from '../message/message.types.ts'
import { createResponse, reasonPhrase } from '../message/response.ts'
import { cseq, expires, hasOptionTag } from '../message/typed.ts'
import type { IncomingRequest } from '../transaction/incoming.ts'
import { nextState } from '../transaction/machine.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { waitForAck } from './ack-wait.ts'
import {
  addFork,
  answer,
  type CallContext,
  type CallRecord,
  descriptionOf,
  type Fork,
  moveExchange,
  type ReceivedInvite,
  takeDescription,
} from './call.record.ts'
import type { Content, MessageExtras } from './call.types.ts'
import { incomingCallMachine } from './dialog.tables.ts'
import { dialogOfRequest, moveDialog } from './dialog.ts'
import { learn } from './outgoing-call.ts'
import { offerNext } from './reoffer.ts'
import { agreeAsServer, type SessionTimerActions } from './session-timer.ts'

type IncomingEvent =
  | 'provisional'
  | 'accept'
  | 'reject'
  | 'cancel'
  | 'bye'
  | 'ack'
  | 'noAck'
  | 'hangup'
  | 'fail'

/** Moves a call we were asked to take; false when its state does not take the event. */
export function moveIncoming(call: CallRecord, event: IncomingEvent): boolean {
  if (call.direction !== 'incoming') return false
  const next = nextState(
    incomingCallMachine,
    call.state as keyof (typeof incomingCallMachine)['table'],
    event,
  )
  if (next !== undefined) call.state = next
  return next !== undefined
}

/** Every minute, so that no proxy on the way gives up. @source RFC 3261 §13.3.1.1 */
const keepAliveMs = 60_000

/** Takes an INVITE that begins a call. */
export function startIncomingCall(
  context: CallContext,
  call: CallRecord,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
  from: TransportAddress,
): void {
  const request = incoming.message
  const flow = from.protocol === 'udp' && !context.followsSource(request, from) ? undefined : from
  const dialog = dialogOfRequest(incoming, context.runtime.random.token(12), flow, call.contact)
  const fork = addFork(context, call, dialog, 'none')
  const offer = descriptionOf(request)
  takeDescription(fork, offer, 'invite')
  learn(call, request)
  call.main = fork
  call.received = {
    transaction,
    request,
    supports100rel:
      hasOptionTag(request, 'Supported', '100rel') || hasOptionTag(request, 'Require', '100rel'),
    requires100rel: hasOptionTag(request, 'Require', '100rel'),
    // RFC 3262 §3: chosen from 1 to 2^31 - 1
    rseq: 1 + context.runtime.random.below(2 ** 30),
    unacknowledged: undefined,
    queued: [],
    keepAlive: undefined,
  }
  transaction.user = {
    cancelled: cancel => {
      if (!moveIncoming(call, 'cancel')) return
      finalFailure(context, call, 487)
      context.end(call, { cause: 'cancelledByPeer', request: cancel })
    },
  }
  // §13.3.1: an invitation that has expired is not answered any more
  const expiresS = expires(request)
  if (expiresS !== undefined && expiresS > 0) {
    call.ringLimit = context.runtime.timers.after(expiresS * 1_000, () => {
      if (!moveIncoming(call, 'cancel')) return
      finalFailure(context, call, 487)
      context.end(call, { cause: 'expired' })
    })
  }
  context.emit({
    type: 'call.incoming',
    call: call.key,
    request,
    from,
    offer,
    replaces: call.replaces?.key,
  })
}

/** Answers the INVITE with a failure, without telling anybody. */
export function finalFailure(
  context: CallContext,
  call: CallRecord,
  status: number,
  headers: readonly string[] = [],
  reason?: string,
): void {
  const { received } = call
  if (received === undefined) return
  stopReliable(context, received)
  call.received = undefined
  answer(context, call, received, status, { headers, ...(reason !== undefined && { reason }) })
}

function stopReliable({ runtime }: CallContext, received: ReceivedInvite): void {
  runtime.timers.cancel(received.unacknowledged?.repetition)
  runtime.timers.cancel(received.unacknowledged?.limit)
  runtime.timers.cancel(received.keepAlive)
  received.unacknowledged = undefined
  received.queued = []
}

/** Record-Route of the request goes into every answer that makes a dialog. @source RFC 3261 §12.1.1 */
function recordRoutes(request: SipRequest): string[] {
  return getHeaderList(request, 'Record-Route').flatMap(route => ['Record-Route', route])
}

/** Answers 101–199, reliably where that is wanted and possible. @source RFC 3261 §13.3.1.1, RFC 3262 §3 */
export function progressCall(
  context: CallContext,
  call: CallRecord,
  status: number,
  extras: MessageExtras & { reliable?: boolean },
): boolean {
  const { received, main } = call
  if (received === undefined || main === undefined || status <= 100 || status >= 200) return false
  if (call.state !== 'received') return false
  // A caller that requires reliable answers gets no others
  const reliable = received.requires100rel || (extras.reliable === true && received.supports100rel)
  if (reliable && received.unacknowledged !== undefined) {
    received.queued.push(() => progressCall(context, call, status, extras))
    return true
  }
  const headers = [...recordRoutes(received.request), ...(extras.headers ?? [])]
  const content = extras.description
  if (!reliable) {
    const response = answer(context, call, received, status, { headers, content, contact: true })
    context.runtime.timers.cancel(received.keepAlive)
    const repeat = () => {
      context.transactions.respond(received.transaction, response)
      received.keepAlive = context.runtime.timers.after(keepAliveMs, repeat)
    }
    received.keepAlive = context.runtime.timers.after(keepAliveMs, repeat)
    return true
  }
  if (content !== undefined) describe(call, main, content)
  received.rseq++
  headers.push('Require', '100rel', 'RSeq', String(received.rseq))
  const response = answer(context, call, received, status, { headers, content, contact: true })
  const { timers, timerSettings } = context.runtime
  let intervalMs = timerSettings.t1Ms
  const waiting: NonNullable<ReceivedInvite['unacknowledged']> = {
    rseq: received.rseq,
    repetition: undefined,
    limit: undefined,
  }
  const repeat = () => {
    context.transactions.respond(received.transaction, response)
    intervalMs *= 2
    waiting.repetition = timers.after(intervalMs, repeat)
  }
  waiting.repetition = timers.after(intervalMs, repeat)
  // §3: without a PRACK after 64*T1 the INVITE is refused with a 5xx
  waiting.limit = timers.after(64 * timerSettings.t1Ms, () => {
    if (!moveIncoming(call, 'reject')) return
    finalFailure(context, call, 504)
    context.end(call, { cause: 'noPrack' })
  })
  received.unacknowledged = waiting
  return true
}

/** Our description is the answer to an offer, or the offer when there was none. */
function describe(call: CallRecord, fork: Fork, description: Content): void {
  call.localDescription = description
  if (!moveExchange(fork, 'sendAnswer')) moveExchange(fork, 'sendOffer')
}

/** Takes a PRACK; what it acknowledges is repeated no longer. @source RFC 3262 §3 */
export function receivePrack(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
): void {
  const to = { transaction, request: incoming.message }
  const waiting = call.received?.unacknowledged
  const acknowledged = rack(incoming.message)
  if (waiting === undefined || acknowledged?.rseq !== waiting.rseq || acknowledged.method !== 'INVITE') {
    answer(context, call, to, 481)
    return
  }
  context.runtime.timers.cancel(waiting.repetition)
  context.runtime.timers.cancel(waiting.limit)
  const received = call.received as ReceivedInvite
  received.unacknowledged = undefined
  const description = descriptionOf(incoming.message)
  const meaning = takeDescription(fork, description, 'prack')
  if (meaning === 'offer') {
    call.reoffer.owed = { ...to, hasOffer: true }
    context.emit({
      type: 'call.offer',
      call: call.key,
      method: 'PRACK',
      request: to.request,
      offer: description,
    })
  } else {
    answer(context, call, to, 200)
    if (meaning === 'answer' && description !== undefined) {
      context.emit({ type: 'call.answer', call: call.key, method: 'PRACK', answer: description })
    }
  }
  const queued = received.queued
  received.queued = []
  for (const next of queued) next()
}

/** Answers 200 and repeats it until the ACK. @source RFC 3261 §13.3.1.4 */
export function acceptCall(
  context: CallContext,
  call: CallRecord,
  extras: MessageExtras,
  timerActions: SessionTimerActions,
): boolean {
  const { received, main } = call
  if (received === undefined || main === undefined || call.state !== 'received') return false
  const content = extras.description
  // Offer or answer: one of them the 2xx has to hold, unless all was said in reliable answers before
  if (content === undefined && main.exchange !== 'agreed') return false
  if (received.unacknowledged !== undefined) {
    // RFC 3262 §3: no 2xx before the PRACK
    received.queued.push(() => acceptCall(context, call, extras, timerActions))
    return true
  }
  moveIncoming(call, 'accept')
  context.runtime.timers.cancel(call.ringLimit)
  stopReliable(context, received)
  call.received = undefined
  if (content !== undefined) {
    if (main.exchange === 'agreed') call.localDescription = content
    else describe(call, main, content)
  }
  const headers = [
    ...recordRoutes(received.request),
    ...agreeAsServer(context, call, received.request, timerActions),
    ...(extras.headers ?? []),
  ]
  const sequence = cseq(received.request)?.sequence ?? 0
  const response = answer(context, call, received, 200, { headers, content, contact: true })
  moveDialog(main.dialog, 'confirm')
  call.ackWait = waitForAck(context, received.transaction, response, sequence, {
    acknowledged(description) {
      acknowledged(context, call, main, description)
      offerNext(context, call, timerActions)
    },
    expired() {
      call.ackWait = undefined
      if (!moveIncoming(call, 'noAck')) return
      context.sendBye(call, main)
      context.end(call, { cause: 'noAck' })
    },
  })
  const { replaces } = call
  if (replaces !== undefined && context.calls.has(replaces.key)) {
    // RFC 3891 §3: the call that was replaced ends with BYE once the new one is accepted
    call.replaces = undefined
    if (replaces.main !== undefined) context.sendBye(replaces, replaces.main)
    context.end(replaces, { cause: 'replaced', by: call.key })
  }
  return true
}

function acknowledged(
  context: CallContext,
  call: CallRecord,
  main: Fork,
  description: Content | undefined,
): void {
  const before = call.state
  if (!moveIncoming(call, 'ack')) return
  if (before === 'releasing') {
    context.sendBye(call, main)
    context.end(call, { cause: 'hungUp' })
    return
  }
  const meaning = takeDescription(main, description, 'ack')
  if (main.exchange === 'firstOfferSent') {
    // RFC 3261 §13.2.1: the answer to an offer in a 2xx has to be in its ACK
    context.sendBye(call, main)
    moveIncoming(call, 'fail')
    context.end(call, { cause: 'noDescription' })
    return
  }
  context.emit({
    type: 'call.confirmed',
    call: call.key,
    answer: meaning === 'answer' ? description : undefined,
  })
}

/** Refuses what cannot become a call; the transaction alone lives on. */
export function refuseInvite(
  context: CallContext,
  transaction: ServerTransaction,
  request: SipRequest,
  status: number,
  headers: readonly string[] = [],
): void {
  const response = createResponse(request, status, reasonPhrase(status), context.runtime.random.token(12))
  response.headers.push(...headers)
  context.transactions.respond(transaction, response)
}
