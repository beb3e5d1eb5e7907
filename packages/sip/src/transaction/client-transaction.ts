import { getHeader, getHeaders } from '../message/headers.ts'
import type { SipRequest, SipResponse, TransportAddress } from '../message/message.types.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { IncomingResponse } from './incoming.ts'
import { type Machine, nextState } from './machine.ts'
import { isReliable, type Runtime } from './runtime.ts'
import type { Timer } from './timers.ts'
import { inviteClientMachine, nonInviteClientMachine } from './transaction.tables.ts'

/** Why a request had no answer. */
export type RequestFailure = 'timeout' | 'transport'

/** Who sent the request. */
export type ClientUser = {
  /** Every provisional answer, and the final one; for INVITE every 2xx, since forks may answer several times. */
  response(response: IncomingResponse, transaction: ClientTransaction): void
  /** No final answer will come. */
  failed(cause: RequestFailure, transaction: ClientTransaction): void
}

type ClientState =
  | keyof (typeof inviteClientMachine)['table']
  | keyof (typeof nonInviteClientMachine)['table']
type ClientEvent =
  | 'timerA'
  | 'timerB'
  | 'timerD'
  | 'timerE'
  | 'timerF'
  | 'timerK'
  | 'timerM'
  | 'provisional'
  | 'success'
  | 'failure'
  | 'final'
  | 'transportError'
  | 'abandon'

/** A request of ours that is under way. */
export type ClientTransaction = {
  readonly key: string
  readonly request: SipRequest
  /** host:port of our Via, which the answer must carry. */
  readonly sentBy: string
  readonly target: TransportAddress
  readonly user: ClientUser
  state: ClientState
  bytes: Uint8Array
  ack: Uint8Array | undefined
  intervalMs: number
  retransmission: Timer | undefined
  limit: Timer | undefined
}

/** What the layer asks of a client transaction. */
export type ClientTransactions = {
  start(transaction: ClientTransaction, limitMs: number | undefined): void
  response(transaction: ClientTransaction, response: IncomingResponse): void
  transportFailed(transaction: ClientTransaction): void
  /** Ends it without a word to its user. */
  abandon(transaction: ClientTransaction): void
}

function machineOf(transaction: ClientTransaction): Machine<ClientState, ClientEvent> {
  return (transaction.request.method === 'INVITE' ? inviteClientMachine : nonInviteClientMachine) as Machine<
    ClientState,
    ClientEvent
  >
}

/** Behaviour of both client machines; the tables decide what is accepted, this does what follows. */
export function createClientTransactions(
  runtime: Runtime,
  ended: (transaction: ClientTransaction) => void,
): ClientTransactions {
  const { timers, timerSettings: settings } = runtime

  /** Enters the next state; false when the table does not list the event. */
  const step = (transaction: ClientTransaction, event: ClientEvent) => {
    const next = nextState(machineOf(transaction), transaction.state, event)
    if (next === undefined) return false
    transaction.state = next
    return true
  }
  const stopTimers = (transaction: ClientTransaction) => {
    timers.cancel(transaction.retransmission)
    timers.cancel(transaction.limit)
    transaction.retransmission = transaction.limit = undefined
  }
  const end = (transaction: ClientTransaction) => {
    stopTimers(transaction)
    ended(transaction)
  }
  const transmit = (transaction: ClientTransaction, data: Uint8Array) =>
    runtime.transmit(data, transaction.target, transaction.key)

  const repeat = (transaction: ClientTransaction) => {
    const invite = transaction.request.method === 'INVITE'
    if (!step(transaction, invite ? 'timerA' : 'timerE')) return
    transmit(transaction, transaction.bytes)
    // Timer A doubles without bound, E up to T2, and is T2 once a provisional came: RFC 3261 §17.1.1.2, §17.1.2.2
    if (invite) transaction.intervalMs *= 2
    else if (transaction.state === 'proceeding') transaction.intervalMs = settings.t2Ms
    else transaction.intervalMs = Math.min(transaction.intervalMs * 2, settings.t2Ms)
    transaction.retransmission = timers.after(transaction.intervalMs, () => repeat(transaction))
  }
  const expire = (transaction: ClientTransaction) => {
    if (!step(transaction, transaction.request.method === 'INVITE' ? 'timerB' : 'timerF')) return
    end(transaction)
    transaction.user.failed('timeout', transaction)
  }
  /** Waits for stragglers, or not at all on a transport that makes none. */
  const linger = (transaction: ClientTransaction, event: 'timerD' | 'timerK' | 'timerM', delayMs: number) => {
    stopTimers(transaction)
    const leave = () => {
      if (step(transaction, event)) end(transaction)
    }
    if (delayMs === 0) leave()
    else transaction.limit = timers.after(delayMs, leave)
  }

  const inviteResponse = (transaction: ClientTransaction, response: IncomingResponse) => {
    const { status } = response.message
    const before = transaction.state
    if (status < 200) {
      if (!step(transaction, 'provisional')) return
      if (before === 'calling') stopTimers(transaction)
      transaction.user.response(response, transaction)
      return
    }
    if (status < 300) {
      if (!step(transaction, 'success')) return
      // RFC 6026 §8.4: stay for 64*T1 so that 2xx of other forks find their way
      if (before !== 'accepted') linger(transaction, 'timerM', 64 * settings.t1Ms)
      transaction.user.response(response, transaction)
      return
    }
    if (!step(transaction, 'failure')) return
    if (before === 'completed') {
      if (transaction.ack !== undefined) transmit(transaction, transaction.ack)
      return
    }
    transaction.ack = serializeMessage(acknowledge(transaction.request, response.message))
    transmit(transaction, transaction.ack)
    linger(transaction, 'timerD', isReliable(transaction.target) ? 0 : settings.timerDMs)
    transaction.user.response(response, transaction)
  }
  const otherResponse = (transaction: ClientTransaction, response: IncomingResponse) => {
    const { status } = response.message
    const before = transaction.state
    if (!step(transaction, status < 200 ? 'provisional' : 'final')) return
    if (before === 'completed') return
    if (status >= 200) {
      linger(transaction, 'timerK', isReliable(transaction.target) ? 0 : settings.t4Ms)
    }
    transaction.user.response(response, transaction)
  }

  return {
    start(transaction, limitMs = 64 * settings.t1Ms) {
      // Timers B and F guard every transport, A and E only those that lose: RFC 3261 table 4
      transaction.limit = timers.after(limitMs, () => expire(transaction))
      if (!isReliable(transaction.target)) {
        transaction.retransmission = timers.after(transaction.intervalMs, () => repeat(transaction))
      }
      transmit(transaction, transaction.bytes)
    },
    response(transaction, response) {
      if (transaction.request.method === 'INVITE') inviteResponse(transaction, response)
      else otherResponse(transaction, response)
    },
    transportFailed(transaction) {
      const waiting = transaction.state !== 'completed'
      if (!step(transaction, 'transportError')) return
      end(transaction)
      // An ACK that cannot be sent concerns nobody any more: the final answer has been told
      if (waiting) transaction.user.failed('transport', transaction)
    },
    abandon(transaction) {
      if (step(transaction, 'abandon')) end(transaction)
    },
  }
}

/** The ACK to a failure, which is part of the INVITE's transaction. @source RFC 3261 §17.1.1.3 */
export function acknowledge(request: SipRequest, response: SipResponse): SipRequest {
  const headers: string[] = ['Via', getHeader(request, 'Via') ?? '']
  for (const route of getHeaders(request, 'Route')) headers.push('Route', route)
  headers.push('Max-Forwards', '70')
  headers.push('From', getHeader(request, 'From') ?? '')
  headers.push('To', getHeader(response, 'To') ?? getHeader(request, 'To') ?? '')
  headers.push('Call-ID', getHeader(request, 'Call-ID') ?? '')
  headers.push('CSeq', `${Number.parseInt(getHeader(request, 'CSeq') ?? '0', 10)} ACK`)
  headers.push('Content-Length', '0')
  return { kind: 'request', method: 'ACK', requestUri: request.requestUri, headers, body: new Uint8Array(0) }
}
