import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createEmitter, ProblemError } from '@guichet/client'
import { createFakeEnvironment, settle } from '@guichet/client/testing'
import type { ActiveCall } from '@guichet/softphone'
import type { CallCode, VisitorCallOptions } from './call.code.ts'
import type { Memory } from './memory.ts'
import type { MoreCode } from './more.code.ts'
import type { Visitor } from './visitor.ts'
import { createWidget, type Ui } from './widget.ts'

function fakeCall() {
  const changed = createEmitter<void>()
  let snapshot = { call: null as object | null, phone: { state: 'preparing' }, problem: null }
  const log: string[] = []
  const active = {
    getSnapshot: () => snapshot,
    subscribe: (listener: () => void) => changed.add(listener),
    start: () => {
      log.push('start')
      return Promise.resolve()
    },
    dispose: () => log.push('dispose'),
  } as unknown as ActiveCall
  return {
    active,
    log,
    change(call: object | null, state: string) {
      snapshot = { ...snapshot, call, phone: { state } }
      changed.emit()
    },
  }
}

function setUp(
  options: {
    remembered?: boolean
    tab?: Record<string, string>
    loadFails?: boolean
    lasting?: Record<string, string>
    silentBrowser?: boolean
  } = {},
) {
  const fake = createFakeEnvironment()
  const lasting = new Map(Object.entries(options.lasting ?? {}))
  const tab = new Map(Object.entries(options.tab ?? {}))
  const memory: Memory = {
    readLasting: key => lasting.get(key) ?? null,
    writeLasting: (key, value) => void (value === null ? lasting.delete(key) : lasting.set(key, value)),
    readTab: key => tab.get(key) ?? null,
    writeTab: (key, value) => void (value === null ? tab.delete(key) : tab.set(key, value)),
  }
  const log: string[] = []
  const sounds: string[] = []
  const running = { id: 'call-1' }
  const visitor = {
    socket: {},
    getSnapshot: () => ({
      phase: 'ready',
      problem: null,
      visitor: { visitor: { rawId: 'me' }, iceServers: [] },
      conversation: { id: 'conversation-1' },
      call: running,
      thread: null,
    }),
    subscribe: () => () => {},
    isRemembered: () => options.remembered ?? false,
    start: async () => void log.push('start'),
    identify: () => {},
    setLocale: (locale: string) => void log.push(`locale ${locale}`),
    act: async (method: string) => {
      if (method !== 'conversation.end') throw new ProblemError({ code: 'offline', title: 'x' })
      log.push(method)
    },
  } as unknown as Visitor
  const calls: ReturnType<typeof fakeCall>[] = []
  const asked: VisitorCallOptions[] = []
  let taken: (() => void) | null = null
  let isBusy: () => boolean = () => false
  let dark = false
  const darkChanged = createEmitter<void>()
  const code = {
    createVisitorCall(callOptions: VisitorCallOptions) {
      asked.push(callOptions)
      const call = fakeCall()
      calls.push(call)
      return call.active
    },
  } as unknown as CallCode
  const widget = createWidget({
    visitor,
    environment: fake.environment,
    memory,
    locale: 'en',
    theme: 'auto',
    prefersDark: { now: () => dark, onChange: listener => void darkChanged.add(listener) },
    visibility: { isVisible: () => true, onChange: () => {} },
    callTaken: {
      tell: () => void log.push('taken'),
      onTaken: listener => {
        taken = listener
      },
    },
    loadCallCode: async () => {
      if (options.loadFails) throw new TypeError('Failed to fetch')
      return code
    },
    loadMoreCode: async () => {
      if (options.loadFails) throw new TypeError('Failed to fetch')
      return { play: (name: string) => void sounds.push(name) } as unknown as MoreCode<Ui>
    },
    maySound: () => !options.silentBrowser,
    warnBeforeLeaving: check => {
      isBusy = check
    },
  })
  return {
    widget,
    clock: fake.clock,
    log,
    sounds,
    lasting,
    tab,
    calls,
    asked,
    running,
    takeElsewhere: () => taken?.(),
    wouldWarn: () => isBusy(),
    setDark(next: boolean) {
      dark = next
      darkChanged.emit()
    },
  }
}

describe('widget', () => {
  it('stays quiet on a page whose visitor never wrote', async () => {
    const { clock, log, widget } = setUp()
    await clock.advance(1_000)
    assert.deepEqual(log, [])
    assert.equal(widget.getSnapshot().isOpen, false)
  })

  it('connects for a remembered visitor, and opens again where it was open, without taking the focus', async () => {
    const remembered = setUp({ remembered: true })
    await remembered.clock.advance(0)
    assert.deepEqual(remembered.log, ['start'])
    assert.equal(remembered.widget.getSnapshot().isOpen, false)
    const open = setUp({ tab: { open: '1' } })
    await open.clock.advance(0)
    assert.equal(open.widget.getSnapshot().isOpen, true)
    assert.equal(open.widget.getSnapshot().takesFocus, false)
  })

  it('remembers in its tab that it is open, and tells the page', () => {
    const { widget, tab } = setUp()
    const heard: string[] = []
    widget.on('open', () => heard.push('open'))
    const stop = widget.on('close', () => heard.push('close'))
    widget.open()
    widget.open()
    assert.equal(tab.get('open'), '1')
    widget.close()
    assert.equal(tab.has('open'), false)
    stop()
    widget.open()
    widget.close()
    assert.deepEqual(heard, ['open', 'close', 'open'])
  })

  it('follows the reader’s preference until a theme is chosen', () => {
    const { widget, setDark } = setUp()
    setDark(true)
    assert.equal(widget.getSnapshot().theme, 'dark')
    widget.setTheme('light')
    assert.equal(widget.getSnapshot().theme, 'light')
    widget.setTheme('auto')
    assert.equal(widget.getSnapshot().theme, 'dark')
  })

  it('begins a call, warns before leaving while it lasts, and puts it away', async () => {
    const { widget, calls, asked, log, wouldWarn } = setUp()
    const heard: string[] = []
    widget.on('callStarted', () => heard.push('started'))
    widget.on('callEnded', () => heard.push('ended'))
    await widget.startCall()
    assert.equal(asked[0]?.running, null)
    assert.equal(widget.getSnapshot().showsCall, true)
    assert.equal(wouldWarn(), true)
    calls[0]?.change({ id: 'call-7', endReason: null }, 'connected')
    assert.equal(widget.heldHere('call-7'), true)
    assert.equal(widget.heldHere('call-8'), false)
    assert.ok(log.includes('taken'))
    widget.showCall(false)
    await widget.startCall()
    assert.equal(calls.length, 1, 'the running call is shown again')
    assert.equal(widget.getSnapshot().showsCall, true)
    calls[0]?.change({ endReason: 'remoteHungUp' }, 'ended')
    assert.equal(wouldWarn(), false)
    assert.deepEqual(heard, ['started', 'ended'])
    widget.dismissCall()
    assert.equal(widget.getSnapshot().call, null)
    assert.deepEqual(calls[0]?.log, ['start', 'dispose'])
  })

  it('returns to the chat by itself when the call goes on there', async () => {
    const { widget, calls } = setUp()
    await widget.startCall()
    calls[0]?.change({ endReason: null }, 'connected')
    calls[0]?.change({ endReason: 'continuedByChat' }, 'ended')
    assert.equal(widget.getSnapshot().call, null)
  })

  it('continues the conversation’s call here, and lets go when another tab does', async () => {
    const { widget, asked, running, calls, takeElsewhere } = setUp()
    await widget.startCall(true)
    assert.equal(asked[0]?.running, running)
    takeElsewhere()
    assert.equal(widget.getSnapshot().call, null)
    assert.deepEqual(calls[0]?.log, ['start', 'dispose'])
  })

  it('rings while a call connects, and tells its end', async () => {
    const { widget, calls, sounds } = setUp()
    await widget.startCall()
    calls[0]?.change(null, 'prepared')
    calls[0]?.change({ id: 'call-7', endReason: null }, 'connecting')
    await settle()
    assert.deepEqual(sounds, ['ringing'])
    calls[0]?.change({ id: 'call-7', endReason: null }, 'connected')
    calls[0]?.change({ id: 'call-7', endReason: null }, 'reconnecting')
    calls[0]?.change({ id: 'call-7', endReason: 'remoteHungUp' }, 'ended')
    await settle()
    assert.deepEqual(sounds, ['ringing', 'silence', 'ended'])
  })

  it('makes no sound for who wants none, or before the browser allows any', async () => {
    const chosen = setUp()
    assert.equal(chosen.widget.getSnapshot().hasSound, true)
    chosen.widget.setSound(false)
    assert.equal(chosen.lasting.get('silent'), '1')
    const kept = setUp({ lasting: { silent: '1' } })
    assert.equal(kept.widget.getSnapshot().hasSound, false)
    const early = setUp({ silentBrowser: true })
    const broken = setUp({ loadFails: true })
    for (const { widget, calls, sounds } of [chosen, kept, early]) {
      await widget.startCall()
      calls[0]?.change(null, 'connecting')
      await settle()
      assert.deepEqual(sounds, [])
      assert.equal(widget.getSnapshot().more, null)
    }
    await broken.widget.loadMore()
    assert.equal(broken.widget.getSnapshot().more, null)
    kept.widget.setSound(true)
    assert.equal(kept.lasting.has('silent'), false)
    kept.calls[0]?.change(null, 'connected')
    kept.calls[0]?.change(null, 'connecting')
    await settle()
    assert.deepEqual(kept.sounds, ['silence', 'ringing'])
    kept.widget.setSound(false)
    assert.deepEqual(kept.sounds, ['silence', 'ringing', 'silence'])
  })

  it('says so when the call code cannot be loaded or a person not be asked for', async () => {
    const { widget } = setUp({ loadFails: true })
    await widget.startCall()
    assert.equal(widget.getSnapshot().callLoading, false)
    assert.notEqual(widget.getSnapshot().problem, null)
    assert.equal(await widget.act('conversation.requestPerson', {}), false)
    assert.equal(widget.getSnapshot().problem?.code, 'offline')
    assert.equal(await widget.act('conversation.end', {}), true)
    assert.equal(widget.getSnapshot().problem, null)
    await widget.act('conversation.requestPerson', {})
    widget.dismissProblem()
    assert.equal(widget.getSnapshot().problem, null)
  })
})
