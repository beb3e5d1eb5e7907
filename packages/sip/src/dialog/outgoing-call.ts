import { rseq } from '../message/extensions.ts'
import type { SipResponse } from '../message/message.types.ts'
import { allows, hasOptionTag } from '../message/typed.ts'
import { parseUri, type Uri } from '../message/uri.ts'
import type { IncomingResponse } from '../transaction/incoming.ts'
import { nextState } from '../transaction/machine.ts'
import type { OutgoingRequest, SendFailure } from '../transport/request-sender.ts'
import { sendAck, sendPrack, takeReliable } from './acknowledge.ts'
import {
  addFork,
  type CallContext,
  type CallRecord,
  descriptionOf,
  type Fork,
  takeDescription,
} from './call.record.ts'
import type { InviteOptions } from './call.types.ts'
import { outgoingCallMachine } from './dialog.tables.ts'
import { confirmByResponse, dialogOfResponse, moveDialog, refreshTarget } from './dialog.ts'
import { agreeAsClient, type SessionTimerActions, takeMinimum, timerHeaders } from './session-timer.ts'

type OutgoingEvent = 'provisional' | 'answer' | 'retry' | 'fail' | 'cancel' | 'hangup' | 'bye'

/** Moves a call of ours; false when its state does not take the event. */
export function moveOutgoing(call: CallRecord, event: OutgoingEvent): boolean {
  if (call.direction !== 'outgoing') return false
  const next = nextState(
    outgoingCallMachine,
    call.state as keyof (typeof outgoingCallMachine)['table'],
    event,
  )
  if (next !== undefined) call.state = next
  return next !== undefined
}

/** A server that makes up a fork for each answer must not fill our memory. */
const mostForks = 32

/** Sends the INVITE of a call and deals with whatever answers it. @source RFC 3261 §13.2 */
export function startOutgoingCall(
  context: CallContext,
  call: CallRecord,
  options: InviteOptions,
  timerActions: SessionTimerActions,
): void {
  const { runtime, settings } = context
  const callId = runtime.random.token(22)
  const from = `${options.from};tag=${runtime.random.token(12)}`
  let sequence = 1
  /** Credentials of the INVITE go into its ACK as well: RFC 3261 §22.1. */
  let authorization: readonly string[] = []
  const offered = options.description

  const build = (): OutgoingRequest => {
    const supported = settings.supported.filter(tag => tag !== '100rel' || options.reliable !== 'off')
    const routes = [
      ...(options.route === undefined ? [] : [`<${looseRoute(options.route)}>`]),
      ...(options.routes ?? []),
    ]
    const headers: string[] = routes.flatMap(route => ['Route', route])
    headers.push('Max-Forwards', '70', 'From', from, 'To', options.toHeader ?? `<${options.to}>`)
    headers.push('Call-ID', callId, 'CSeq', `${sequence} INVITE`)
    headers.push('Allow', settings.allow.join(', '), 'Supported', supported.join(', '))
    if (options.reliable === 'required') headers.push('Require', '100rel')
    headers.push(...timerHeaders(call), ...(options.headers ?? []))
    if (offered !== undefined) headers.push('Content-Type', offered.type)
    const target: Uri = parseUri(options.to) ?? { scheme: 'invalid', text: options.to }
    const firstRoute = options.route ?? routes[0]?.match(/<([^>]*)>/)?.[1]
    return {
      method: 'INVITE',
      requestUri: options.to,
      headers,
      body: offered?.body ?? new Uint8Array(0),
      contact: call.contact,
      nextHop: (firstRoute === undefined ? undefined : parseUri(firstRoute)) ?? target,
      flow: options.flow,
      viaFlow: options.flow !== undefined,
    }
  }

  const forkOf = (incoming: IncomingResponse): Fork | undefined => {
    if (incoming.toTag === undefined) return undefined
    const known = call.forks.get(incoming.toTag)
    if (known !== undefined) return known
    if (call.forks.size >= mostForks) return undefined
    const request = call.invite?.request
    if (request === undefined) return undefined
    const flow = options.flow ?? (call.invite?.target?.protocol === 'udp' ? undefined : call.invite?.target)
    const dialog = dialogOfResponse(incoming, request, flow, call.contact)
    return addFork(context, call, dialog, offered === undefined ? 'none' : 'firstOfferSent')
  }

  const provisional = (incoming: IncomingResponse) => {
    const { message } = incoming
    if (!moveOutgoing(call, 'provisional') || message.status === 100 || call.state === 'ended') return
    const fork = forkOf(incoming)
    if (fork === undefined) {
      context.emit({
        type: 'call.progress',
        call: call.key,
        response: message,
        dialog: undefined,
        reliable: false,
        description: undefined,
        meaning: 'none',
      })
      return
    }
    const kind = takeReliable(fork, message)
    if (kind === 'stale') return
    learn(call, message)
    const description = descriptionOf(message)
    const meaning = takeDescription(fork, description, kind === 'reliable' ? 'reliable' : 'provisional')
    if (kind === 'reliable') {
      refreshTarget(fork.dialog, message)
      const acknowledged = { rseq: rseq(message) ?? 0, sequence: incoming.cseq }
      if (meaning === 'offer') fork.prackOwed = acknowledged
      else sendPrack(context, call, fork, acknowledged, undefined, () => {})
    }
    context.emit({
      type: 'call.progress',
      call: call.key,
      response: message,
      dialog: fork.dialog.remoteTag,
      reliable: kind === 'reliable',
      description,
      meaning: meaning === 'offer' || meaning === 'answer' || meaning === 'preview' ? meaning : 'none',
    })
  }

  /** A 2xx nobody waits for any more: another fork was faster, or we had given up. @source RFC 3261 §13.2.2.4 */
  const release = (incoming: IncomingResponse, fork: Fork) => {
    confirmByResponse(fork.dialog, incoming.message)
    sendAck(context, fork, incoming.cseq, authorization, undefined)
    context.sendBye(call, fork)
    context.dialogs.delete(fork.key)
  }

  const success = (incoming: IncomingResponse) => {
    const { message } = incoming
    const fork = forkOf(incoming)
    // RFC 3261 §12.1.2: a 2xx without a To tag is from an RFC 2543 peer; without one nothing tells its dialog apart
    if (fork === undefined) return
    if (fork.repeatAck !== undefined || fork.ackOwed !== undefined) {
      fork.repeatAck?.()
      return
    }
    const before = call.state
    if (!moveOutgoing(call, 'answer')) return
    if (before !== 'calling' && before !== 'proceeding') {
      release(incoming, fork)
      if (before === 'cancelling') context.end(call, { cause: 'cancelled' })
      return
    }
    runtime.timers.cancel(call.ringLimit)
    confirmByResponse(fork.dialog, message)
    call.main = fork
    for (const other of call.forks.values()) {
      if (other === fork) continue
      moveDialog(other.dialog, 'terminate')
      context.dialogs.delete(other.key)
      call.forks.delete(other.dialog.remoteTag)
    }
    learn(call, message)
    const description = descriptionOf(message)
    const meaning = takeDescription(fork, description, 'success')
    call.localDescription = offered
    if (meaning === 'offer') fork.ackOwed = { sequence: incoming.cseq, headers: authorization }
    else sendAck(context, fork, incoming.cseq, authorization, undefined)
    if (fork.exchange !== 'agreed' && meaning !== 'offer') {
      // RFC 3261 §13.2.1: the first exchange is over with the 2xx; a peer that describes nothing cannot be heard
      context.sendBye(call, fork)
      moveOutgoing(call, 'hangup')
      context.end(call, { cause: 'noDescription' })
      return
    }
    agreeAsClient(context, call, message, timerActions)
    context.emit({
      type: 'call.answered',
      call: call.key,
      response: message,
      dialog: fork.dialog.remoteTag,
      description,
      meaning: meaning === 'offer' || meaning === 'answer' ? meaning : 'none',
    })
  }

  const failure = (message: SipResponse) => {
    if (
      message.status === 422 &&
      call.timer.intervalS > 0 &&
      call.timer.minimumS <= 90 &&
      moveOutgoing(call, 'retry')
    ) {
      takeMinimum(call, message)
      sequence++
      return send()
    }
    const cancelled = call.state === 'cancelling'
    if (!moveOutgoing(call, 'fail')) return
    context.end(call, cancelled ? { cause: 'cancelled' } : { cause: 'refused', response: message })
  }

  const send = () => {
    const identity = { account: options.account, nextSequence: () => ++sequence }
    call.invite = context.authenticated.send(build(), identity, {
      authorized: headers => {
        authorization = headers
      },
      response: incoming => {
        const { status } = incoming.message
        if (status < 200) provisional(incoming)
        else if (status < 300) success(incoming)
        else failure(incoming.message)
      },
      failed: (cause: SendFailure) => {
        const cancelled = call.state === 'cancelling' || cause === 'cancelled'
        if (!moveOutgoing(call, 'fail')) return
        context.end(call, cancelled ? { cause: 'cancelled' } : { cause: 'unreachable', failure: cause })
      },
    })
  }

  call.ringLimit = runtime.timers.after(options.ringLimitMs ?? settings.ringLimitMs, () => {
    if (moveOutgoing(call, 'cancel')) call.invite?.cancel()
  })
  send()
}

/** Remembers what the peer can do. */
export function learn(call: CallRecord, message: Parameters<typeof allows>[0]): void {
  call.peerAllowsUpdate = allows(message, 'UPDATE') ?? call.peerAllowsUpdate
  call.peerSupportsTimer = hasOptionTag(message, 'Supported', 'timer') || call.peerSupportsTimer
}

function looseRoute(uri: string): string {
  return /;lr(;|=|$)/i.test(uri) ? uri : `${uri};lr`
}
