import type { SipRequest, SipResponse, TransportAddress } from '../message/message.types.ts'
import { createResponse } from '../message/response.ts'
import { serializeMessage } from '../message/serialize.ts'
import { type Machine, nextState } from './machine.ts'
import type { Runtime } from './runtime.ts'
import type { Timer } from './timers.ts'
import { inviteServerMachine, nonInviteServerMachine } from './transaction.tables.ts'

/** Who answers the request. */
export type ServerUser = {
  /** CANCEL came while no final answer had been sent. */
  cancelled?(cancel: SipRequest): void
  /** A final failure was sent and never acknowledged (timer H), or could not be sent at all. */
  failed?(cause: 'timeout' | 'transport'): void
}

type ServerState =
  | keyof (typeof inviteServerMachine)['table']
  | keyof (typeof nonInviteServerMachine)['table']
type ServerEvent =
  | 'request'
  | 'ack'
  | 'provisional'
  | 'success'
  | 'failure'
  | 'final'
  | 'timerG'
  | 'timerH'
  | 'timerI'
  | 'timerJ'
  | 'timerL'
  | 'transportError'
  | 'giveUp'

/** A request of a peer that is being answered, or was answered a moment ago. */
export type ServerTransaction = {
  readonly key: string
  readonly method: string
  /** Tells merged requests: §8.2.2.2. Undefined for requests within a dialog. */
  readonly mergeKey: string | undefined
  /** Undefined once a final answer was sent: repetitions need its bytes alone. */
  request: SipRequest | undefined
  /** Where answers go. @source RFC 3261 §18.2.2, RFC 3581 §4 */
  responseTo: TransportAddress
  user: ServerUser | undefined
  state: ServerState
  /** Whether the transport that carried the request repeats for us. */
  readonly reliable: boolean
  /** The latest answer. */
  bytes: Uint8Array | undefined
  intervalMs: number
  retransmission: Timer | undefined
  limit: Timer | undefined
}

/** What the layer asks of a server transaction. */
export type ServerTransactions = {
  start(transaction: ServerTransaction): void
  /** Sends an answer of its user; false when the state no longer takes it (a second final answer). */
  respond(transaction: ServerTransaction, response: SipResponse): boolean
  /** The same request again. */
  repeated(transaction: ServerTransaction): void
  acknowledged(transaction: ServerTransaction): void
  transportFailed(transaction: ServerTransaction): void
}

function machineOf(transaction: ServerTransaction): Machine<ServerState, ServerEvent> {
  return (transaction.method === 'INVITE' ? inviteServerMachine : nonInviteServerMachine) as Machine<
    ServerState,
    ServerEvent
  >
}

/** Behaviour of both server machines; the tables decide what is accepted, this does what follows. */
export function createServerTransactions(
  runtime: Runtime,
  ended: (transaction: ServerTransaction) => void,
): ServerTransactions {
  const { timers, timerSettings: settings } = runtime

  const step = (transaction: ServerTransaction, event: ServerEvent) => {
    const next = nextState(machineOf(transaction), transaction.state, event)
    if (next === undefined) return false
    transaction.state = next
    return true
  }
  const stopTimers = (transaction: ServerTransaction) => {
    timers.cancel(transaction.retransmission)
    timers.cancel(transaction.limit)
    transaction.retransmission = transaction.limit = undefined
  }
  const end = (transaction: ServerTransaction) => {
    stopTimers(transaction)
    transaction.request = undefined
    transaction.bytes = undefined
    ended(transaction)
  }
  const repeatAnswer = (transaction: ServerTransaction) => {
    if (transaction.bytes !== undefined) {
      runtime.transmit(transaction.bytes, transaction.responseTo, transaction.key)
    }
  }
  /** Stays for stragglers, or not at all where the transport makes none. */
  const linger = (transaction: ServerTransaction, event: 'timerI' | 'timerJ' | 'timerL', delayMs: number) => {
    stopTimers(transaction)
    const leave = () => {
      if (step(transaction, event)) end(transaction)
    }
    if (delayMs === 0) leave()
    else transaction.limit = timers.after(delayMs, leave)
  }
  const repeatFailure = (transaction: ServerTransaction) => {
    if (!step(transaction, 'timerG')) return
    repeatAnswer(transaction)
    transaction.intervalMs = Math.min(transaction.intervalMs * 2, settings.t2Ms)
    transaction.retransmission = timers.after(transaction.intervalMs, () => repeatFailure(transaction))
  }
  const sayTrying = (transaction: ServerTransaction) => {
    const request = transaction.request
    if (request === undefined || transaction.bytes !== undefined) return
    // RFC 3261 §8.2.6.1: Timestamp is copied into 100 by createResponse; 100 has no To tag of ours
    respond(transaction, createResponse(request, 100))
  }
  const waitForAck = (transaction: ServerTransaction) => {
    stopTimers(transaction)
    transaction.intervalMs = settings.t1Ms
    // Timer G only where messages are lost, H everywhere: RFC 3261 §17.2.1
    if (!transaction.reliable) {
      transaction.retransmission = timers.after(transaction.intervalMs, () => repeatFailure(transaction))
    }
    transaction.limit = timers.after(64 * settings.t1Ms, () => {
      if (!step(transaction, 'timerH')) return
      const user = transaction.user
      end(transaction)
      user?.failed?.('timeout')
    })
  }
  const respond = (transaction: ServerTransaction, response: SipResponse): boolean => {
    const invite = transaction.method === 'INVITE'
    const { status } = response
    const before = transaction.state
    if (
      !step(
        transaction,
        status < 200 ? 'provisional' : invite ? (status < 300 ? 'success' : 'failure') : 'final',
      )
    )
      return false
    // A repeated 2xx of an accepted INVITE is sent but not kept: RFC 6026 §7.1
    const bytes = serializeMessage(response)
    if (before !== 'accepted') transaction.bytes = bytes
    runtime.transmit(bytes, transaction.responseTo, transaction.key)
    if (status < 200) {
      if (!invite) return true
      timers.cancel(transaction.limit)
      transaction.limit = undefined
      return true
    }
    transaction.request = undefined
    if (!invite) linger(transaction, 'timerJ', transaction.reliable ? 0 : 64 * settings.t1Ms)
    else if (status >= 300) waitForAck(transaction)
    else if (before !== 'accepted') {
      transaction.bytes = undefined
      linger(transaction, 'timerL', 64 * settings.t1Ms)
    }
    return true
  }

  return {
    start(transaction) {
      if (transaction.method === 'INVITE') {
        transaction.limit = timers.after(settings.tryingMs, () => sayTrying(transaction))
      } else {
        transaction.limit = timers.after(64 * settings.t1Ms, () => {
          if (step(transaction, 'giveUp')) end(transaction)
        })
      }
    },
    respond,
    repeated(transaction) {
      // In accepted the dialog repeats its 2xx; in confirmed and trying there is nothing to say
      if (step(transaction, 'request') && transaction.state !== 'confirmed') repeatAnswer(transaction)
    },
    acknowledged(transaction) {
      const before = transaction.state
      if (!step(transaction, 'ack') || before !== 'completed') return
      linger(transaction, 'timerI', transaction.reliable ? 0 : settings.t4Ms)
    },
    transportFailed(transaction) {
      if (!step(transaction, 'transportError')) return
      const user = transaction.user
      if (transaction.state === 'terminated') end(transaction)
      user?.failed?.('transport')
    },
  }
}
