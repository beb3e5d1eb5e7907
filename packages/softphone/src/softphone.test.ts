import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError } from '@guichet/client'
import { settle } from '@guichet/client/testing'
import { createDeviceStore } from './devices.store.ts'
import { createSoftphone } from './softphone.ts'
import { createFakeBrowser } from './testing/fake.browser.ts'

function setUp(rejoin?: (sdpOffer: string) => Promise<string>) {
  const browser = createFakeBrowser()
  const offers: string[] = []
  const lost: string[] = []
  const phone = createSoftphone({
    environment: browser.environment,
    iceServers: [],
    devices: createDeviceStore(browser.environment),
    rejoin: async sdpOffer => {
      offers.push(sdpOffer)
      return rejoin ? rejoin(sdpOffer) : 'answer'
    },
    onLost: problem => lost.push(problem.code),
  })
  return { ...browser, browser, phone, offers, lost }
}

async function setUpConnected(rejoin?: (sdpOffer: string) => Promise<string>) {
  const context = setUp(rejoin)
  await context.phone.prepare()
  await context.phone.connect('answer-1')
  context.browser.peer().become('connected')
  assert.equal(context.phone.getSnapshot().state, 'connected')
  return context
}

describe('softphone', () => {
  it('prepares once, however often it is asked', async () => {
    const { phone, peers, captured } = setUp()
    const [first, second] = await Promise.all([phone.prepare(), phone.prepare()])
    assert.equal(first, 'offer-1')
    assert.equal(second, first)
    assert.equal(peers.length, 1)
    assert.deepEqual(
      captured.map(track => track.kind),
      ['audio'],
    )
  })

  it('frees the microphone of a call that was prepared and never opened', async () => {
    const { phone, captured, browser } = setUp()
    await phone.prepare()
    phone.end()
    assert.equal(captured[0]?.readyState, 'ended')
    assert.equal(browser.peer().isClosed, true)
    assert.equal(browser.clock.pending(), 0)
  })

  it('lets go of a microphone that is granted too late', async () => {
    const { phone, captured } = setUp()
    const prepared = phone.prepare().then(
      () => 'prepared',
      error => error.code,
    )
    phone.end()
    assert.equal(await prepared, 'cancelled')
    assert.equal(captured[0]?.readyState, 'ended')
  })

  it('ends when the answer cannot be used', async () => {
    const { phone } = setUp()
    await phone.prepare()
    await assert.rejects(phone.connect('garbage'), { code: 'mediaFailed' })
    assert.equal(phone.getSnapshot().state, 'ended')
  })

  it('gives a wavering path a second, then makes a new one with the same tracks', async () => {
    const { phone, browser, offers, peers } = await setUpConnected()
    const sent = browser.peer().sending()[0]
    browser.peer().become('disconnected')
    await browser.clock.advance(900)
    browser.peer().become('connected')
    await browser.clock.advance(1_000)
    assert.equal(peers.length, 1)
    browser.peer().become('disconnected')
    await browser.clock.advance(1_000)
    assert.equal(phone.getSnapshot().state, 'reconnecting')
    assert.deepEqual(offers, ['offer-2'])
    assert.equal(peers[0]?.isClosed, true)
    assert.equal(browser.peer().sending()[0], sent)
    browser.peer().become('connected')
    assert.equal(phone.getSnapshot().state, 'connected')
    assert.equal(sent?.readyState, 'live')
  })

  it('notices a path on which nothing comes any more', async () => {
    const { phone, browser } = await setUpConnected()
    for (let second = 0; second < 8; second++) {
      browser.peer().received += 50
      await browser.clock.advance(1_000)
    }
    assert.equal(phone.getSnapshot().state, 'connected')
    await browser.clock.advance(5_000)
    assert.equal(phone.getSnapshot().state, 'reconnecting')
  })

  it('checks its path when the network returns, and keeps one that carries', async () => {
    const { phone, browser, peers } = await setUpConnected()
    browser.goOnline()
    await settle()
    browser.peer().received += 20
    await browser.clock.advance(1_600)
    assert.equal(peers.length, 1)
    browser.goOnline()
    await browser.clock.advance(1_600)
    assert.equal(phone.getSnapshot().state, 'reconnecting')
  })

  it('asks again, ever more slowly, while the server cannot be reached', async () => {
    let reachable = false
    const { phone, browser, offers } = await setUpConnected(async () => {
      if (!reachable) throw new ProblemError({ code: 'offline', title: 'x', retryable: true })
      return 'answer'
    })
    browser.peer().become('failed')
    await browser.clock.advance(10_000)
    const asked = offers.length
    assert.ok(asked >= 4 && asked <= 7, `${asked} attempts in ten seconds`)
    reachable = true
    browser.goOnline()
    await settle()
    browser.peer().become('connected')
    assert.equal(phone.getSnapshot().state, 'connected')
    assert.equal(offers.length, asked + 1)
  })

  it('gives up in the end, and says so once', async () => {
    const { phone, browser, lost, captured } = await setUpConnected(() =>
      Promise.reject(new ProblemError({ code: 'offline', title: 'x', retryable: true })),
    )
    browser.peer().become('failed')
    await browser.clock.advance(120_000)
    assert.deepEqual(lost, ['connectionLost'])
    assert.equal(phone.getSnapshot().state, 'ended')
    assert.equal(captured[0]?.readyState, 'ended')
    assert.equal(browser.clock.pending(), 0)
  })

  it('gives up at once when the call is no more', async () => {
    const { browser, lost } = await setUpConnected(() =>
      Promise.reject(new ProblemError({ code: 'not-found', title: 'x', status: 404 })),
    )
    browser.peer().become('failed')
    await settle()
    assert.deepEqual(lost, ['connectionLost'])
  })

  it('makes another path when the first never connects', async () => {
    const { phone, browser, offers } = setUp()
    await phone.prepare()
    await phone.connect('answer-1')
    await browser.clock.advance(8_000)
    assert.equal(offers.length, 1)
    assert.equal(phone.getSnapshot().state, 'reconnecting')
  })

  it('goes on in silence when the microphone is pulled out, and says so', async () => {
    const { phone, browser, captured } = await setUpConnected()
    browser.refuseDevices('NotFoundError')
    const [microphone] = captured
    assert.ok(microphone)
    microphone.readyState = 'ended'
    microphone.onended?.()
    await settle()
    assert.equal(phone.getSnapshot().state, 'connected')
    assert.equal(phone.getSnapshot().isListenOnly, true)
    assert.equal(phone.getSnapshot().problem?.code, 'noMicrophone')
  })

  it('stays muted over a rejoin and with another microphone', async () => {
    const { phone, browser, captured } = await setUpConnected()
    phone.setMuted(true)
    captured[0]?.onended?.()
    await settle()
    assert.equal(captured.length, 2)
    assert.equal(captured[1]?.enabled, false)
    browser.peer().become('failed')
    await settle()
    assert.equal((browser.peer().sending()[0] as { enabled: boolean }).enabled, false)
  })

  it('does not mind a screen picker that was closed', async () => {
    const { phone, browser } = await setUpConnected()
    browser.refuseDevices('NotAllowedError')
    await assert.rejects(phone.setScreen(true), { code: 'cancelled' })
    assert.equal(phone.getSnapshot().problem, null)
    assert.equal(phone.getSnapshot().screen, false)
  })
})
