import { getHeader } from '../message/headers.ts'
import type { SipRequest, SipResponse, TransportAddress } from '../message/message.types.ts'
import { serializeMessage } from '../message/serialize.ts'
import { magicCookie } from './branch.ts'
import { type ClientTransaction, type ClientUser, createClientTransactions } from './client-transaction.ts'
import type { IncomingRequest, IncomingResponse } from './incoming.ts'
import type { Runtime } from './runtime.ts'
import { createServerTransactions, type ServerTransaction } from './server-transaction.ts'

/** What a received request turned out to be. */
export type RequestMatch =
  /** A repetition, or the ACK of a failure: dealt with. */
  | { kind: 'absorbed' }
  /** An ACK that belongs to a dialog: RFC 3261 §13.2.2.4. */
  | { kind: 'ack' }
  /** A CANCEL and the INVITE it is for, when there is one. */
  | { kind: 'cancel'; transaction: ServerTransaction; invite: ServerTransaction | undefined }
  /** The same request by another path. @source RFC 3261 §8.2.2.2 */
  | { kind: 'merged'; transaction: ServerTransaction }
  /** New, and not admitted: no transaction was made. */
  | { kind: 'shed' }
  | { kind: 'new'; transaction: ServerTransaction }

/** All transactions of an endpoint. */
export type TransactionLayer = {
  /** Sends a request whose top Via is already ours. `limitMs` shortens timers B and F. */
  send(
    request: SipRequest,
    via: { branch: string; sentBy: string },
    target: TransportAddress,
    user: ClientUser,
    limitMs?: number,
  ): ClientTransaction
  /** False for an answer to nothing of ours. @source RFC 3261 §17.1.3, §18.1.2 */
  receiveResponse(incoming: IncomingResponse): boolean
  /** Finds or creates the transaction of a request; `responseTo` says where its answers go, `admits` whether it may begin. */
  receiveRequest(
    incoming: IncomingRequest,
    responseTo: TransportAddress,
    admits?: () => boolean,
  ): RequestMatch
  respond(transaction: ServerTransaction, response: SipResponse): boolean
  abandon(transaction: ClientTransaction): void
  /** Whatever was sent under this key did not leave. */
  transportFailed(key: string): void
  /** A stream was cut: whoever waits on it is told. @source RFC 3261 §18.4, §17.1.4 */
  connectionLost(connection: TransportAddress): void
  serverTransaction(key: string): ServerTransaction | undefined
  size(): { clients: number; servers: number }
}

/** Creates the layer. */
export function createTransactionLayer(runtime: Runtime): TransactionLayer {
  const clients = new Map<string, ClientTransaction>()
  const servers = new Map<string, ServerTransaction>()
  const merging = new Map<string, ServerTransaction>()
  const client = createClientTransactions(runtime, ended => clients.delete(ended.key))
  const server = createServerTransactions(runtime, ended => {
    servers.delete(ended.key)
    if (ended.mergeKey !== undefined && merging.get(ended.mergeKey) === ended) merging.delete(ended.mergeKey)
  })

  const open = (
    request: SipRequest,
    key: string,
    responseTo: TransportAddress,
    mergeKey: string | undefined,
  ) => {
    const transaction: ServerTransaction = {
      key,
      method: request.method,
      mergeKey,
      request,
      responseTo,
      user: undefined,
      state: request.method === 'INVITE' ? 'proceeding' : 'trying',
      reliable: responseTo.protocol !== 'udp',
      bytes: undefined,
      intervalMs: 0,
      retransmission: undefined,
      limit: undefined,
    }
    servers.set(key, transaction)
    server.start(transaction)
    return transaction
  }

  return {
    send(request, { branch, sentBy }, target, user, limitMs) {
      const transaction: ClientTransaction = {
        key: clientKey(branch, request.method),
        request,
        sentBy,
        target,
        user,
        state: request.method === 'INVITE' ? 'calling' : 'trying',
        bytes: serializeMessage(request),
        ack: undefined,
        intervalMs: runtime.timerSettings.t1Ms,
        retransmission: undefined,
        limit: undefined,
      }
      clients.set(transaction.key, transaction)
      client.start(transaction, limitMs)
      return transaction
    },
    receiveResponse(incoming) {
      const { via, method } = incoming
      if (via.branch === undefined) return false
      const transaction = clients.get(clientKey(via.branch, method))
      // RFC 3261 §18.1.2: an answer whose Via is not ours is dropped
      if (transaction === undefined || transaction.sentBy !== sentByOf(via)) return false
      client.response(transaction, incoming)
      return true
    },
    receiveRequest(incoming, responseTo, admits) {
      const request = incoming.message
      const ids = requestIds(incoming)
      const known = servers.get(ids.key)
      if (request.method === 'ACK') {
        if (known === undefined || known.state === 'accepted') return { kind: 'ack' }
        server.acknowledged(known)
        return { kind: 'absorbed' }
      }
      if (known !== undefined) {
        server.repeated(known)
        return { kind: 'absorbed' }
      }
      if (request.method === 'CANCEL') {
        const invite = servers.get(ids.inviteKey)
        return { kind: 'cancel', transaction: open(request, ids.key, responseTo, undefined), invite }
      }
      if (admits?.() === false) return { kind: 'shed' }
      const mergeKey = ids.mergeKey
      const merged = mergeKey !== undefined && merging.has(mergeKey)
      const transaction = open(request, ids.key, responseTo, merged ? undefined : mergeKey)
      if (merged) return { kind: 'merged', transaction }
      if (mergeKey !== undefined) merging.set(mergeKey, transaction)
      return { kind: 'new', transaction }
    },
    respond: (transaction, response) => server.respond(transaction, response),
    abandon: transaction => client.abandon(transaction),
    transportFailed(key) {
      const sent = clients.get(key)
      if (sent !== undefined) client.transportFailed(sent)
      const answered = servers.get(key)
      if (answered !== undefined) server.transportFailed(answered)
    },
    connectionLost({ connectionId, protocol, address, port }) {
      for (const transaction of [...clients.values()]) {
        const { target } = transaction
        // Whoever had the stream opened for it does not know its name, only where it leads
        const opener =
          target.connectionId === undefined &&
          target.protocol === protocol &&
          target.address === address &&
          target.port === port
        if (opener || target.connectionId === connectionId) client.transportFailed(transaction)
      }
    },
    serverTransaction: key => servers.get(key),
    size: () => ({ clients: clients.size, servers: servers.size }),
  }
}

function clientKey(branch: string, method: string): string {
  return `${branch}|${method}`
}

/** How a Via names its sender, comparable: lower case, with the port only where one is written. */
export function sentByOf(via: { host: string; port?: number | undefined }): string {
  return via.port === undefined ? via.host.toLowerCase() : `${via.host.toLowerCase()}:${via.port}`
}

/**
 * By what a request is recognised: branch, sender and method, where ACK and CANCEL find their INVITE.
 * @source RFC 3261 §17.2.3
 */
function requestIds(incoming: IncomingRequest): {
  key: string
  inviteKey: string
  mergeKey: string | undefined
} {
  const { message: request, via, callId, fromTag, toTag, cseq } = incoming
  const { method } = request
  const keyMethod = method === 'ACK' ? 'INVITE' : method
  const mergeKey = toTag === undefined ? `${callId}|${fromTag}|${cseq}|${method}` : undefined
  if (via.branch?.startsWith(magicCookie) === true && via.branch.length > magicCookie.length) {
    const base = `${via.branch}|${sentByOf(via)}|`
    return { key: base + keyMethod, inviteKey: `${base}INVITE`, mergeKey }
  }
  // An RFC 2543 peer: Request-URI, Call-ID, From tag, CSeq number and Via; the To tag, which only the ACK has, is left out
  const base = `2543|${request.requestUri}|${callId}|${fromTag}|${cseq}|${getHeader(request, 'Via')}|`
  return { key: base + keyMethod, inviteKey: `${base}INVITE`, mergeKey }
}
