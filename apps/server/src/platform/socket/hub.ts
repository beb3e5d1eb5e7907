import type { IncomingMessage, Server } from 'node:http'
import {
  ClientFrame,
  HEARTBEAT_MS,
  MAX_FRAME_BYTES,
  type ServerFrame,
  SOCKET_PATH,
  type SocketEventName,
  type SocketEvents,
  type SocketInput,
  type SocketMethod,
  type SocketResult,
  socketMethods,
} from '@guichet/contract'
import { DomainError } from '@guichet/domain'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { cleanInput, needsCleaning } from '../clean.ts'
import type { Clock } from '../clock.ts'
import { type HostCheck, UnknownHostError } from '../http/hosts.ts'
import { endWithProblem } from '../http/malformed.ts'
import type { Ids } from '../ids.ts'
import { parseInput } from '../input.ts'
import { type Log, withLogContext } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { ForbiddenError, type Principal } from '../principal.ts'
import { isExpected, toProblem } from '../problem.ts'
import { type Connection, sendText } from './connection.ts'
import { createBucket } from './rate.ts'
import { createTopics } from './topics.ts'

const HELLO_LIMIT_MS = 5_000
const REQUESTS_PER_SECOND = 40
const REQUEST_BURST = 120
const MAX_CONNECTIONS_PER_VISITOR = 8
const MAX_CONNECTIONS_PER_STAFF = 20
const MAX_UNKNOWN_PER_ADDRESS = 64
/** What may wait while the door decides: one large frame and some small ones. */
const MAX_EARLY_BYTES = 2 * MAX_FRAME_BYTES
/** A peer that is told to go is gone by then, whether it answers or not. */
const CLOSE_LIMIT_MS = 5_000

export type SocketHandler<M extends SocketMethod> = (
  input: SocketInput<M>,
  connection: Connection,
) => Promise<SocketResult<M>> | SocketResult<M>

/** What the door needs to know of a newcomer. */
export type SocketAuthenticator = (hello: {
  token: string | undefined
  cookie: string | undefined
  origin: string | undefined
  host: string
}) => Promise<Principal | null>

/** The socket door: authenticates, routes requests to modules, fans events out by topic. */
export type SocketHub = {
  handle<M extends SocketMethod>(method: M, handler: SocketHandler<M>): void
  /** Called once a connection is welcome, before it may ask anything: subscribe it here. */
  onConnect(listener: (connection: Connection) => void): void
  onDisconnect(listener: (connection: Connection) => void): void
  subscribe(connection: Connection, topic: string): void
  unsubscribe(connection: Connection, topic: string): void
  publish<N extends SocketEventName>(
    topic: string,
    name: N,
    payload: SocketEvents[N],
    except?: Connection,
  ): void
  connectionsOf(rawId: string): Connection[]
  /** The topic that reaches every tab of one person. */
  personTopic(rawId: string): string
  stop(): Promise<void>
}

type Member = Connection & { socket: WebSocket; alive: boolean }

/** Attaches the hub to an HTTP server. */
export function createSocketHub(deps: {
  server: Server
  authenticate: SocketAuthenticator
  /** Whether `X-Forwarded-For` tells the client's address. */
  trustProxy: boolean
  /** Hosts that this server answers to; every one when left out. */
  isHostKnown?: HostCheck
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
}): SocketHub {
  const { clock, ids, log, metrics } = deps
  const handlers = new Map<SocketMethod, SocketHandler<SocketMethod>>()
  const connectListeners: ((connection: Connection) => void)[] = []
  const disconnectListeners: ((connection: Connection) => void)[] = []
  const topics = createTopics<Member>()
  const members = new Set<Member>()
  const byPerson = new Map<string, Set<Member>>()
  const unknownByAddress = new Map<string, number>()
  // A variable, because the types do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    closeTimeout: CLOSE_LIMIT_MS,
  }
  const wss = new WebSocketServer(options)

  deps.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const path = (request.url ?? '').split('?')[0]
    const address = addressOf(request, deps.trustProxy)
    const unknown = unknownByAddress.get(address) ?? 0
    if (path !== SOCKET_PATH)
      return endWithProblem(socket, new DomainError('not-found', 'There is no socket at this address'))
    if (deps.isHostKnown?.(request.headers.host) === false)
      return endWithProblem(socket, new UnknownHostError())
    if (unknown >= MAX_UNKNOWN_PER_ADDRESS)
      return endWithProblem(
        socket,
        new DomainError('too-many-connections', 'Too many connections at once; try again in a moment', {
          retryable: true,
        }),
      )
    unknownByAddress.set(address, unknown + 1)
    const known = once(() => {
      const left = (unknownByAddress.get(address) ?? 1) - 1
      if (left <= 0) unknownByAddress.delete(address)
      else unknownByAddress.set(address, left)
    })
    socket.once('close', known)
    wss.handleUpgrade(request, socket, head, webSocket => {
      greet(webSocket, known, {
        cookie: request.headers.cookie,
        origin: request.headers.origin,
        host: request.headers.host ?? '',
      })
    })
  })

  /** Waits for the hello frame, then turns the socket into a member or sends it away. */
  function greet(
    socket: WebSocket,
    known: () => void,
    headers: { cookie: string | undefined; origin: string | undefined; host: string },
  ): void {
    socket.on('error', error => log.debug({ err: error }, 'socket error'))
    const giveUp = clock.after(HELLO_LIMIT_MS, () => socket.close(1008, 'hello expected'))
    socket.once('close', giveUp)
    socket.once('message', (data, isBinary) => {
      giveUp()
      const frame = isBinary ? null : parseFrame(data.toString())
      if (frame === null || frame.type !== 'hello') {
        goodbye(socket, new DomainError('invalid-request', 'The first frame must be hello'), false)
        return
      }
      // Frames that follow closely wait until the door has decided.
      const early: { data: RawData; isBinary: boolean }[] = []
      let earlyBytes = 0
      const hold = (data: RawData, isBinary: boolean) => {
        earlyBytes += sizeOf(data)
        if (early.length < REQUEST_BURST && earlyBytes <= MAX_EARLY_BYTES) early.push({ data, isBinary })
        else socket.close(1008, 'too many frames')
      }
      socket.on('message', hold)
      deps
        .authenticate({ token: frame.token, ...headers })
        .then(principal => {
          socket.off('message', hold)
          known()
          if (principal === null)
            return goodbye(socket, new DomainError('unauthenticated', 'Sign in again'), false)
          const member = admit(socket, principal, frame.tabId)
          for (const { data, isBinary } of member === null ? [] : early)
            receive(member as Member, data, isBinary)
        })
        .catch(error => {
          if (!isExpected(error)) log.error({ err: error }, 'socket authentication failed')
          goodbye(socket, error, !isExpected(error))
        })
    })
  }

  function admit(socket: WebSocket, principal: Principal, tabId: string): Member | null {
    if (socket.readyState !== socket.OPEN) return null
    const mine = byPerson.get(principal.rawId) ?? new Set<Member>()
    const limit = principal.kind === 'visitor' ? MAX_CONNECTIONS_PER_VISITOR : MAX_CONNECTIONS_PER_STAFF
    if (mine.size >= limit) {
      goodbye(socket, new DomainError('too-many-connections', 'Too many windows are open; close some'), false)
      return null
    }
    const member: Member = {
      id: ids.uuid(),
      tabId,
      principal,
      socket,
      alive: true,
      get topics() {
        return topics.of(member)
      },
      send: frame => void sendText(socket, JSON.stringify(frame)),
      tell: (name, payload) => void sendText(socket, JSON.stringify({ type: 'event', name, payload })),
      close: (code, reason) => socket.close(code, reason),
    }
    mine.add(member)
    byPerson.set(principal.rawId, mine)
    members.add(member)
    metrics.socketConnections.inc({ kind: principal.kind })
    const bucket = createBucket(REQUESTS_PER_SECOND, REQUEST_BURST)
    socket.on('message', (data, isBinary) => {
      if (!bucket.take(clock.now())) {
        goodbye(
          socket,
          new DomainError('too-many-requests', 'Too many requests at once', { retryable: true }),
          true,
        )
        return
      }
      receive(member, data, isBinary)
    })
    socket.on('pong', () => {
      member.alive = true
    })
    socket.once('close', () => forget(member))
    topics.subscribe(member, personTopic(principal.rawId))
    for (const listener of connectListeners) listener(member)
    member.send({ type: 'welcome', connectionId: member.id, serverTime: new Date(clock.now()).toISOString() })
    return member
  }

  function forget(member: Member): void {
    if (!members.delete(member)) return
    topics.forget(member)
    const mine = byPerson.get(member.principal.rawId)
    mine?.delete(member)
    if (mine?.size === 0) byPerson.delete(member.principal.rawId)
    metrics.socketConnections.dec({ kind: member.principal.kind })
    for (const listener of disconnectListeners) listener(member)
  }

  function receive(member: Member, data: unknown, isBinary: boolean): void {
    member.alive = true
    const frame = isBinary ? null : parseFrame(String(data))
    if (frame === null || frame.type === 'hello') {
      goodbye(member.socket, new DomainError('invalid-request', 'The frame could not be read'), false)
      return
    }
    if (frame.type === 'ping') {
      member.send({ type: 'pong' })
      return
    }
    withLogContext({ requestId: `${member.id}/${frame.id}` }, () => {
      answer(member, frame.id, frame.method, frame.params).catch(error =>
        log.error({ err: error }, 'answer failed'),
      )
    })
  }

  async function answer(member: Member, id: number, method: SocketMethod, params: unknown): Promise<void> {
    const startedAt = clock.now()
    let outcome = 'ok'
    try {
      const spec = socketMethods[method]
      if (!(spec.by as readonly string[]).includes(member.principal.kind))
        throw new ForbiddenError('ask this')
      const handler = handlers.get(method)
      if (handler === undefined)
        throw new DomainError('unavailable', 'This part of the server is not running')
      const result = await handler(parseInput(spec.params, params) as never, member)
      member.send({ type: 'response', id, ok: true, result })
    } catch (error) {
      const reference = ids.uuid()
      const problem = toProblem(error, reference)
      outcome = problem.code
      if (!isExpected(error)) log.error({ err: error, reference, method }, 'socket request failed')
      member.send({ type: 'response', id, ok: false, problem })
    } finally {
      metrics.socketRequests.inc({ method, outcome })
      metrics.socketRequestSeconds.observe({ method }, (clock.now() - startedAt) / 1000)
    }
  }

  function goodbye(socket: WebSocket, error: unknown, retry: boolean): void {
    const frame: ServerFrame = { type: 'goodbye', problem: toProblem(error), retry }
    sendText(socket, JSON.stringify(frame))
    socket.close(1008, frame.problem.code)
  }

  const stopHeartbeat = clock.every(HEARTBEAT_MS, () => {
    for (const member of members) {
      if (!member.alive) member.socket.terminate()
      member.alive = false
      member.socket.ping()
    }
  })

  return {
    handle(method, handler) {
      if (handlers.has(method)) throw new Error(`Socket method ${method} has two handlers`)
      handlers.set(method, handler as unknown as SocketHandler<SocketMethod>)
    },
    onConnect: listener => void connectListeners.push(listener),
    onDisconnect: listener => void disconnectListeners.push(listener),
    subscribe: (connection, topic) => topics.subscribe(connection as Member, topic),
    unsubscribe: (connection, topic) => topics.unsubscribe(connection as Member, topic),
    publish(topic, name, payload, except) {
      const audience = topics.members(topic)
      if (audience.size === 0) return
      const text = Buffer.from(JSON.stringify({ type: 'event', name, payload }))
      for (const member of audience) if (member !== except) sendText(member.socket, text)
    },
    connectionsOf: rawId => [...(byPerson.get(rawId) ?? [])],
    personTopic,
    async stop() {
      stopHeartbeat()
      for (const member of members) member.socket.close(1012, 'restarting')
      for (const client of wss.clients) client.terminate()
      wss.close()
    },
  }
}

/** Only the entry that our own proxy appended is believed: the ones before it come from the client. */
function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? String(request.headers['x-forwarded-for'] ?? '') : ''
  return forwarded.split(',').at(-1)?.trim() || (request.socket.remoteAddress ?? '')
}

function personTopic(rawId: string): string {
  return `person:${rawId}`
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength
}

function parseFrame(text: string): ClientFrame | null {
  try {
    const given: unknown = JSON.parse(text)
    const parsed = ClientFrame.safeParse(needsCleaning(text) ? cleanInput(given) : given)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (!done) action()
    done = true
  }
}
