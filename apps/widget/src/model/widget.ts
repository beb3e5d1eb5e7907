import { type ClientEnvironment, createEmitter, type ProblemError, toProblem } from '@guichet/client'
import type { Locale, SocketParams, VisitorIdentity } from '@guichet/contract'
import type { ActiveCall } from '@guichet/softphone'
import type { Strings } from '../locale/en.ts'
import type { CallCode } from './call.code.ts'
import type { Memory } from './memory.ts'
import type { MoreCode, SoundName } from './more.code.ts'
import { unreadCount } from './thread.view.ts'
import type { ConversationAct, Visitor } from './visitor.ts'

export type Theme = 'light' | 'dark'
export type ThemeChoice = Theme | 'auto'

/** What pages may listen to, and what they are told. */
export type WidgetEvents = {
  open: undefined
  close: undefined
  /** A message of somebody else arrived. */
  message: { text: string; from: string }
  unread: { count: number }
  callStarted: undefined
  callEnded: undefined
}

export type WidgetSnapshot = {
  isOpen: boolean
  /** Opened by an act of the visitor or the page, hence takes the focus; not when restored after a navigation. */
  takesFocus: boolean
  locale: Locale
  theme: Theme
  unread: number
  /** The call of this tab and its screen; null when this tab has none. */
  call: { code: CallCode; active: ActiveCall } | null
  callLoading: boolean
  /** Code loaded on demand; null until it was needed. */
  more: MoreCode<Ui> | null
  hasSound: boolean
  /** Whether the call covers the chat. */
  showsCall: boolean
  problem: ProblemError | null
}

export type Widget = {
  readonly visitor: Visitor
  getSnapshot(): WidgetSnapshot
  subscribe(listener: () => void): () => void
  open(): void
  close(): void
  identify(identity: VisitorIdentity): void
  setLocale(locale: Locale): void
  setTheme(choice: ThemeChoice): void
  on<N extends keyof WidgetEvents>(name: N, listener: (detail: WidgetEvents[N]) => void): () => void
  /** Begins a call, or with `takeOver` continues the conversation's call in this tab. */
  startCall(takeOver?: boolean): Promise<void>
  /** Loads the call's code ahead, when a call is likely; a failure shows when it is begun. */
  readyCall(): void
  /** Whether an earlier page of this tab held the call. */
  heldHere(callId: string): boolean
  showCall(shown: boolean): void
  /** Puts the call's screen away once it is over. */
  dismissCall(): void
  /** Does something to the conversation, or shows the problem; whether it was done. */
  act<M extends ConversationAct>(method: M, params: SocketParams<M>): Promise<boolean>
  dismissProblem(): void
  /** Loads the code that few visits need; stays without it quietly when that fails. */
  loadMore(): Promise<void>
  setSound(hasSound: boolean): void
}

/** What most parts of the chat need; handed down by hand, there are few levels. */
export type Ui = { widget: Widget; state: WidgetSnapshot; strings: Strings }

export type WidgetOptions = {
  visitor: Visitor
  environment: ClientEnvironment
  memory: Memory
  locale: Locale
  theme: ThemeChoice
  /** Whether the page's reader prefers dark, now and later. */
  prefersDark: { now(): boolean; onChange(listener: () => void): void }
  /** Whether the page is in front of somebody's eyes, now and later. */
  visibility: { isVisible(): boolean; onChange(listener: () => void): void }
  /** Hears when another tab of this site took the call. */
  callTaken: { tell(): void; onTaken(listener: () => void): void }
  /** The same promise while it loads and after; one that fails may be left alone. */
  loadCallCode(): Promise<CallCode>
  loadMoreCode(): Promise<MoreCode<Ui>>
  /** Whether the browser would let a sound be heard. */
  maySound(): boolean
  /** Asks before the page is left while `isBusy` says so. */
  warnBeforeLeaving(isBusy: () => boolean): void
}

const OPEN_KEY = 'open'
const CALL_KEY = 'call'
const SILENT_KEY = 'silent'
const RANG_KEY = 'rang'

/** The widget's own state: open or not, language, theme, unread messages and the call of this tab. */
export function createWidget(options: WidgetOptions): Widget {
  const { visitor, memory, environment } = options
  const changed = createEmitter<void>()
  const told = createEmitter<{ name: keyof WidgetEvents; detail: unknown }>()
  let themeChoice = options.theme
  let newestSequence: number | null = null
  let watchedThread: unknown = null
  let snapshot: WidgetSnapshot = {
    isOpen: false,
    takesFocus: false,
    locale: options.locale,
    theme: resolveTheme(),
    unread: 0,
    call: null,
    callLoading: false,
    more: null,
    hasSound: !memory.readLasting(SILENT_KEY),
    showsCall: false,
    problem: null,
  }

  function resolveTheme(): Theme {
    return themeChoice === 'auto' ? (options.prefersDark.now() ? 'dark' : 'light') : themeChoice
  }

  function patch(change: Partial<WidgetSnapshot>) {
    snapshot = { ...snapshot, ...change }
    changed.emit()
  }

  const tell = <N extends keyof WidgetEvents>(name: N, detail: WidgetEvents[N]) => told.emit({ name, detail })

  const isWatched = () => snapshot.isOpen && !snapshot.showsCall && options.visibility.isVisible()

  async function loadMore() {
    if (snapshot.more) return
    const more = await options.loadMoreCode().catch(() => null)
    if (!snapshot.more) patch({ more })
  }

  async function sound(name: SoundName) {
    if (!snapshot.hasSound || !options.maySound()) return
    await loadMore()
    snapshot.more?.play(name)
  }

  function followThread() {
    const { thread, visitor: granted } = visitor.getSnapshot()
    if (!thread || !granted) return
    if (thread !== watchedThread) {
      watchedThread = thread
      newestSequence = null
      thread.subscribe(followThread)
    }
    const known = thread.getSnapshot()
    if (known.status !== 'ready') return
    const selfRawId = granted.visitor.rawId
    for (const item of known.items) {
      if (item.delivery !== 'sent' || newestSequence === null) continue
      const { message } = item
      if (message.sequenceId <= newestSequence || !message.sender || message.sender.rawId === selfRawId)
        continue
      // The other tabs of the site hear of it too: one of them is enough.
      if (!isWatched() && memory.readLasting(RANG_KEY) !== message.id) {
        memory.writeLasting(RANG_KEY, message.id)
        void sound('message')
      }
      tell('message', { text: message.content.message ?? '', from: message.sender.displayName })
    }
    newestSequence = known.items.reduce(
      (newest, item) => (item.delivery === 'sent' ? Math.max(newest, item.message.sequenceId) : newest),
      newestSequence ?? 0,
    )
    if (isWatched()) thread.markRead()
    const unread = isWatched() ? 0 : unreadCount(known, selfRawId)
    if (unread === snapshot.unread) return
    patch({ unread })
    tell('unread', { count: unread })
  }

  function setOpen(isOpen: boolean, takesFocus = true) {
    if (snapshot.isOpen === isOpen) return
    patch({ isOpen, takesFocus })
    memory.writeTab(OPEN_KEY, isOpen ? '1' : null)
    if (isOpen) {
      void visitor.start()
      if (visitor.getSnapshot().conversation?.state === 'closed') void loadMore()
    }
    tell(isOpen ? 'open' : 'close', undefined)
    followThread()
  }

  options.warnBeforeLeaving(() => {
    const call = snapshot.call?.active.getSnapshot()
    return !!call && call.phone.state !== 'ended' && call.phone.state !== 'idle'
  })

  function endCall() {
    const { call } = snapshot
    if (!call) return
    call.active.dispose()
    patch({ call: null, showsCall: false })
    followThread()
  }

  async function startCall(takeOver = false) {
    if (snapshot.callLoading) return
    if (snapshot.call && snapshot.call.active.getSnapshot().phone.state !== 'ended') {
      return patch({ showsCall: true })
    }
    endCall()
    setOpen(true)
    patch({ callLoading: true, problem: null })
    try {
      const [code] = await Promise.all([options.loadCallCode(), visitor.start()])
      const { visitor: granted, conversation, call } = visitor.getSnapshot()
      if (!granted || !conversation) throw visitor.getSnapshot().problem ?? new Error('not connected')
      const active = code.createVisitorCall({
        socket: visitor.socket,
        iceServers: granted.iceServers,
        conversationId: conversation.id,
        running: takeOver ? call : null,
      })
      let wasOver = false
      let wasOn = false
      let lastSound: SoundName = 'silence'
      active.subscribe(() => {
        const now = active.getSnapshot()
        const { state } = now.phone
        const next =
          state === 'prepared' || state === 'connecting'
            ? 'ringing'
            : state === 'ended' && wasOn
              ? 'ended'
              : 'silence'
        if (next !== lastSound) void sound(next)
        lastSound = next
        if (now.call && !wasOn) {
          wasOn = true
          memory.writeTab(CALL_KEY, now.call.id)
          options.callTaken.tell()
          tell('callStarted', undefined)
        }
        if (!wasOn || wasOver || state !== 'ended') return
        wasOver = true
        tell('callEnded', undefined)
        if (now.call?.endReason === 'continuedByChat') endCall()
      })
      patch({ call: { code, active }, showsCall: true, callLoading: false })
      await active.start().catch(() => undefined)
    } catch (error) {
      patch({ callLoading: false, problem: toProblem(error) })
    }
  }

  visitor.subscribe(() => {
    if (visitor.getSnapshot().conversation?.state === 'closed' && snapshot.isOpen) void loadMore()
    followThread()
    changed.emit()
  })
  options.prefersDark.onChange(() => patch({ theme: resolveTheme() }))
  options.visibility.onChange(followThread)
  options.callTaken.onTaken(() => {
    if (snapshot.call) endCall()
  })
  environment.setTimer(() => {
    if (memory.readTab(OPEN_KEY)) setOpen(true, false)
    else if (visitor.isRemembered()) void visitor.start()
  }, 0)

  return {
    visitor,
    getSnapshot: () => snapshot,
    subscribe: listener => changed.add(listener),
    open: () => setOpen(true),
    close: () => setOpen(false),
    identify: visitor.identify,
    setLocale(locale) {
      patch({ locale })
      visitor.setLocale(locale)
    },
    setTheme(choice) {
      themeChoice = choice
      patch({ theme: resolveTheme() })
    },
    on: (name, listener) =>
      told.add(event => {
        if (event.name === name) listener(event.detail as never)
      }),
    startCall,
    readyCall: options.loadCallCode,
    heldHere: callId => memory.readTab(CALL_KEY) === callId,
    showCall(showsCall) {
      patch({ showsCall })
      followThread()
    },
    dismissCall: endCall,
    async act(method, params) {
      patch({ problem: null })
      try {
        await visitor.act(method, params)
        return true
      } catch (error) {
        patch({ problem: toProblem(error) })
        return false
      }
    },
    dismissProblem: () => patch({ problem: null }),
    loadMore,
    setSound(hasSound) {
      if (!hasSound) snapshot.more?.play('silence')
      memory.writeLasting(SILENT_KEY, hasSound ? null : '1')
      patch({ hasSound })
    },
  }
}
