import { getHeader } from '../message/headers.ts'
import { createResponse } from '../message/response.ts'
import type { IncomingRequest } from '../transaction/incoming.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { answer, type CallContext, type CallRecord, descriptionOf, type Fork } from './call.record.ts'
import { dialogKey, takeSequence } from './dialog.ts'
import { finalFailure, moveIncoming, receivePrack } from './incoming-call.ts'
import { moveOutgoing } from './outgoing-call.ts'
import { receiveNotify, receiveRefer } from './refer.ts'
import { receiveReoffer } from './reoffer.ts'
import type { SessionTimerActions } from './session-timer.ts'

/** Deals with a request that has a To tag. @source RFC 3261 §12.2.2 */
export function receiveInDialog(
  context: CallContext,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
  timerActions: SessionTimerActions,
): void {
  const request = incoming.message
  const found = context.dialogs.get(dialogKey(incoming.callId, incoming.toTag ?? '', incoming.fromTag))
  if (found === undefined) {
    // A late BYE, a NOTIFY of a call that is over: §12.2.2, §15.1.2
    context.transactions.respond(transaction, createResponse(request, 481))
    return
  }
  const { call, fork } = found
  const to = { transaction, request }
  if (!takeSequence(fork.dialog, incoming.cseq)) {
    answer(context, call, to, 500)
    return
  }
  if (fork.dialog.flow !== undefined && transaction.responseTo.connectionId !== undefined) {
    // The peer came back on another connection: what goes to it goes there from now on
    fork.dialog.flow = transaction.responseTo
  }
  switch (request.method) {
    case 'BYE':
      receiveBye(context, call, fork, incoming, transaction)
      return
    case 'INVITE':
    case 'UPDATE':
      receiveReoffer(context, call, fork, incoming, transaction, timerActions)
      return
    case 'PRACK':
      receivePrack(context, call, fork, incoming, transaction)
      return
    case 'INFO':
      // RFC 6086 §4.2.2: a package nobody asked for; without one it is the older kind that carries digits
      if (getHeader(request, 'Info-Package') !== undefined) {
        answer(context, call, to, 469, { headers: ['Recv-Info', ''] })
        return
      }
      answer(context, call, to, 200)
      context.emit({ type: 'call.info', call: call.key, request })
      return
    case 'REFER':
      receiveRefer(context, call, incoming, transaction)
      return
    case 'NOTIFY':
      receiveNotify(context, call, incoming, transaction)
      return
    case 'OPTIONS':
      answer(context, call, to, 200, { contact: true, headers: ['Accept', 'application/sdp'] })
      return
    default:
      answer(context, call, to, 405, { headers: ['Allow', context.settings.allow.join(', ')] })
  }
}

function receiveBye(
  context: CallContext,
  call: CallRecord,
  fork: Fork,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
): void {
  const request = incoming.message
  answer(context, call, { transaction, request }, 200)
  if (call.main !== undefined && call.main !== fork) return
  if (call.direction === 'outgoing' && call.main === undefined) {
    // §15.1.2 lets a callee end nothing early; its fork alone is forgotten, the INVITE will have its answer
    context.dialogs.delete(fork.key)
    call.forks.delete(fork.dialog.remoteTag)
    return
  }
  // §15.1.2: a request still unanswered gets 487
  if (call.received !== undefined) finalFailure(context, call, 487)
  if (moveOutgoing(call, 'bye') || moveIncoming(call, 'bye')) {
    context.end(call, { cause: 'hungUpByPeer', request })
  }
}

/** Takes an ACK of a 2xx. @source RFC 3261 §13.3.1.4 */
export function receiveAck(context: CallContext, incoming: IncomingRequest): void {
  const found = context.dialogs.get(dialogKey(incoming.callId, incoming.toTag ?? '', incoming.fromTag))
  const wait = found?.call.ackWait
  if (found === undefined || wait === undefined || wait.sequence !== incoming.cseq) return
  wait.stop()
  found.call.ackWait = undefined
  wait.acknowledged(descriptionOf(incoming.message))
}
