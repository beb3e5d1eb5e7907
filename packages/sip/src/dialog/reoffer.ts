import type { SipRequest, SipResponse } from '../message/message.types.ts'
import { cseq } from '../message/typed.ts'
import type { IncomingRequest, IncomingResponse } from '../transaction/incoming.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { SendFailure } from '../transport/request-sender.ts'
import { waitForAck } from './ack-wait.ts'
import { bodyOf, sendAck } from './acknowledge.ts'
import {
  answer,
  type CallContext,
  type CallRecord,
  descriptionOf,
  type Fork,
  moveExchange,
  retrySoon,
  takeDescription,
} from './call.record.ts'
import type { Content } from './call.types.ts'
import { meaningOfDescription } from './dialog.tables.ts'
import { refreshTarget, requestInDialog } from './dialog.ts'
import { learn } from './outgoing-call.ts'
import {
  agreeAsClient,
  agreeAsServer,
  type SessionTimerActions,
  takeMinimum,
  timerHeaders,
  tooBrief,
} from './session-timer.ts'

/** How often two offers may meet before the exchange is given up. */
const mostGlares = 8

/** Whether a new offer has to wait for something that is under way. @source RFC 3261 §14.1, RFC 3311 §5.1 */
function isBusy(call: CallRecord, main: Fork): boolean {
  const { reoffer } = call
  return (
    reoffer.sent !== undefined ||
    reoffer.owed !== undefined ||
    reoffer.retry !== undefined ||
    main.exchange !== 'agreed' ||
    main.ackOwed !== undefined ||
    (call.ackWait !== undefined && reoffer.method === 'INVITE')
  )
}

/** Offers anew, now or when what is under way is over. */
export function offerAnew(
  context: CallContext,
  call: CallRecord,
  description: Content,
  method: 'INVITE' | 'UPDATE' | undefined,
  timerActions: SessionTimerActions,
): boolean {
  const { main } = call
  if (main === undefined || (call.state !== 'confirmed' && call.state !== 'accepted')) return false
  if (method === 'UPDATE' && !call.peerAllowsUpdate) return false
  if (isBusy(call, main)) call.reoffer.waiting = { description, method }
  else sendReoffer(context, call, main, { description, method: method ?? 'INVITE' }, timerActions)
  return true
}

/** Sends what waited for its turn. */
export function offerNext(context: CallContext, call: CallRecord, timerActions: SessionTimerActions): void {
  const { waiting } = call.reoffer
  const { main } = call
  if (waiting === undefined || main === undefined || isBusy(call, main) || !context.calls.has(call.key))
    return
  call.reoffer.waiting = undefined
  sendReoffer(
    context,
    call,
    main,
    { description: waiting.description, method: waiting.method ?? 'INVITE' },
    timerActions,
  )
}

/** Sends UPDATE or re-INVITE; without a description an UPDATE that only refreshes. @source RFC 3261 §14.1, RFC 3311 §5.1 */
export function sendReoffer(
  context: CallContext,
  call: CallRecord,
  main: Fork,
  what: { description: Content | undefined; method: 'INVITE' | 'UPDATE' },
  timerActions: SessionTimerActions,
): void {
  const { reoffer } = call
  const { description, method } = what
  const { settings } = context
  const { random, timers, timerSettings } = context.runtime
  if (description !== undefined && !moveExchange(main, 'sendOffer')) return
  let authorization: readonly string[] = []
  reoffer.method = method
  reoffer.description = description
  const outgoing = requestInDialog(main.dialog, method, {
    headers: [
      'Allow',
      settings.allow.join(', '),
      'Supported',
      settings.supported.join(', '),
      ...timerHeaders(call),
    ],
    contact: true,
    ...bodyOf(description),
  })

  const done = () => {
    reoffer.sent = undefined
    offerNext(context, call, timerActions)
  }
  const refused = (status: number, response: SipResponse | undefined) => {
    timers.cancel(limit)
    if (!context.calls.has(call.key)) return
    if (description !== undefined) moveExchange(main, 'refuse')
    reoffer.sent = undefined
    if (status === 422 && response !== undefined && reoffer.glares++ < mostGlares) {
      takeMinimum(call, response)
      return sendReoffer(context, call, main, what, timerActions)
    }
    if (status === 491 && reoffer.glares++ < mostGlares) {
      // RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s, both in steps of 10 ms
      const delayMs = call.direction === 'outgoing' ? 2_100 + 10 * random.below(191) : 10 * random.below(201)
      reoffer.retry = timers.after(delayMs, () => {
        reoffer.retry = undefined
        const waiting = reoffer.waiting
        reoffer.waiting = undefined
        if (isBusy(call, main)) reoffer.waiting = waiting ?? (description && { description, method })
        else
          sendReoffer(
            context,
            call,
            main,
            waiting ? { ...waiting, method: waiting.method ?? method } : what,
            timerActions,
          )
      })
      return
    }
    if (description === undefined && (status === 405 || status === 501)) {
      // It names UPDATE in Allow and does not take it: RFC 4028 §7.4 leaves the re-INVITE
      call.peerAllowsUpdate = false
      const again = call.localDescription
      if (again !== undefined)
        sendReoffer(context, call, main, { description: again, method: 'INVITE' }, timerActions)
      return
    }
    if (status === 408 || status === 481) {
      // RFC 3261 §12.2.1.2: the dialog is gone
      context.sendBye(call, main)
      context.end(call, { cause: 'expired' })
      return
    }
    if (description !== undefined) context.emit({ type: 'call.offerRefused', call: call.key, status })
    done()
  }
  const response = (incoming: IncomingResponse) => {
    const { message } = incoming
    if (message.status < 200) return
    if (message.status >= 300) return refused(message.status, message)
    timers.cancel(limit)
    if (method === 'INVITE') {
      // Each repetition of the 2xx comes by here as well
      if (main.repeatAck !== undefined && acknowledgedSequence === incoming.cseq) return main.repeatAck()
      acknowledgedSequence = incoming.cseq
      sendAck(context, main, incoming.cseq, authorization, undefined)
    }
    if (!context.calls.has(call.key)) return
    reoffer.glares = 0
    refreshTarget(main.dialog, message)
    learn(call, message)
    if (description !== undefined) {
      const answered = descriptionOf(message)
      const meaning = takeDescription(main, answered, method === 'INVITE' ? 'success' : 'updateSuccess')
      call.localDescription = description
      if (meaning === 'answer' && answered !== undefined) {
        context.emit({ type: 'call.answer', call: call.key, method, answer: answered })
      } else {
        moveExchange(main, 'refuse')
        context.emit({ type: 'call.offerRefused', call: call.key, status: message.status })
      }
    }
    agreeAsClient(context, call, message, timerActions)
    done()
  }
  let acknowledgedSequence: number | undefined
  // A re-INVITE rings nobody: a peer that says 100 and then nothing must not hold up every later offer
  const limit =
    method === 'INVITE' ? timers.after(64 * timerSettings.t1Ms, () => reoffer.sent?.cancel()) : undefined
  const identity = { account: call.account, nextSequence: () => ++main.dialog.localSequence }
  reoffer.sent = context.authenticated.send(outgoing, identity, {
    authorized: headers => {
      authorization = headers
    },
    response,
    failed: (_cause: SendFailure) => refused(408, undefined),
  })
}

/** Takes a re-INVITE or UPDATE of the peer. @source RFC 3261 §14.2, RFC 3311 §5.2 */
export function receiveReoffer(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
  timerActions: SessionTimerActions,
): void {
  const request = incoming.message
  const method = request.method as 'INVITE' | 'UPDATE'
  const to = { transaction, request }
  const { reoffer } = call
  if (
    reoffer.owed !== undefined ||
    (method === 'INVITE' && (call.ackWait !== undefined || call.received !== undefined))
  ) {
    // §14.2: the one before has not had its final answer, or that one no ACK
    answer(context, call, to, 500, { headers: retrySoon(context) })
    return
  }
  if (
    method === 'INVITE' &&
    ((call.direction === 'outgoing' && call.main === undefined) || sendingInvite(call))
  ) {
    answer(context, call, to, 491)
    return
  }
  const minimum = tooBrief(context, request)
  if (minimum !== undefined) {
    answer(context, call, to, 422, { headers: ['Min-SE', String(minimum)] })
    return
  }
  const offer = descriptionOf(request)
  const carrier = method === 'INVITE' ? 'invite' : 'update'
  if (offer === undefined && method === 'UPDATE') {
    refreshTarget(fork.dialog, request)
    learn(call, request)
    answer(context, call, to, 200, {
      headers: agreeAsServer(context, call, request, timerActions),
      contact: true,
    })
    return
  }
  // A re-INVITE without a description asks for our offer, which meets one that is under way just the same
  const meaning =
    offer === undefined ? meaningOfDescription[fork.exchange][carrier] : takeDescription(fork, offer, carrier)
  if (meaning === 'glare') answer(context, call, to, 491)
  else if (meaning !== 'offer') answer(context, call, to, 500, { headers: retrySoon(context) })
  else {
    reoffer.owed = { ...to, hasOffer: offer !== undefined }
    transaction.user = { cancelled: () => withdrawOffer(context, call, fork, timerActions) }
    context.emit({ type: 'call.offer', call: call.key, method, request, offer })
  }
}

function sendingInvite(call: CallRecord): boolean {
  return call.reoffer.sent !== undefined && call.reoffer.method === 'INVITE'
}

function withdrawOffer(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  timerActions: SessionTimerActions,
): void {
  const { owed } = call.reoffer
  if (owed === undefined) return
  call.reoffer.owed = undefined
  moveExchange(fork, 'refuse')
  answer(context, call, owed, 487)
  context.emit({ type: 'call.offerCancelled', call: call.key })
  offerNext(context, call, timerActions)
}

/** Answers the offer of a re-INVITE, UPDATE or PRACK, or gives the offer a re-INVITE asked for. */
export function answerReoffer(
  context: CallContext,
  call: CallRecord,
  description: Content,
  timerActions: SessionTimerActions,
): boolean {
  const { main } = call
  const { owed } = call.reoffer
  const fork = main ?? [...call.forks.values()].find(one => one.exchange.endsWith('eceived'))
  if (owed === undefined || fork === undefined) return false
  if (!moveExchange(fork, owed.hasOffer ? 'sendAnswer' : 'sendOffer')) return false
  call.reoffer.owed = undefined
  call.localDescription = description
  const { method } = owed.request
  if (method === 'PRACK') {
    answer(context, call, owed, 200, { content: description })
    return true
  }
  refreshTarget(fork.dialog, owed.request)
  learn(call, owed.request)
  const headers = agreeAsServer(context, call, owed.request, timerActions)
  const response = answer(context, call, owed, 200, { headers, content: description, contact: true })
  if (method === 'INVITE')
    repeatUntilAck(context, call, fork, owed.transaction, owed.request, response, timerActions)
  else offerNext(context, call, timerActions)
  return true
}

function repeatUntilAck(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  transaction: ServerTransaction,
  request: SipRequest,
  response: SipResponse,
  timerActions: SessionTimerActions,
): void {
  call.reoffer.method = 'INVITE'
  const sequence = cseq(request)?.sequence ?? 0
  call.ackWait = waitForAck(context, transaction, response, sequence, {
    acknowledged(description) {
      const meaning = takeDescription(fork, description, 'ack')
      if (meaning === 'answer' && description !== undefined) {
        context.emit({ type: 'call.answer', call: call.key, method: 'ACK', answer: description })
      } else if (fork.exchange === 'offerSent') moveExchange(fork, 'refuse')
      offerNext(context, call, timerActions)
    },
    expired() {
      call.ackWait = undefined
      context.sendBye(call, fork)
      context.end(call, { cause: 'noAck' })
    },
  })
}

/** Refuses the offer the peer made; what was agreed before holds. */
export function refuseReoffer(
  context: CallContext,
  call: CallRecord,
  status: number,
  timerActions: SessionTimerActions,
): boolean {
  const { owed } = call.reoffer
  const { main } = call
  if (owed === undefined || main === undefined || status < 300) return false
  call.reoffer.owed = undefined
  if (owed.hasOffer) moveExchange(main, 'refuse')
  answer(context, call, owed, status)
  offerNext(context, call, timerActions)
  return true
}
