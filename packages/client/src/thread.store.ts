import type { Attachment, ChatMessage, Party, ReadReceipt, Thread } from '@guichet/contract'
import { createEmitter } from './emitter.ts'
import type { ClientEnvironment } from './environment.ts'
import { type ProblemError, toProblem } from './problem.error.ts'
import type { SocketClient } from './socket.client.ts'
import { hasGap, noteThrough, noteVersion, noVersions, type Versions } from './thread.versions.ts'

type ThreadId = Thread['id']
type MessageId = ChatMessage['id']

/** A message on its way, kept until the server has it. */
export type OutgoingMessage = {
  clientMessageId: string
  message: string | undefined
  attachments: readonly Attachment[]
  /** When it was written, epoch milliseconds. */
  createdAt: number
}

export type ThreadItem =
  /** `key` is stable from the moment of writing, through sending, to the end. */
  | { key: string; delivery: 'sent'; message: ChatMessage }
  | { key: string; delivery: 'pending'; outgoing: OutgoingMessage }
  | { key: string; delivery: 'failed'; outgoing: OutgoingMessage; problem: ProblemError }

export type ThreadSnapshot = {
  /** `syncing` until all is known; `failed` when it could not be learnt: `retrySync`. */
  status: 'syncing' | 'ready' | 'failed'
  problem: ProblemError | null
  /** By sequence, then what is on its way in the order of writing. */
  items: readonly ThreadItem[]
  participants: readonly Party[]
  readReceipts: readonly ReadReceipt[]
  /** Who is writing now, oneself excepted. */
  typing: readonly Party[]
}

export type ThreadStoreOptions = {
  socket: SocketClient
  threadId: ThreadId
  environment: Pick<ClientEnvironment, 'now' | 'setTimer' | 'clearTimer' | 'randomId'>
  /** One's own identifier: to know own messages and typing. */
  selfRawId: string
  /** What is known of the thread already. */
  thread?: Thread
  /** Asks for the thread and to follow it; called at every (re)connection, before reading what was missed. */
  load?: () => Promise<Thread>
  /** Keeps unsent messages beyond the page. */
  outbox?: { read(): OutgoingMessage[]; write(messages: OutgoingMessage[]): void }
}

export type ThreadStore = {
  getSnapshot(): ThreadSnapshot
  subscribe(listener: () => void): () => void
  /** Sends text, files or both; it shows at once as `pending`. Returns its client message id. */
  send(message: string | undefined, attachments?: readonly Attachment[]): string
  /** Sends a failed message again. */
  retry(clientMessageId: string): void
  /** Forgets a failed message. */
  discard(clientMessageId: string): void
  /** @throws ProblemError */
  edit(messageId: MessageId, message: string): Promise<void>
  /** @throws ProblemError */
  remove(messageId: MessageId): Promise<void>
  /** Tells the others that one is writing; at most once in three seconds. */
  notifyTyping(): void
  /** Tells that everything up to the newest message was seen; harmless when repeated. */
  markRead(): void
  retrySync(): void
  dispose(): void
}

const TYPING_SHOWN_MS = 6_000
const TYPING_TOLD_EVERY_MS = 3_000
/** How long a missing version may still arrive by itself before it is asked for. */
const GAP_PATIENCE_MS = 150
const SYNC_ATTEMPTS = 5
const PAGE_SIZE = 200
/** A server that cannot store right now is asked again this often, and for this long. */
const RESEND_EVERY_MS = 1_000
const RESEND_LIMIT_MS = 60_000

/** Compares message ids, which are decimal numbers of up to 16 digits. */
export const compareMessageIds = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** The messages of one thread, kept complete and in order over cuts, repeats and gaps. */
export function createThreadStore(options: ThreadStoreOptions): ThreadStore {
  const { socket, threadId, environment, selfRawId } = options
  const changed = createEmitter<void>()
  const messages = new Map<MessageId, ChatMessage>()
  const outgoing = new Map<string, ThreadItem & { delivery: 'pending' | 'failed' }>()
  const typing = new Map<string, { party: Party; timer: unknown }>()
  const receipts = new Map<string, ReadReceipt>()
  let participants: readonly Party[] = []
  let versions: Versions = noVersions
  let status: ThreadSnapshot['status'] = 'syncing'
  let problem: ProblemError | null = null
  let snapshot: ThreadSnapshot | null = null
  let gapTimer: unknown
  let resendTimer: unknown
  /** Messages for the next attempt, and since when each is being sent. */
  const toResend = new Map<string, number>()
  let typingToldAt = Number.NEGATIVE_INFINITY
  /** Counts syncs, so that an older one that answers late does not end a newer one. */
  let syncRun = 0
  let disposed = false

  function touch() {
    snapshot = null
    changed.emit()
  }

  function takeThread(thread: Thread) {
    participants = thread.participants
    for (const receipt of thread.readReceipts) takeReceipt(receipt)
  }

  function takeReceipt(receipt: ReadReceipt) {
    const known = receipts.get(receipt.rawId)
    if (!known || compareMessageIds(receipt.messageId, known.messageId) > 0)
      receipts.set(receipt.rawId, receipt)
  }

  function stopTyping(rawId: string) {
    const entry = typing.get(rawId)
    if (!entry) return
    environment.clearTimer(entry.timer)
    typing.delete(rawId)
  }

  function saveOutbox() {
    options.outbox?.write([...outgoing.values()].map(item => item.outgoing))
  }

  function takeMessage(message: ChatMessage) {
    const known = messages.get(message.id)
    if (!known || message.version > known.version) messages.set(message.id, message)
    if (!message.sender) return
    stopTyping(message.sender.rawId)
    if (message.clientMessageId && message.sender.rawId === selfRawId) {
      if (outgoing.delete(message.clientMessageId)) saveOutbox()
    }
  }

  function hearMessage(message: ChatMessage) {
    takeMessage(message)
    versions = noteVersion(versions, message.version)
    if (hasGap(versions) && status === 'ready' && gapTimer === undefined) {
      gapTimer = environment.setTimer(() => {
        gapTimer = undefined
        if (hasGap(versions)) void sync()
      }, GAP_PATIENCE_MS)
    }
    touch()
  }

  async function readMissed(run: number) {
    for (;;) {
      const page = await socket.request('chat.sync', {
        threadId,
        afterVersion: versions.through,
        limit: PAGE_SIZE,
      })
      if (run !== syncRun || disposed) return
      for (const message of page.messages) takeMessage(message)
      const told = page.more
        ? Math.max(versions.through, ...page.messages.map(message => message.version))
        : page.lastVersion
      const isStuck = page.more && told === versions.through
      versions = noteThrough(versions, told)
      if (!page.more || isStuck) return
      touch()
    }
  }

  async function sync(attempt = 1): Promise<void> {
    const run = ++syncRun
    status = 'syncing'
    touch()
    try {
      if (options.load) takeThread(await options.load())
      if (run !== syncRun || disposed) return
      await readMissed(run)
      if (run !== syncRun || disposed) return
      status = 'ready'
      problem = null
      if (hasGap(versions)) return void sync()
      touch()
    } catch (error) {
      if (run !== syncRun || disposed) return
      problem = toProblem(error)
      // A lost connection begins a new sync when it returns; only a refusal needs another attempt from here.
      if (socket.getState().status === 'open' && problem.retryable && attempt < SYNC_ATTEMPTS) {
        environment.setTimer(
          () => {
            if (run === syncRun && !disposed) void sync(attempt + 1)
          },
          500 * 2 ** attempt,
        )
      } else if (socket.getState().status !== 'reconnecting') {
        status = 'failed'
      }
      touch()
    }
  }

  function transmit(message: OutgoingMessage) {
    const key = message.clientMessageId
    outgoing.set(key, { key, delivery: 'pending', outgoing: message })
    // What is written later does not overtake what waits to be sent again.
    if (resendTimer === undefined) post(message, environment.now())
    else toResend.set(key, environment.now())
  }

  function post(message: OutgoingMessage, since: number) {
    const key = message.clientMessageId
    socket
      .request('chat.send', {
        threadId,
        clientMessageId: key,
        ...(message.message === undefined ? {} : { message: message.message }),
        ...(message.attachments.length === 0 ? {} : { fileIds: message.attachments.map(file => file.id) }),
      })
      .then(result => {
        if (!disposed) hearMessage(result.message)
      })
      .catch((error: unknown) => {
        if (disposed || !outgoing.has(key)) return
        const problem = toProblem(error)
        if (problem.retryable && environment.now() - since < RESEND_LIMIT_MS) {
          toResend.set(key, since)
          resendTimer ??= environment.setTimer(resend, RESEND_EVERY_MS)
          return
        }
        outgoing.set(key, { key, delivery: 'failed', outgoing: message, problem })
        touch()
      })
  }

  function resend() {
    resendTimer = undefined
    const due = new Map(toResend)
    toResend.clear()
    for (const [key, item] of outgoing) {
      const since = due.get(key)
      if (since !== undefined) post(item.outgoing, since)
    }
  }

  const stops = [
    socket.on('message.changed', ({ message }) => {
      if (message.threadId === threadId) hearMessage(message)
    }),
    socket.on('typing.started', event => {
      if (event.threadId !== threadId || event.sender.rawId === selfRawId) return
      const { rawId } = event.sender
      stopTyping(rawId)
      const timer = environment.setTimer(() => {
        typing.delete(rawId)
        touch()
      }, TYPING_SHOWN_MS)
      typing.set(rawId, { party: event.sender, timer })
      touch()
    }),
    socket.on('message.read', event => {
      if (event.threadId !== threadId) return
      takeReceipt(event.receipt)
      touch()
    }),
    socket.on('thread.participantsChanged', event => {
      if (event.threadId !== threadId) return
      participants = event.participants
      touch()
    }),
    socket.onState(state => {
      if (state.status === 'open') void sync()
    }),
  ]

  if (options.thread) takeThread(options.thread)
  for (const message of options.outbox?.read() ?? []) transmit(message)
  if (socket.getState().status === 'open') void sync()

  function build(): ThreadSnapshot {
    const sent = [...messages.values()]
      .sort((a, b) => a.sequenceId - b.sequenceId)
      .map((message): ThreadItem => {
        const isOwn = message.clientMessageId !== null && message.sender?.rawId === selfRawId
        return { key: isOwn ? (message.clientMessageId as string) : message.id, delivery: 'sent', message }
      })
    return {
      status,
      problem,
      items: [...sent, ...outgoing.values()],
      participants,
      readReceipts: [...receipts.values()],
      typing: [...typing.values()].map(entry => entry.party),
    }
  }

  return {
    getSnapshot: () => (snapshot ??= build()),
    subscribe: listener => changed.add(listener),
    send(message, attachments = []) {
      const clientMessageId = environment.randomId()
      transmit({ clientMessageId, message, attachments, createdAt: environment.now() })
      saveOutbox()
      typingToldAt = Number.NEGATIVE_INFINITY
      touch()
      return clientMessageId
    },
    retry(clientMessageId) {
      const item = outgoing.get(clientMessageId)
      if (item?.delivery !== 'failed') return
      transmit(item.outgoing)
      touch()
    },
    discard(clientMessageId) {
      if (outgoing.get(clientMessageId)?.delivery !== 'failed') return
      outgoing.delete(clientMessageId)
      saveOutbox()
      touch()
    },
    async edit(messageId, message) {
      hearMessage((await socket.request('chat.edit', { threadId, messageId, message })).message)
    },
    async remove(messageId) {
      hearMessage((await socket.request('chat.delete', { threadId, messageId })).message)
    },
    notifyTyping() {
      const now = environment.now()
      if (now - typingToldAt < TYPING_TOLD_EVERY_MS || socket.getState().status !== 'open') return
      typingToldAt = now
      socket.request('chat.typing', { threadId }).catch(() => undefined)
    },
    markRead() {
      const newest = [...messages.values()].reduce<ChatMessage | null>(
        (last, message) => (!last || message.sequenceId > last.sequenceId ? message : last),
        null,
      )
      if (!newest) return
      const known = receipts.get(selfRawId)
      if (known && compareMessageIds(newest.id, known.messageId) <= 0) return
      const readOn = new Date(environment.now()).toISOString()
      takeReceipt({ rawId: selfRawId as ReadReceipt['rawId'], messageId: newest.id, readOn })
      socket.request('chat.read', { threadId, messageId: newest.id }).catch(() => undefined)
      touch()
    },
    retrySync: () => void sync(),
    dispose() {
      disposed = true
      for (const stop of stops) stop()
      environment.clearTimer(gapTimer)
      environment.clearTimer(resendTimer)
      for (const rawId of [...typing.keys()]) stopTyping(rawId)
    },
  }
}
