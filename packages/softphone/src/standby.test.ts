import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSocketClient } from '@guichet/client'
import { settle } from '@guichet/client/testing'
import type { Call, LegGrant } from '@guichet/contract'
import { createActiveCall } from './active.call.ts'
import { createDeviceStore } from './devices.store.ts'
import { createFakeBrowser } from './testing/fake.browser.ts'

const call = { id: '22222222-2222-4222-8222-222222222222', state: 'connected', endedAt: null } as Call

async function setUp() {
  const browser = createFakeBrowser()
  const socket = createSocketClient({ url: 'ws://x', tabId: 'tab-0001', environment: browser.environment })
  socket.start()
  const server = await browser.welcome()
  const asked: [string, string][] = []
  const grants: { prepare: Promise<Pick<LegGrant, 'sdpAnswer'>>; accept: () => Promise<string> } = {
    prepare: Promise.resolve({ sdpAnswer: 'answer-1' }),
    accept: async () => 'answer-1',
  }
  const active = createActiveCall({
    socket,
    environment: browser.environment,
    iceServers: [],
    devices: createDeviceStore(browser.environment),
    prepare(sdpOffer) {
      asked.push(['prepare', sdpOffer])
      return grants.prepare
    },
    async open(sdpOffer) {
      asked.push(['accept', sdpOffer])
      return { call, leg: { sdpAnswer: await grants.accept() } }
    },
  })
  return { browser, server, active, asked, grants }
}

async function setUpStanding(allowed = true) {
  const context = await setUp()
  if (allowed) context.browser.allowMicrophone()
  await context.active.standBy()
  await settle()
  context.browser.peer().become('connected')
  return context
}

describe('standing by while it rings', () => {
  it('connects without asking for a microphone, and sends nothing', async () => {
    const { active, browser, asked } = await setUpStanding()
    assert.deepEqual(asked, [['prepare', 'offer-1']])
    assert.deepEqual(browser.peer().answers, ['answer-1'])
    assert.deepEqual(browser.captured, [])
    assert.deepEqual(browser.peer().sending(), [null, null, null])
    assert.equal(active.getSnapshot().phone.state, 'standingBy')
  })

  it('is in the call at once when accepted, over the same connection', async () => {
    const { active, browser, asked } = await setUpStanding()
    await active.start()
    await settle()
    assert.deepEqual(asked.at(-1), ['accept', 'offer-1'])
    assert.equal(active.getSnapshot().phone.state, 'connected')
    assert.equal(browser.peers.length, 1)
    assert.deepEqual(browser.peer().answers, ['answer-1'])
    assert.equal(browser.peer().sending()[0], browser.captured[0])
  })

  it('asks for the microphone while the server is asked, when it may', async () => {
    const { active, browser, grants } = await setUpStanding()
    let answer: (sdpAnswer: string) => void = () => {}
    grants.accept = () => new Promise(resolve => (answer = resolve))
    const started = active.start()
    await settle()
    assert.equal(browser.captured.length, 1)
    answer('answer-1')
    await started
  })

  it('spends no offer on a microphone that is refused, where the person has to be asked', async () => {
    const { active, browser, asked } = await setUpStanding(false)
    browser.refuseDevices('NotAllowedError')
    await assert.rejects(active.start(), { code: 'permissionDenied' })
    assert.deepEqual(asked, [['prepare', 'offer-1']])
    assert.equal(browser.peer().isClosed, true)
  })

  it('listens and says why when a microphone that was allowed fails after all', async () => {
    const { active, browser } = await setUpStanding()
    browser.refuseDevices('NotReadableError')
    await active.start()
    await settle()
    const { phone } = active.getSnapshot()
    assert.deepEqual(
      [phone.state, phone.isListenOnly, phone.problem?.code],
      ['connected', true, 'deviceBusy'],
    )
  })

  it('makes a new connection when the server answers with another leg', async () => {
    const { active, browser, server, grants } = await setUpStanding()
    grants.accept = async () => 'answer-of-another-leg'
    await active.start()
    await settle()
    const [rejoin] = server.requests('call.rejoin')
    assert.deepEqual(rejoin?.params, { callId: call.id, sdpOffer: 'offer-2' })
    assert.equal(browser.peers[0]?.isClosed, true)
  })

  it('makes a new connection when the one that stood by was lost', async () => {
    const { active, browser, server } = await setUpStanding()
    browser.peer().become('failed')
    assert.equal(browser.peers.length, 1)
    await active.start()
    await settle()
    assert.equal(server.requests('call.rejoin').length, 1)
    assert.equal(active.getSnapshot().phone.state, 'reconnecting')
  })

  it('accepts as ever when the server would not prepare', async () => {
    const { active, browser, grants } = await setUp()
    grants.prepare = Promise.reject(new Error('too many'))
    await assert.rejects(active.standBy())
    await active.start()
    assert.deepEqual(browser.peer().answers, ['answer-1'])
    browser.peer().become('connected')
    assert.equal(active.getSnapshot().phone.state, 'connected')
  })

  it('is accepted before the server had answered the preparation', async () => {
    const { active, browser, grants } = await setUp()
    let prepared: (grant: { sdpAnswer: string }) => void = () => {}
    grants.prepare = new Promise(resolve => (prepared = resolve))
    const standing = active.standBy()
    await settle()
    await active.start()
    prepared({ sdpAnswer: 'answer-1' })
    await standing
    assert.deepEqual(browser.peer().answers, ['answer-1'])
    assert.equal(active.getSnapshot().phone.state, 'connecting')
  })

  it('frees everything when the offer goes elsewhere', async () => {
    const { active, browser } = await setUpStanding()
    active.dispose()
    assert.equal(browser.peer().isClosed, true)
    assert.deepEqual(browser.captured, [])
  })
})
