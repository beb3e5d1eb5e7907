import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSocketClient } from '@guichet/client'
import { settle } from '@guichet/client/testing'
import type { Call, LegGrant } from '@guichet/contract'
import { createActiveCall } from './active.call.ts'
import { createDeviceStore } from './devices.store.ts'
import { createFakeBrowser } from './testing/fake.browser.ts'

function callOf(change: Partial<Call> = {}): Call {
  return {
    id: '22222222-2222-4222-8222-222222222222',
    conversationId: '11111111-1111-4111-8111-111111111111',
    state: 'connecting',
    participants: [],
    menu: null,
    waiting: null,
    startedAt: '2026-01-01T00:00:00Z',
    answeredAt: null,
    endedAt: null,
    endReason: null,
    ...change,
  } as Call
}

async function setUp() {
  const browser = createFakeBrowser()
  const socket = createSocketClient({ url: 'ws://x', tabId: 'tab-0001', environment: browser.environment })
  socket.start()
  const server = await browser.welcome()
  let open: (opened: { call: Call; leg: Pick<LegGrant, 'sdpAnswer'> }) => void = () => {}
  let refuse: (error: Error) => void = () => {}
  const offers: string[] = []
  const active = createActiveCall({
    socket,
    environment: browser.environment,
    iceServers: [],
    devices: createDeviceStore(browser.environment),
    open: sdpOffer => {
      offers.push(sdpOffer)
      return new Promise((resolve, reject) => {
        open = resolve
        refuse = reject
      })
    },
  })
  return {
    browser,
    server,
    active,
    offers,
    open: (call = callOf()) => open({ call, leg: { sdpAnswer: 'answer-1' } }),
    refuse: (error: Error) => refuse(error),
  }
}

async function setUpConnected() {
  const context = await setUp()
  const started = context.active.start()
  await settle()
  context.open()
  await started
  context.browser.peer().become('connected')
  return context
}

describe('active call', () => {
  it('opens with its offer and connects with the answer', async () => {
    const { active, offers, open, browser } = await setUp()
    const started = active.start()
    await settle()
    assert.deepEqual(offers, ['offer-1'])
    open()
    assert.equal((await started).id, callOf().id)
    assert.deepEqual(browser.peer().answers, ['answer-1'])
    assert.equal(active.getSnapshot().phone.state, 'connecting')
  })

  it('believes news that overtook the answer', async () => {
    const { active, server, open } = await setUp()
    const started = active.start()
    await settle()
    server.event('call.changed', { call: callOf({ state: 'connected' }) })
    server.event('call.changed', { call: callOf({ id: 'another' as never, state: 'disconnected' }) })
    open(callOf({ state: 'connecting' }))
    await started
    assert.equal(active.getSnapshot().call?.state, 'connected')
  })

  it('hangs up a call that was opened after one gave up', async () => {
    const { active, server, open, browser } = await setUp()
    const started = active.start().then(
      () => 'started',
      error => error.code,
    )
    await settle()
    active.hangUp()
    open()
    assert.equal(await started, 'cancelled')
    assert.equal(server.requests('call.hangUp').length, 1)
    assert.equal(browser.captured[0]?.readyState, 'ended')
  })

  it('says why the server refused, and frees the microphone', async () => {
    const { active, refuse, browser } = await setUp()
    const started = active.start()
    await settle()
    refuse(Object.assign(new Error('x')))
    await assert.rejects(started, { code: 'internal' })
    assert.equal(active.getSnapshot().problem?.code, 'internal')
    assert.equal(browser.captured[0]?.readyState, 'ended')
  })

  it('sends keys in the sound, or tells the server where that cannot be', async () => {
    const { active, browser, server } = await setUpConnected()
    active.pressTone('5')
    assert.deepEqual(browser.peer().tones, ['5'])
    browser.peer().canTone = false
    active.pressTone('6')
    active.chooseTone('1')
    assert.deepEqual(
      server.requests('call.tone').map(request => (request.params as { tone: string }).tone),
      ['6', '1'],
    )
  })

  it('rejoins when the server says that its media was lost', async () => {
    const { active, browser, server } = await setUpConnected()
    server.event('call.rejoinNeeded', { callId: 'another' as never })
    assert.equal(browser.peers.length, 1)
    server.event('call.rejoinNeeded', { callId: callOf().id })
    await settle()
    const [rejoin] = server.requests('call.rejoin')
    assert.ok(rejoin)
    assert.deepEqual(rejoin.params, { callId: callOf().id, sdpOffer: 'offer-2' })
    server.answer(rejoin, { legId: 'x', sdpAnswer: 'answer-2' })
    await settle()
    assert.deepEqual(browser.peer().answers, ['answer-2'])
    browser.peer().become('connected')
    assert.equal(active.getSnapshot().phone.state, 'connected')
  })

  it('rejoins as soon as the server can be reached again', async () => {
    const { browser, server } = await setUpConnected()
    server.cut()
    browser.peer().become('failed')
    await settle()
    await browser.clock.advance(2_000)
    await settle()
    const next = await browser.welcome()
    await settle()
    assert.equal(next.requests('call.rejoin').length, 1)
  })

  it('ends with the call, without a word to the server', async () => {
    const { active, server, browser } = await setUpConnected()
    const ended = {
      state: 'disconnected',
      endedAt: '2026-01-01T00:01:00Z',
      endReason: 'remoteHungUp',
    } as const
    server.event('call.changed', { call: callOf(ended) })
    assert.equal(active.getSnapshot().phone.state, 'ended')
    assert.equal(active.getSnapshot().call?.endReason, 'remoteHungUp')
    assert.equal(browser.peer().isClosed, true)
    active.hangUp()
    assert.equal(server.requests('call.hangUp').length, 0)
  })

  it('delivers a hang-up made while offline', async () => {
    const { active, server, browser } = await setUpConnected()
    server.cut()
    active.hangUp()
    await browser.clock.advance(1_000)
    const next = await browser.welcome()
    assert.equal(next.requests('call.hangUp').length, 1)
  })

  it('tells mute and pictures', async () => {
    const { active, server } = await setUpConnected()
    active.setMuted(true)
    await active.setCamera(true)
    assert.deepEqual(server.requests('call.mute')[0]?.params, { callId: callOf().id, muted: true })
    assert.deepEqual(server.requests('call.picture')[0]?.params, {
      callId: callOf().id,
      camera: true,
      screen: false,
    })
  })
})
