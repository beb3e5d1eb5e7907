import type {
  ClientFrame,
  ServerFrame,
  SocketEventName,
  SocketEvents,
  SocketMethod,
  SocketParams,
  SocketResult,
} from '@guichet/contract'
import { createEmitter, type Emitter } from './emitter.ts'
import type { ClientEnvironment, ClientSocket } from './environment.ts'
import { offlineProblem, ProblemError, timeoutProblem } from './problem.error.ts'
import { repeatable, retryDelayMs } from './socket.policy.ts'

export type SocketState =
  | { status: 'connecting' }
  | { status: 'open'; connectionId: string }
  /** `retryAt` is when the next attempt begins, in epoch milliseconds. */
  | { status: 'reconnecting'; attempt: number; retryAt: number; problem: ProblemError | null }
  /** `problem` is why the server will not have us back; null when closed on purpose. */
  | { status: 'closed'; problem: ProblemError | null }

export type SocketClientOptions = {
  /** Address of the socket, `ws:` or `wss:`. */
  url: string
  /** Unique per browser tab and kept over reconnections. */
  tabId: string
  environment: Pick<
    ClientEnvironment,
    'now' | 'setTimer' | 'clearTimer' | 'random' | 'openSocket' | 'onOnline'
  >
  /** Visitor's token; asked anew for each connection. `refused` says that the last one was not accepted. */
  getToken?: (refused: boolean) => string | null | Promise<string | null>
  /** Limit of one request once sent, in milliseconds. */
  requestTimeoutMs?: number
  /** How long a request may wait for the connection to return, in milliseconds. */
  queueTimeoutMs?: number
  /** Pause between pings, in milliseconds; two silences end the connection. */
  heartbeatMs?: number
}

export type RequestOptions = {
  /** Overrides the limit once sent, in milliseconds. */
  timeoutMs?: number
}

export type SocketClient = {
  /** Connects, and stays connected until `close`. Harmless when already started. */
  start(): void
  /** Ends the connection on purpose; open requests fail with `aborted`. */
  close(): void
  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void
  /**
   * Asks the server. Repeatable requests wait for a lost connection and survive a cut; the others fail with `offline`.
   * @throws ProblemError with the server's code, or `offline`, `timeout`, `aborted`.
   */
  request<M extends SocketMethod>(
    method: M,
    params: SocketParams<M>,
    options?: RequestOptions,
  ): Promise<SocketResult<M>>
  /** Hears one kind of event; the result stops it. */
  on<N extends SocketEventName>(name: N, listener: (payload: SocketEvents[N]) => void): () => void
  getState(): SocketState
  /** Hears every change of state; the result stops it. */
  onState(listener: (state: SocketState) => void): () => void
}

type Pending = {
  id: number
  method: SocketMethod
  params: unknown
  timeoutMs: number
  sent: boolean
  timer: unknown
  resolve: (result: never) => void
  reject: (problem: ProblemError) => void
}

/** Limit between opening a connection and the server's welcome. */
const WELCOME_TIMEOUT_MS = 10_000
/** How long an open connection may stay silent after the network changed. */
const NETWORK_CHECK_MS = 1_500
/** Requests that may wait for a connection; more fail at once. */
const MAX_QUEUED = 200

/** Address of the socket of a server at `baseUrl` (an absolute http or https address). */
export function socketUrl(baseUrl: string): string {
  const url = new URL('/api/socket', baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** One connection to the server that mends itself: typed requests, typed events, heartbeats, back-off. */
export function createSocketClient(options: SocketClientOptions): SocketClient {
  const { environment } = options
  const requestTimeoutMs = options.requestTimeoutMs ?? 15_000
  const queueTimeoutMs = options.queueTimeoutMs ?? 120_000
  const heartbeatMs = options.heartbeatMs ?? 15_000

  const listeners = new Map<SocketEventName, Emitter<never>>()
  const stateChanged = createEmitter<SocketState>()
  const pending = new Map<number, Pending>()
  let state: SocketState = { status: 'closed', problem: null }
  let started = false
  let socket: ClientSocket | null = null
  /** Counts connections, so that late news of an earlier one is not taken for news of this one. */
  let generation = 0
  let nextRequestId = 1
  let attempt = 0
  let refused = false
  let silences = 0
  let linkTimer: unknown
  let retryTimer: unknown
  let stopOnline: (() => void) | null = null

  function setState(next: SocketState) {
    state = next
    stateChanged.emit(next)
  }

  function transmit(frame: ClientFrame) {
    socket?.send(JSON.stringify(frame))
  }

  function settle(entry: Pending) {
    environment.clearTimer(entry.timer)
    pending.delete(entry.id)
  }

  function limit(entry: Pending, delayMs: number, problem: () => ProblemError) {
    environment.clearTimer(entry.timer)
    entry.timer = environment.setTimer(() => {
      settle(entry)
      entry.reject(problem())
    }, delayMs)
  }

  function transmitRequest(entry: Pending) {
    entry.sent = true
    limit(entry, entry.timeoutMs, timeoutProblem)
    transmit({ type: 'request', id: entry.id, method: entry.method, params: entry.params })
  }

  function dropLink() {
    generation += 1
    environment.clearTimer(linkTimer)
    const dropped = socket
    socket = null
    if (dropped) {
      dropped.onopen = dropped.onmessage = dropped.onclose = dropped.onerror = null
      dropped.close()
    }
    for (const entry of [...pending.values()]) {
      if (!entry.sent && repeatable[entry.method]) continue
      if (repeatable[entry.method]) {
        entry.sent = false
        limit(entry, queueTimeoutMs, offlineProblem)
      } else {
        settle(entry)
        entry.reject(offlineProblem())
      }
    }
  }

  function reconnect(problem: ProblemError | null) {
    dropLink()
    if (!started) return
    attempt += 1
    const delayMs = retryDelayMs(attempt, environment.random())
    environment.clearTimer(retryTimer)
    retryTimer = environment.setTimer(() => void connect(), delayMs)
    setState({ status: 'reconnecting', attempt, retryAt: environment.now() + delayMs, problem })
  }

  function end(problem: ProblemError | null) {
    started = false
    stopOnline?.()
    stopOnline = null
    environment.clearTimer(retryTimer)
    dropLink()
    const reason = problem ?? new ProblemError({ code: 'aborted', title: 'The connection was closed' })
    for (const entry of [...pending.values()]) {
      settle(entry)
      entry.reject(reason)
    }
    setState({ status: 'closed', problem })
  }

  function watchSilence() {
    environment.clearTimer(linkTimer)
    linkTimer = environment.setTimer(() => {
      silences += 1
      if (silences > 2) return reconnect(null)
      transmit({ type: 'ping' })
      watchSilence()
    }, heartbeatMs)
  }

  function welcome(connectionId: string) {
    attempt = 0
    refused = false
    watchSilence()
    setState({ status: 'open', connectionId })
    for (const entry of [...pending.values()]) {
      if (!entry.sent && state.status === 'open') transmitRequest(entry)
    }
  }

  function goodbye(problem: ProblemError, retry: boolean) {
    // A token may have run out since the last connection: one refusal asks for a new one.
    if (problem.code === 'unauthenticated' && options.getToken && !refused) {
      refused = true
      return reconnect(problem)
    }
    if (retry) reconnect(problem)
    else end(problem)
  }

  function receive(frame: ServerFrame) {
    silences = 0
    switch (frame.type) {
      case 'welcome':
        return welcome(frame.connectionId)
      case 'response': {
        const entry = pending.get(frame.id)
        if (!entry) return
        settle(entry)
        if (frame.ok) entry.resolve(frame.result as never)
        else entry.reject(new ProblemError(frame.problem))
        return
      }
      case 'event':
        return (listeners.get(frame.name) as Emitter<unknown> | undefined)?.emit(frame.payload)
      case 'goodbye':
        return goodbye(new ProblemError(frame.problem), frame.retry)
    }
  }

  async function connect() {
    dropLink()
    const mine = generation
    const current = () => mine === generation
    if (state.status === 'closed') setState({ status: 'connecting' })
    environment.clearTimer(retryTimer)
    linkTimer = environment.setTimer(() => current() && reconnect(timeoutProblem()), WELCOME_TIMEOUT_MS)
    let token: string | null
    try {
      token = (await options.getToken?.(refused)) ?? null
    } catch (error) {
      if (!current()) return
      const problem = error instanceof ProblemError ? error : offlineProblem()
      return problem.retryable ? reconnect(problem) : end(problem)
    }
    if (!current()) return
    silences = 0
    try {
      socket = environment.openSocket(options.url)
    } catch {
      return reconnect(offlineProblem())
    }
    const opened = socket
    opened.onopen = () => {
      if (!current()) return
      transmit({ type: 'hello', tabId: options.tabId, ...(token === null ? {} : { token }) })
    }
    opened.onmessage = event => {
      if (!current() || typeof event.data !== 'string') return
      let frame: ServerFrame
      try {
        frame = JSON.parse(event.data) as ServerFrame
      } catch {
        return reconnect(new ProblemError({ code: 'unreadable-answer', title: 'A frame was not JSON' }))
      }
      receive(frame)
    }
    opened.onclose = () => current() && reconnect(offlineProblem())
    opened.onerror = () => current() && reconnect(offlineProblem())
  }

  function retryNow() {
    if (state.status === 'reconnecting') {
      attempt = 0
      void connect()
    } else if (state.status === 'open') {
      // The network changed under an open connection: find out soon whether it still carries.
      silences = 1
      transmit({ type: 'ping' })
      environment.clearTimer(linkTimer)
      const mine = generation
      linkTimer = environment.setTimer(() => {
        if (mine !== generation) return
        if (silences > 0) reconnect(null)
        else watchSilence()
      }, NETWORK_CHECK_MS)
    }
  }

  return {
    start() {
      if (started) return
      started = true
      attempt = 0
      refused = false
      stopOnline = environment.onOnline(retryNow)
      void connect()
    },
    close() {
      if (started) end(null)
    },
    retryNow,
    request(method, params, { timeoutMs = requestTimeoutMs } = {}) {
      return new Promise((resolve, reject) => {
        const isOpen = state.status === 'open'
        // A click right after the page came up is meant for the connection that is just being made.
        const mayWait = repeatable[method] || state.status === 'connecting'
        const refusedAtOnce = !isOpen && (!mayWait || !started || pending.size >= MAX_QUEUED)
        if (refusedAtOnce) {
          return reject(state.status === 'closed' && state.problem ? state.problem : offlineProblem())
        }
        const id = nextRequestId++
        const entry: Pending = {
          id,
          method,
          params,
          timeoutMs,
          sent: false,
          timer: undefined,
          resolve,
          reject,
        }
        pending.set(id, entry)
        if (isOpen) transmitRequest(entry)
        else limit(entry, queueTimeoutMs, offlineProblem)
      })
    },
    on(name, listener) {
      const emitter = (listeners.get(name) ?? createEmitter()) as Emitter<never>
      listeners.set(name, emitter)
      return emitter.add(listener as (payload: never) => void)
    },
    getState: () => state,
    onState: listener => stateChanged.add(listener),
  }
}
