import { getHeader } from '../message/headers.ts'
import type { SipRequest, TransportAddress, TransportProtocol } from '../message/message.types.ts'
import { serializeMessage } from '../message/serialize.ts'
import type { Uri } from '../message/uri.ts'
import type { ClientTransaction, RequestFailure } from '../transaction/client-transaction.ts'
import type { IncomingResponse } from '../transaction/incoming.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { TransactionLayer } from '../transaction/transaction.layer.ts'
import type { Connections } from './connections.ts'
import type { Target } from './dns.ts'
import type { Lookups } from './lookups.ts'
import { destinationOf } from './resolver.ts'
import { udpRequestLimitBytes } from './via-route.ts'

/** Why nobody answered: `unresolved` when no address was found, `cancelled` when it was given up before it left. */
export type SendFailure = RequestFailure | 'unresolved' | 'cancelled'

/** A request before it has a Via: it gets a new one for each place that is tried. */
export type OutgoingRequest = {
  method: string
  requestUri: string
  /** Without Via and Contact. */
  headers: readonly string[]
  body: Uint8Array
  /** The Contact for a protocol; undefined where the request has none. */
  contact?: ((protocol: TransportProtocol) => string) | undefined
  /** The first Route, else the Request-URI. @source RFC 3261 §8.1.2 */
  nextHop: Uri
  /** The connection or address a peer was last seen on; taken when `viaFlow` says so or an address found is the same. */
  flow?: TransportAddress | undefined
  /** Take the flow without a look-up. @source RFC 5626 §5.3 */
  viaFlow?: boolean | undefined
}

/** Who gets the answers of a request. */
export type RequestUser = {
  response(response: IncomingResponse, sent: SentRequest): void
  failed(cause: SendFailure): void
}

/** A request under way. */
export type SentRequest = {
  /** The request as it last left, with its Via; undefined while an address is looked up. */
  readonly request: SipRequest | undefined
  /** Where it last went. */
  readonly target: TransportAddress | undefined
  /** Sends CANCEL as soon as that is allowed; INVITE only. @source RFC 3261 §9.1 */
  cancel(reason?: string): void
  /** Forgets it: no answer is told any more. */
  abandon(): void
}

/** Sends requests to the best place that answers. */
export type RequestSender = {
  send(outgoing: OutgoingRequest, user: RequestUser): SentRequest
  /** Sends a request that has no transaction (ACK of a 2xx) and tells how to repeat it. */
  sendAlone(outgoing: OutgoingRequest, sent: (repeat: () => void) => void): void
  /** Places that asked to be left alone (503), forgotten when their time is over. */
  size(): number
}

/** What the sender works with. */
export type RequestSenderDeps = {
  runtime: Runtime
  transactions: TransactionLayer
  connections: Connections
  lookups: Lookups
  /** host:port of our Via for each protocol spoken. */
  sentBy: Partial<Record<TransportProtocol, string>>
  /** How long one place is given before the next is tried; the last one has timers B and F. */
  attemptLimitMs: number
}

/** Creates the sender. */
export function createRequestSender(deps: RequestSenderDeps): RequestSender {
  const { runtime, transactions, connections, lookups } = deps
  const resting = new Map<string, number>()
  const placeOf = ({ protocol, address, port }: TransportAddress) => `${protocol}|${address}|${port}`

  /** Those that asked for a rest go last: RFC 3261 §21.5.4. */
  const ordered = (targets: readonly TransportAddress[]) => {
    if (resting.size === 0) return [...targets]
    const now = runtime.now()
    for (const [place, until] of resting) if (until <= now) resting.delete(place)
    const rests = (target: TransportAddress) => resting.has(placeOf(target))
    return [...targets.filter(target => !rests(target)), ...targets.filter(rests)]
  }
  const rest = (target: TransportAddress, retryAfter: string | undefined) => {
    const seconds = Number.parseInt(retryAfter ?? '', 10)
    if (seconds > 0) resting.set(placeOf(target), runtime.now() + Math.min(seconds, 3_600) * 1_000)
  }

  const locate = (outgoing: OutgoingRequest, found: (targets: TransportAddress[]) => void): (() => void) => {
    const { flow, viaFlow } = outgoing
    const live = flow?.connectionId === undefined || connections.isOpen(flow.connectionId) ? flow : undefined
    const destination = destinationOf(outgoing.nextHop)
    if (live !== undefined && (viaFlow === true || destination === undefined)) {
      found([live])
      return () => {}
    }
    if (destination === undefined) {
      found([])
      return () => {}
    }
    return lookups.start(destination, targets =>
      found(
        ordered(
          targets.map((target: Target) =>
            live?.connectionId !== undefined &&
            live.protocol === target.protocol &&
            live.address === target.address
              ? live
              : connections.bind(target),
          ),
        ),
      ),
    )
  }

  const build = (outgoing: OutgoingRequest, target: TransportAddress) => {
    const branch = runtime.random.branch()
    const sentBy = deps.sentBy[target.protocol] ?? ''
    const via = `SIP/2.0/${target.protocol.toUpperCase()} ${sentBy};branch=${branch};rport`
    const headers = ['Via', via, ...outgoing.headers]
    if (outgoing.contact !== undefined) headers.push('Contact', outgoing.contact(target.protocol))
    headers.push('Content-Length', String(outgoing.body.length))
    const { method, requestUri, body } = outgoing
    const request: SipRequest = { kind: 'request', method, requestUri, headers, body }
    return { request, branch, sentBy: sentBy.toLowerCase() }
  }

  /** Large requests try TCP first, and UDP after all when nobody listens there: RFC 3261 §18.1.1. */
  const grown = (targets: TransportAddress[], outgoing: OutgoingRequest) => {
    if (deps.sentBy.tcp === undefined || targets.every(({ protocol }) => protocol !== 'udp')) return targets
    const size = outgoing.headers.reduce((sum, part) => sum + part.length + 3, 400) + outgoing.body.length
    if (size <= udpRequestLimitBytes) return targets
    return targets.flatMap(target =>
      target.protocol === 'udp'
        ? [connections.bind({ ...target, protocol: 'tcp' as const }), target]
        : [target],
    )
  }

  const send = (outgoing: OutgoingRequest, user: RequestUser): SentRequest => {
    let targets: TransportAddress[] = []
    let index = 0
    let current: ClientTransaction | undefined
    let provisional = false
    let cancelling: { reason: string | undefined } | undefined
    let done = false

    const attempt = () => {
      const target = targets[index] as TransportAddress
      const { request, branch, sentBy } = build(outgoing, target)
      provisional = false
      const limitMs = index + 1 < targets.length ? deps.attemptLimitMs : undefined
      current = transactions.send(request, { branch, sentBy }, target, { response, failed }, limitMs)
    }
    const next = () => {
      if (index + 1 >= targets.length || cancelling !== undefined) return false
      index++
      attempt()
      return true
    }
    const response = (incoming: IncomingResponse, transaction: ClientTransaction) => {
      if (done) return
      const { status } = incoming.message
      if (status < 200) {
        provisional = true
        if (cancelling !== undefined) sendCancel()
      } else if (status === 503) {
        // RFC 3263 §4.3: 503 is a failure of this place, not an answer to the request
        rest(transaction.target, getHeader(incoming.message, 'Retry-After'))
        if (next()) return
      }
      user.response(incoming, sent)
    }
    const failed = (cause: RequestFailure) => {
      // A phone that rings has been reached: to try another place would ring twice
      const reached = provisional && outgoing.method === 'INVITE'
      if (!done && (reached || !next())) user.failed(cancelling === undefined ? cause : 'cancelled')
    }
    let cancelSent = false
    const sendCancel = () => {
      const invite = current
      if (cancelSent || invite === undefined) return
      cancelSent = true
      const request = cancelOf(invite.request, cancelling?.reason)
      const branch = (getHeader(invite.request, 'Via') ?? '').match(/;branch=([^;]+)/)?.[1] ?? ''
      const ignore = { response() {}, failed() {} }
      transactions.send(request, { branch, sentBy: invite.sentBy }, invite.target, ignore)
      // §9.1: an INVITE that is not answered 64*T1 after its CANCEL is over
      runtime.timers.after(64 * runtime.timerSettings.t1Ms, () => {
        if (invite.state !== 'proceeding') return
        transactions.abandon(invite)
        if (!done) user.failed('cancelled')
      })
    }
    const sent: SentRequest = {
      get request() {
        return current?.request
      },
      get target() {
        return current?.target
      },
      cancel(reason) {
        if (cancelling !== undefined || done) return
        cancelling = { reason }
        if (current === undefined) {
          giveUp()
          later('cancelled')
        } else if (provisional) sendCancel()
      },
      abandon() {
        giveUp()
        if (current !== undefined) transactions.abandon(current)
      },
    }
    /** Told in a turn of its own: whoever sends has not even got its handle back. */
    const later = (cause: SendFailure) => {
      runtime.timers.after(0, () => user.failed(cause))
    }
    let stopLookup = () => {}
    const giveUp = () => {
      done = true
      stopLookup()
    }
    stopLookup = locate(outgoing, found => {
      if (done) return
      targets = grown(found, outgoing)
      if (targets.length === 0) later('unresolved')
      else attempt()
    })
    return sent
  }

  return {
    send,
    sendAlone(outgoing, sent) {
      locate(outgoing, ([target]) => {
        if (target === undefined) return
        const bytes = serializeMessage(build(outgoing, target).request)
        const repeat = () => runtime.transmit(bytes, target)
        repeat()
        sent(repeat)
      })
    },
    size: () => resting.size,
  }
}

/** The CANCEL of a request: same Request-URI, Call-ID, From, To, Route, CSeq number and top Via. @source RFC 3261 §9.1 */
function cancelOf(invite: SipRequest, reason: string | undefined): SipRequest {
  const headers: string[] = []
  for (const name of ['Via', 'Route', 'From', 'To', 'Call-ID']) {
    for (let i = 0; i < invite.headers.length; i += 2) {
      if (invite.headers[i] === name) headers.push(name, invite.headers[i + 1] ?? '')
    }
  }
  headers.push(
    'Max-Forwards',
    '70',
    'CSeq',
    `${Number.parseInt(getHeader(invite, 'CSeq') ?? '0', 10)} CANCEL`,
  )
  if (reason !== undefined) headers.push('Reason', reason)
  headers.push('Content-Length', '0')
  return {
    kind: 'request',
    method: 'CANCEL',
    requestUri: invite.requestUri,
    headers,
    body: new Uint8Array(0),
  }
}
