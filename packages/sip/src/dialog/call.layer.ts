import { formatReplaces } from '../message/extensions.ts'
import type { SipRequest, TransportAddress, TransportProtocol } from '../message/message.types.ts'
import type { IncomingRequest } from '../transaction/incoming.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import type { TransactionLayer } from '../transaction/transaction.layer.ts'
import type { RequestSender } from '../transport/request-sender.ts'
import { bodyOf, sendAck, sendPrack } from './acknowledge.ts'
import type { AuthenticatedSender } from './authenticated-sender.ts'
import {
  answer,
  type CallContext,
  type CallRecord,
  type CallSettings,
  type Fork,
  moveExchange,
} from './call.record.ts'
import type { CallCommands, CallEvent } from './call.types.ts'
import { moveDialog, requestInDialog } from './dialog.ts'
import { receiveAck, receiveInDialog } from './in-dialog.ts'
import {
  acceptCall,
  finalFailure,
  moveIncoming,
  progressCall,
  refuseInvite,
  startIncomingCall,
} from './incoming-call.ts'
import { moveOutgoing, startOutgoingCall } from './outgoing-call.ts'
import { answerRefer, notifyRefer, sendRefer } from './refer.ts'
import { answerReoffer, offerAnew, offerNext, refuseReoffer, sendReoffer } from './reoffer.ts'
import { findReplaced } from './replaces.ts'
import { type SessionTimerActions, stopSessionTimer, tooBrief } from './session-timer.ts'

/** All calls of an endpoint. */
export type CallLayer = CallCommands & {
  /** An INVITE without To tag that passed the checks of the endpoint. */
  receiveInvite(incoming: IncomingRequest, transaction: ServerTransaction, from: TransportAddress): void
  /** A request with a To tag. */
  receiveInDialog(incoming: IncomingRequest, transaction: ServerTransaction): void
  receiveAck(incoming: IncomingRequest): void
  size(): { calls: number; dialogs: number }
}

/** What the call layer works with. */
export type CallLayerDeps = {
  runtime: Runtime
  transactions: TransactionLayer
  sender: RequestSender
  authenticated: AuthenticatedSender
  settings: CallSettings
  emit(event: CallEvent): void
  contactFor(user: string | undefined): (protocol: TransportProtocol) => string
  followsSource(invite: SipRequest, from: TransportAddress): boolean
}

/** Creates the call layer. */
export function createCallLayer(deps: CallLayerDeps): CallLayer {
  const { runtime, settings } = deps
  let lastKey = 0
  const context: CallContext = {
    ...deps,
    calls: new Map(),
    dialogs: new Map(),
    nextKey: () => `c${++lastKey}`,
    end(call, end) {
      if (!context.calls.delete(call.key)) return
      release(call)
      deps.emit({ type: 'call.ended', call: call.key, end })
    },
    sendBye(call, fork, headers = []) {
      if (fork.dialog.state === 'terminated') return
      moveDialog(fork.dialog, 'terminate')
      sayBye(call, fork, headers, 3)
    },
  }
  const { calls, dialogs } = context

  /**
   * A BYE that was overtaken by a later request is answered 500, since its number is too low (RFC 3261 §12.2.2): it goes out
   * again with a higher one, or the peer would talk on alone.
   */
  const sayBye = (call: CallRecord, fork: Fork, headers: readonly string[], attempts: number) => {
    const identity = { account: call.account, nextSequence: () => ++fork.dialog.localSequence }
    const outgoing = requestInDialog(fork.dialog, 'BYE', { headers })
    deps.authenticated.send(outgoing, identity, {
      response({ message }) {
        if (message.status === 500 && attempts > 1) sayBye(call, fork, headers, attempts - 1)
      },
      failed() {},
    })
  }

  /** Leaves nothing behind: timers, dialogs, requests without an answer. */
  const release = (call: CallRecord) => {
    for (const fork of call.forks.values()) {
      moveDialog(fork.dialog, 'terminate')
      dialogs.delete(fork.key)
    }
    stopSessionTimer(context, call)
    runtime.timers.cancel(call.ringLimit)
    runtime.timers.cancel(call.reoffer.retry)
    call.ackWait?.stop()
    call.ackWait = undefined
    if (call.reoffer.method === 'INVITE') call.reoffer.sent?.cancel()
    const { owed } = call.reoffer
    call.reoffer.owed = undefined
    if (owed !== undefined) answer(context, call, owed, 487)
    for (const refer of call.refers.values()) {
      runtime.timers.cancel(refer.expiry)
      const request = refer.transaction?.request
      // A REFER nobody decided on: its transaction must not wait for ever
      if (refer.transaction !== undefined && request !== undefined) {
        answer(context, call, { transaction: refer.transaction, request }, 481)
      }
    }
    call.refers.clear()
  }

  const timerActions: SessionTimerActions = {
    refresh(call) {
      const { main, reoffer } = call
      if (main === undefined) return
      if (reoffer.sent !== undefined || reoffer.owed !== undefined || main.exchange !== 'agreed') {
        // What is under way refreshes as well, unless it fails
        call.timer.due = runtime.timers.after(5_000, () => timerActions.refresh(call))
      } else if (call.peerAllowsUpdate) {
        sendReoffer(context, call, main, { description: undefined, method: 'UPDATE' }, timerActions)
      } else if (call.localDescription !== undefined) {
        sendReoffer(
          context,
          call,
          main,
          { description: call.localDescription, method: 'INVITE' },
          timerActions,
        )
      }
    },
    expire(call) {
      if (call.main === undefined) return
      context.sendBye(call, call.main)
      moveOutgoing(call, 'fail')
      moveIncoming(call, 'fail')
      context.end(call, { cause: 'expired' })
    },
  }

  const create = (
    direction: CallRecord['direction'],
    fields: Pick<CallRecord, 'account' | 'contact' | 'replaces'> & { sessionExpiresS: number },
  ): CallRecord => {
    const call: CallRecord = {
      key: context.nextKey(),
      direction,
      state: direction === 'outgoing' ? 'calling' : 'received',
      account: fields.account,
      contact: fields.contact,
      forks: new Map(),
      main: undefined,
      invite: undefined,
      ringLimit: undefined,
      received: undefined,
      ackWait: undefined,
      peerAllowsUpdate: false,
      peerSupportsTimer: false,
      localDescription: undefined,
      reoffer: {
        sent: undefined,
        method: 'INVITE',
        description: undefined,
        waiting: undefined,
        retry: undefined,
        glares: 0,
        owed: undefined,
      },
      timer: {
        state: 'off',
        intervalS: fields.sessionExpiresS,
        minimumS: settings.minSessionExpiresS,
        due: undefined,
        expiry: undefined,
      },
      refers: new Map(),
      replaces: fields.replaces,
    }
    calls.set(call.key, call)
    return call
  }

  /** The fork that owes an answer to an offer: the one named, or the only one. */
  const owing = (call: CallRecord, dialog: string | undefined): Fork | undefined =>
    dialog === undefined
      ? [...call.forks.values()].find(fork => fork.ackOwed !== undefined || fork.prackOwed !== undefined)
      : call.forks.get(dialog)

  const established = (key: string): { call: CallRecord; main: Fork } | undefined => {
    const call = calls.get(key)
    return call?.main === undefined || call.main.dialog.state !== 'confirmed'
      ? undefined
      : { call, main: call.main }
  }

  const cancel = (call: CallRecord, reason?: string) => {
    if (!moveOutgoing(call, 'cancel')) return false
    runtime.timers.cancel(call.ringLimit)
    call.invite?.cancel(reason)
    return true
  }
  const reject = (
    call: CallRecord,
    status: number,
    extras: { headers?: readonly string[]; reason?: string },
  ) => {
    if (status < 300 || !moveIncoming(call, 'reject')) return false
    finalFailure(context, call, status, extras.headers, extras.reason)
    context.end(call, { cause: 'rejected' })
    return true
  }

  return {
    receiveInvite(incoming, transaction, from) {
      const request = incoming.message
      const replaced = findReplaced(context, request)
      if ('status' in replaced) return refuseInvite(context, transaction, request, replaced.status)
      const minimum = tooBrief(context, request)
      if (minimum !== undefined) {
        return refuseInvite(context, transaction, request, 422, ['Min-SE', String(minimum)])
      }
      const user = /^sips?:([^@;?]+)@/i.exec(request.requestUri)?.[1]
      const call = create('incoming', {
        account: undefined,
        contact: deps.contactFor(user),
        replaces: replaced.call,
        sessionExpiresS: settings.sessionExpiresS,
      })
      startIncomingCall(context, call, incoming, transaction, from)
    },
    receiveInDialog: (incoming, transaction) => receiveInDialog(context, incoming, transaction, timerActions),
    receiveAck: incoming => receiveAck(context, incoming),

    invite(options) {
      const call = create('outgoing', {
        account: options.account,
        contact: deps.contactFor(options.contactUser),
        replaces: undefined,
        sessionExpiresS: options.sessionExpiresS ?? settings.sessionExpiresS,
      })
      startOutgoingCall(context, call, options, timerActions)
      return call.key
    },
    cancel(key, reason) {
      const call = calls.get(key)
      return call !== undefined && cancel(call, reason)
    },
    progress(key, status, extras = {}) {
      const call = calls.get(key)
      return call !== undefined && progressCall(context, call, status, extras)
    },
    accept(key, extras = {}) {
      const call = calls.get(key)
      return call !== undefined && acceptCall(context, call, extras, timerActions)
    },
    reject(key, status, extras = {}) {
      const call = calls.get(key)
      return call !== undefined && reject(call, status, extras)
    },
    acknowledge(key, description, dialog) {
      const call = calls.get(key)
      const fork = call && owing(call, dialog)
      if (call === undefined || fork === undefined || !moveExchange(fork, 'sendAnswer')) return false
      call.localDescription = description
      if (fork.ackOwed !== undefined) {
        sendAck(context, fork, fork.ackOwed.sequence, fork.ackOwed.headers, description)
      } else if (fork.prackOwed !== undefined) {
        sendPrack(context, call, fork, fork.prackOwed, description, () => {})
      }
      offerNext(context, call, timerActions)
      return true
    },
    offer(key, description, method) {
      const call = calls.get(key)
      return call !== undefined && offerAnew(context, call, description, method, timerActions)
    },
    answerOffer(key, description) {
      const call = calls.get(key)
      return call !== undefined && answerReoffer(context, call, description, timerActions)
    },
    refuseOffer(key, status = 488) {
      const call = calls.get(key)
      return call !== undefined && refuseReoffer(context, call, status, timerActions)
    },
    hangUp(key, extras = {}) {
      const call = calls.get(key)
      if (call === undefined) return false
      if (call.direction === 'outgoing' && call.main === undefined) return cancel(call)
      if (call.state === 'received') return reject(call, extras.status ?? 480, extras)
      if (!moveOutgoing(call, 'hangup') && !moveIncoming(call, 'hangup')) return false
      // RFC 3261 §15: a callee waits for the ACK of its 2xx
      if (call.state === 'releasing') return true
      const { main } = call
      if (main?.ackOwed !== undefined)
        sendAck(context, main, main.ackOwed.sequence, main.ackOwed.headers, undefined)
      if (main !== undefined) context.sendBye(call, main, extras.headers)
      context.end(call, { cause: 'hungUp' })
      return true
    },
    info(key, content) {
      const found = established(key)
      if (found === undefined) return false
      const { call, main } = found
      const identity = { account: call.account, nextSequence: () => ++main.dialog.localSequence }
      const outgoing = requestInDialog(main.dialog, 'INFO', bodyOf(content))
      deps.authenticated.send(outgoing, identity, { response() {}, failed() {} })
      return true
    },
    refer(key, options) {
      const found = established(key)
      return found && sendRefer(context, found.call, found.main, options)
    },
    acceptRefer(key, refer) {
      const call = calls.get(key)
      return call !== undefined && answerRefer(context, call, refer, 202)
    },
    refuseRefer(key, refer, status = 603) {
      const call = calls.get(key)
      return call !== undefined && status >= 300 && answerRefer(context, call, refer, status)
    },
    notifyRefer(key, refer, status, reason) {
      const call = calls.get(key)
      return call !== undefined && notifyRefer(context, call, refer, status, reason)
    },
    replacesOf(key) {
      const fork = calls.get(key)?.main
      if (fork === undefined) return undefined
      // The tags as whoever receives the header sees them: RFC 3891 §3
      const { callId, localTag, remoteTag } = fork.dialog
      return formatReplaces({ callId, toTag: remoteTag, fromTag: localTag })
    },
    size: () => ({ calls: calls.size, dialogs: dialogs.size }),
  }
}
