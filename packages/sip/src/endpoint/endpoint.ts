import { createAuthenticatedSender } from '../dialog/authenticated-sender.ts'
import { createCallLayer } from '../dialog/call.layer.ts'
import { formatHostPort } from '../message/host.ts'
import type { SipMessage, SipRequest, TransportAddress, TransportProtocol } from '../message/message.types.ts'
import type { MessageProblem } from '../message/message-problem.ts'
import { parseMessage } from '../message/parse.ts'
import { createResponse, reasonPhrase } from '../message/response.ts'
import { serializeMessage } from '../message/serialize.ts'
import { createStreamParser, pongBytes, type StreamParser } from '../message/stream.ts'
import { topVia } from '../message/typed.ts'
import { createRandomSource } from '../transaction/branch.ts'
import { type IncomingRequest, readIncoming } from '../transaction/incoming.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import { createTimerQueue, defaultTimerSettings } from '../transaction/timers.ts'
import { createTransactionLayer } from '../transaction/transaction.layer.ts'
import { createConnections } from '../transport/connections.ts'
import { createKeepAlive } from '../transport/keep-alive.ts'
import { createLookups } from '../transport/lookups.ts'
import { createRequestSender } from '../transport/request-sender.ts'
import { fallbackTarget, responseTarget, stampVia } from '../transport/via-route.ts'
import type { Endpoint, EndpointEvent, EndpointOptions, EndpointOutput } from './endpoint.types.ts'
import { createOverload, defaultOverloadSettings } from './overload.ts'
import { createRegistrations } from './registration.ts'
import { createRequests } from './requests.ts'
import { callMethods, inspectRequest } from './uas-core.ts'

/** Extensions of calls. */
const supported: readonly string[] = ['100rel', 'timer', 'replaces']
const protocols: readonly TransportProtocol[] = ['udp', 'tcp', 'tls']

/** Creates a SIP user agent without I/O: bytes, time and commands go in, outputs come out. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const now = options.clock
  let outputs: EndpointOutput[] = []
  const timers = createTimerQueue(now)
  const random = createRandomSource(options.randomBytes)
  const runtime: Runtime = {
    now,
    timers,
    random,
    timerSettings: { ...defaultTimerSettings, ...options.timers },
    transmit(data, to, transactionKey) {
      outputs.push({ kind: 'send', data, to, transactionKey })
    },
  }
  const emit = (event: EndpointEvent) => {
    outputs.push({ kind: 'event', event })
  }
  const spoken = protocols.filter(protocol => options.local[protocol] !== undefined)
  const sentBy: Partial<Record<TransportProtocol, string>> = {}
  for (const protocol of spoken) {
    const local = options.local[protocol]
    if (local !== undefined) sentBy[protocol] = formatHostPort(local)
  }
  const contactFor = (user: string | undefined) => (protocol: TransportProtocol) => {
    const transport = protocol === 'udp' ? '' : `;transport=${protocol}`
    return `<sip:${user === undefined ? '' : `${user}@`}${sentBy[protocol] ?? ''}${transport}>`
  }

  const transactions = createTransactionLayer(runtime)
  const connections = createConnections()
  const lookups = createLookups({
    protocols: spoken,
    random,
    ask: (id, question) => outputs.push({ kind: 'resolve', id, question }),
  })
  const attemptLimitMs = options.attemptLimitMs ?? 6_000
  const sender = createRequestSender({ runtime, transactions, connections, lookups, sentBy, attemptLimitMs })
  const authenticated = createAuthenticatedSender(sender, options.credentials)
  const own = options.methods ?? []
  const allow = [...new Set(['INVITE', 'ACK', 'CANCEL', 'OPTIONS', ...callMethods, ...own])].filter(
    method => options.withhold?.includes(method) !== true,
  )
  const calls = createCallLayer({
    runtime,
    transactions,
    sender,
    authenticated,
    settings: {
      allow,
      supported,
      sessionExpiresS: options.sessionExpiresS ?? 1_800,
      minSessionExpiresS: Math.max(options.minSessionExpiresS ?? 90, 90),
      ringLimitMs: options.ringLimitMs ?? 180_000,
    },
    emit,
    contactFor,
    followsSource: options.followsSource ?? (() => false),
  })
  const keepAlive = createKeepAlive({ runtime, connections, dead: connectionId => closeStream(connectionId) })
  const registrations = createRegistrations({ runtime, authenticated, contactFor, keepAlive, emit })
  const request = createRequests({ runtime, authenticated, contactFor, emit })
  const overload = createOverload({ ...defaultOverloadSettings, ...options.overload })
  const streams = new Map<string, StreamParser>()
  const rules = { allow, supported }
  const registrarRules = { allow, supported: [...supported, 'path', 'outbound'] }

  const forget = (connectionId: string) => {
    const lost = connections.closed(connectionId)
    streams.delete(connectionId)
    keepAlive.alive(connectionId)
    if (lost === undefined) return
    transactions.connectionLost(lost)
    registrations.connectionLost(lost)
  }
  const closeStream = (connectionId: string) => {
    outputs.push({ kind: 'close', connectionId })
    forget(connectionId)
  }

  /** Answers without a transaction. @source RFC 3261 §8.2.7 */
  const answerStatelessly = (
    received: SipRequest,
    from: TransportAddress,
    status: number,
    headers: readonly string[] = [],
  ) => {
    const via = topVia(received)
    if (via === undefined) return
    const stamped = stampVia(received, via, from)
    const response = createResponse(received, status, reasonPhrase(status), random.token(12))
    response.headers.push(...headers)
    runtime.transmit(serializeMessage(response), responseTarget(stamped, from))
  }
  const refuse = (
    transaction: ServerTransaction,
    received: SipRequest,
    status: number,
    headers: readonly string[] = [],
  ) => {
    const response = createResponse(received, status, reasonPhrase(status), random.token(12))
    response.headers.push(...headers)
    transactions.respond(transaction, response)
  }

  const begin = (incoming: IncomingRequest, transaction: ServerTransaction, from: TransportAddress) => {
    const received = incoming.message
    const refusal = inspectRequest(received, received.method === 'REGISTER' ? registrarRules : rules)
    if (refusal !== undefined) return refuse(transaction, received, refusal.status, refusal.headers)
    if (incoming.toTag !== undefined && !own.includes(received.method)) {
      return calls.receiveInDialog(incoming, transaction)
    }
    if (received.method === 'INVITE') return calls.receiveInvite(incoming, transaction, from)
    if (own.includes(received.method)) {
      return emit({ type: 'request', key: transaction.key, request: received, from })
    }
    if (received.method === 'OPTIONS') {
      // RFC 3261 §11.2: what an INVITE would be told
      return refuse(transaction, received, 200, [
        'Allow',
        allow.join(', '),
        'Accept',
        'application/sdp',
        'Supported',
        supported.join(', '),
        'Contact',
        contactFor(undefined)(from.protocol),
      ])
    }
    // BYE, PRACK and their like without a To tag belong to no call
    refuse(transaction, received, 481)
  }

  const receiveRequest = (received: SipRequest, from: TransportAddress) => {
    const read = readIncoming(received)
    if (read === undefined) return
    const via = stampVia(received, read.via, from)
    const incoming: IncomingRequest = { ...read, via }
    const admits = () =>
      received.method !== 'INVITE' ||
      incoming.toTag !== undefined ||
      overload.admits({ servers: transactions.size().servers, calls: calls.size().calls })
    const match = transactions.receiveRequest(incoming, responseTarget(via, from), admits)
    switch (match.kind) {
      case 'absorbed':
        return
      case 'ack':
        return calls.receiveAck(incoming)
      case 'shed':
        return answerStatelessly(received, from, 503, ['Retry-After', String(overload.retryAfterS())])
      case 'merged':
        return refuse(match.transaction, received, 482)
      case 'cancel': {
        const { invite } = match
        // RFC 3261 §9.2: 200 tells nothing but that the CANCEL came; the INVITE is answered 487 where it still can be
        refuse(match.transaction, received, invite === undefined ? 481 : 200)
        if (invite?.state === 'proceeding') invite.user?.cancelled?.(received)
        return
      }
      case 'new':
        return begin(incoming, match.transaction, from)
    }
  }

  const receiveMessage = (message: SipMessage, from: TransportAddress) => {
    if (message.kind === 'request') return receiveRequest(message, from)
    const incoming = readIncoming(message)
    if (incoming !== undefined) transactions.receiveResponse(incoming)
  }
  const receiveProblem = ({ status, partial }: MessageProblem, from: TransportAddress) => {
    if (status !== undefined && partial !== undefined) answerStatelessly(partial, from, status)
  }
  const receiveStream = (data: Uint8Array, from: TransportAddress, connectionId: string) => {
    let parser = streams.get(connectionId)
    if (parser === undefined) {
      parser = createStreamParser(options.messageLimits)
      streams.set(connectionId, parser)
    }
    keepAlive.alive(connectionId)
    for (const event of parser.push(data)) {
      if (event.kind === 'message') receiveMessage(event.message, from)
      // RFC 5626 §4.4.1
      else if (event.kind === 'ping') runtime.transmit(pongBytes, from)
      else if (event.kind === 'problem') {
        receiveProblem(event.problem, from)
        if (event.fatal) outputs.push({ kind: 'close', connectionId })
      }
    }
  }

  return {
    ...calls,
    ...registrations,
    request,
    receive(data, from) {
      connections.seen(from)
      if (!(data instanceof Uint8Array)) return receiveMessage(data, from)
      if (from.connectionId !== undefined) return receiveStream(data, from, from.connectionId)
      const parsed = parseMessage(data, options.messageLimits)
      if (parsed.ok) receiveMessage(parsed.message, from)
      else receiveProblem(parsed.problem, from)
    },
    wake: () => timers.runDue(now()),
    nextWakeAt: () => timers.nextAt(),
    takeOutputs() {
      const taken = outputs
      outputs = []
      return taken
    },
    connectionOpened: address => connections.seen(address),
    connectionClosed(connectionId) {
      forget(connectionId)
    },
    sendFailed({ data, to, transactionKey }) {
      if (transactionKey === undefined) return
      const answered = transactions.serverTransaction(transactionKey)
      const lostStream =
        to.connectionId !== undefined && answered?.responseTo.connectionId === to.connectionId
      const via = answered?.request === undefined ? undefined : topVia(answered.request)
      if (answered !== undefined && lostStream && via !== undefined) {
        // RFC 3261 §18.2.2: an answer whose connection is gone opens another one to the sender
        answered.responseTo = fallbackTarget(via, to)
        runtime.transmit(data, answered.responseTo, transactionKey)
      } else transactions.transportFailed(transactionKey)
    },
    dnsAnswered: (id, answer) => lookups.answered(id, answer),
    respond(key, status, extras = {}) {
      const transaction = transactions.serverTransaction(key)
      const received = transaction?.request
      if (transaction === undefined || received === undefined) return false
      const reason = extras.reason ?? reasonPhrase(status)
      const response = createResponse(received, status, reason, status === 100 ? undefined : random.token(12))
      response.headers.push(...(extras.headers ?? []))
      if (extras.content !== undefined) {
        response.headers.push('Content-Type', extras.content.type)
        response.body = extras.content.body
      }
      return transactions.respond(transaction, response)
    },
    observeDelay: delayMs => overload.observeDelay(delayMs),
    shed: () => overload.shed(),
    size() {
      const { clients, servers } = transactions.size()
      return {
        ...calls.size(),
        clientTransactions: clients,
        serverTransactions: servers,
        timers: timers.size(),
        lookups: lookups.size(),
        connections: connections.size(),
        registrations: registrations.size(),
      }
    },
  }
}
