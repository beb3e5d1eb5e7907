import {
  type ClientEnvironment,
  createEmitter,
  createHttpClient,
  createSocketClient,
  createThreadStore,
  type HttpClient,
  type OutgoingMessage,
  type ProblemError,
  type SocketClient,
  type SocketState,
  socketUrl,
  type ThreadStore,
  toProblem,
} from '@guichet/client'
import type {
  Call,
  Conversation,
  Locale,
  SocketParams,
  VisitorIdentity,
  VisitorSession,
} from '@guichet/contract'
import type { Memory } from './memory.ts'

export type VisitorSnapshot = {
  phase: 'idle' | 'starting' | 'ready' | 'failed'
  problem: ProblemError | null
  link: SocketState['status']
  visitor: VisitorSession | null
  conversation: Conversation | null
  /** The call of this conversation, whichever tab it is in; null when there is none. */
  call: Call | null
  thread: ThreadStore | null
}

export type Visitor = {
  readonly http: HttpClient
  readonly socket: SocketClient
  readonly tabId: string
  getSnapshot(): VisitorSnapshot
  subscribe(listener: () => void): () => void
  /** Whether an earlier page of this site began a conversation that is still warm. */
  isRemembered(): boolean
  /** Begins or resumes the conversation; harmless when that was done. */
  start(): Promise<void>
  /** Begins another conversation, once this one has ended. */
  restart(): Promise<void>
  /** Tells who the visitor is, now if there is a conversation, else when it begins. */
  identify(identity: VisitorIdentity): void
  /** Tells the server the visitor's language. */
  setLocale(locale: Locale): void
  /** Does something to the conversation: asks for a person, ends it, reopens it or rates it. @throws ProblemError */
  act<M extends ConversationAct>(method: M, params: SocketParams<M>): Promise<void>
}

export type ConversationAct = `conversation.${'requestPerson' | 'end' | 'reopen' | 'rate'}`

export type VisitorOptions = {
  /** Origin of the server, e.g. `https://desk.example`. */
  baseUrl: string
  environment: ClientEnvironment
  memory: Memory
  locale: Locale
  page: () => { url: string; title: string }
}

const RESUME_KEY = 'resume'
const SEEN_KEY = 'seen'
const OUTBOX_KEY = 'outbox'
/** A conversation this fresh is resumed by the page itself; an older one when the visitor asks. */
const WARM_MS = 24 * 3_600_000
/** Access tokens are renewed this long before they run out. */
const RENEW_BEFORE_MS = 60_000

/** The visitor's side of the conversation: its proof, its connection, its thread and its call. */
export function createVisitor(options: VisitorOptions): Visitor {
  const { environment, memory, baseUrl } = options
  const changed = createEmitter<void>()
  const tabId = environment.randomId()
  let locale = options.locale
  let identity: VisitorIdentity | undefined
  let granted: VisitorSession | null = null
  let renewal: Promise<VisitorSession> | null = null
  let starting: Promise<void> | null = null
  let startNew = false
  let snapshot: VisitorSnapshot = {
    phase: 'idle',
    problem: null,
    link: 'closed',
    visitor: null,
    conversation: null,
    call: null,
    thread: null,
  }

  function patch(change: Partial<VisitorSnapshot>) {
    snapshot = { ...snapshot, ...change }
    changed.emit()
  }

  const http = createHttpClient({
    baseUrl,
    environment,
    credentials: 'omit',
    getToken: async () => (granted ? (await fresh()).accessToken : null),
  })
  /** Without a token: it asks for one. */
  const door = createHttpClient({ baseUrl, environment, credentials: 'omit' })

  const socket = createSocketClient({
    url: socketUrl(baseUrl),
    tabId,
    environment,
    getToken: async refused => (refused ? await renew() : await fresh()).accessToken,
  })

  async function ask(resumeToken: string | null): Promise<VisitorSession> {
    return door.call('POST /api/visitor/conversations', {
      body: {
        locale,
        page: options.page(),
        ...(resumeToken ? { resumeToken, startNew } : {}),
        ...(identity ? { identity } : {}),
      },
    })
  }

  async function requestGrant(): Promise<VisitorSession> {
    const resumeToken = memory.readLasting(RESUME_KEY)
    const answer = await ask(resumeToken).catch((error: unknown) => {
      const { code } = toProblem(error)
      // A proof that is no longer good is no reason to send the visitor away.
      if (resumeToken && (code === 'unauthenticated' || code === 'not-found')) return ask(null)
      throw error
    })
    granted = answer
    memory.writeLasting(RESUME_KEY, answer.resumeToken)
    memory.writeLasting(SEEN_KEY, String(environment.now()))
    return answer
  }

  function renew(): Promise<VisitorSession> {
    renewal ??= requestGrant()
      .then(answer => {
        take(answer)
        return answer
      })
      .finally(() => {
        renewal = null
      })
    return renewal
  }

  function fresh(): Promise<VisitorSession> {
    const isFresh = granted && Date.parse(granted.accessTokenExpiresAt) - environment.now() > RENEW_BEFORE_MS
    return isFresh && granted ? Promise.resolve(granted) : renew()
  }

  function take(answer: VisitorSession) {
    const isSame = snapshot.conversation?.id === answer.conversation.id
    if (!isSame) snapshot.thread?.dispose()
    patch({
      phase: 'ready',
      problem: null,
      visitor: answer,
      conversation: answer.conversation,
      call: isSame ? snapshot.call : null,
      thread: isSame && snapshot.thread ? snapshot.thread : followThread(answer),
    })
  }

  function followThread(answer: VisitorSession): ThreadStore {
    return createThreadStore({
      socket,
      environment,
      threadId: answer.thread.id,
      thread: answer.thread,
      selfRawId: answer.visitor.rawId,
      outbox: {
        read: () => readOutbox(answer.thread.id),
        write: messages =>
          memory.writeTab(OUTBOX_KEY, JSON.stringify({ threadId: answer.thread.id, messages })),
      },
      async load() {
        const told = await socket.request('conversation.get', {})
        patch({ conversation: told.conversation, call: told.call })
        return told.thread
      },
    })
  }

  function readOutbox(threadId: string): OutgoingMessage[] {
    try {
      const kept = JSON.parse(memory.readTab(OUTBOX_KEY) ?? '{}')
      return kept.threadId === threadId && Array.isArray(kept.messages) ? kept.messages : []
    } catch {
      return []
    }
  }

  async function begin() {
    patch({ phase: 'starting', problem: null })
    try {
      await renew()
      socket.start()
    } catch (error) {
      starting = null
      patch({ phase: 'failed', problem: toProblem(error) })
    }
  }

  socket.onState(state => {
    patch({
      link: state.status,
      problem: state.status === 'open' ? null : 'problem' in state ? state.problem : snapshot.problem,
    })
    if (state.status === 'closed' && state.problem) {
      starting = null
      patch({ phase: 'failed' })
    }
  })
  socket.on('conversation.changed', ({ conversation }) => {
    if (conversation.id !== snapshot.conversation?.id) return
    memory.writeLasting(SEEN_KEY, String(environment.now()))
    patch({ conversation })
  })
  socket.on('call.changed', ({ call }) => {
    if (call.conversationId !== snapshot.conversation?.id) return
    patch({ call: call.endedAt ? null : call })
  })

  function retell() {
    if (granted) void renew().catch(() => undefined)
  }

  return {
    http,
    socket,
    tabId,
    getSnapshot: () => snapshot,
    subscribe: listener => changed.add(listener),
    isRemembered: () =>
      memory.readLasting(RESUME_KEY) !== null &&
      environment.now() - Number(memory.readLasting(SEEN_KEY)) < WARM_MS,
    start: () => (starting ??= begin()),
    async restart() {
      socket.close()
      granted = null
      startNew = true
      starting = begin().finally(() => {
        startNew = false
      })
      await starting
    },
    identify(next) {
      identity = next
      retell()
    },
    setLocale(next) {
      if (locale === next) return
      locale = next
      retell()
    },
    async act(method, params) {
      const { conversation } = await socket.request(method, params)
      patch({ conversation })
    },
  }
}
