import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HEARTBEAT_MS, SOCKET_PATH, socketMethods } from '@guichet/contract'
import { ProblemError } from './problem.error.ts'
import { createSocketClient, type SocketClientOptions, socketUrl } from './socket.client.ts'
import { repeatable, retryDelayMs } from './socket.policy.ts'
import { createFakeEnvironment, settle } from './testing/index.ts'

const threadId = '19:0123456789abcdef@thread.v2' as never
const message = (clientMessageId: string) => ({ threadId, clientMessageId, message: 'Hello' })

function setUp(options: Partial<SocketClientOptions> = {}) {
  const fake = createFakeEnvironment()
  const client = createSocketClient({
    url: 'wss://desk.example/api/socket',
    tabId: 'tab-0001',
    environment: fake.environment,
    ...options,
  })
  client.start()
  return { ...fake, fake, client }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  )

describe('socket client', () => {
  it('says hello with token and tab, then opens', async () => {
    const { fake, client } = setUp({ getToken: () => 'secret' })
    assert.equal(client.getState().status, 'connecting')
    const socket = await fake.welcome()
    assert.deepEqual(socket.sent[0], { type: 'hello', tabId: 'tab-0001', token: 'secret' })
    assert.deepEqual(client.getState(), { status: 'open', connectionId: 'connection-1' })
  })

  it('matches answers to requests, whatever their order', async () => {
    const { fake, client } = setUp()
    const socket = await fake.welcome()
    const first = client.request('chat.send', message('client-0001'))
    const second = client.request('chat.read', { threadId, messageId: '1000000000' as never })
    const [send] = socket.requests('chat.send')
    const [read] = socket.requests('chat.read')
    assert.ok(send && read)
    socket.answer(read, {})
    socket.answer(send, { message: { id: '1' } })
    assert.deepEqual(await second, {})
    assert.deepEqual(await first, { message: { id: '1' } })
  })

  it('rejects with the server’s problem', async () => {
    const { fake, client } = setUp()
    const socket = await fake.welcome()
    const asked = client.request('call.hold', { callId: 'x' as never })
    const [hold] = socket.requests('call.hold')
    assert.ok(hold)
    socket.refuse(hold, { code: 'forbidden' })
    assert.equal(await codeOf(asked), 'forbidden')
  })

  it('gives up on an answer after its limit', async () => {
    const { fake, client, clock } = setUp({ requestTimeoutMs: 5_000, heartbeatMs: 60_000 })
    await fake.welcome()
    const asked = codeOf(client.request('call.hold', { callId: 'x' as never }))
    await clock.advance(5_000)
    assert.equal(await asked, 'timeout')
  })

  it('sends a repeatable request again when the cut came in mid-send, with the same id', async () => {
    const { fake, client, clock } = setUp()
    const before = await fake.welcome()
    const asked = client.request('chat.send', message('client-0001'))
    assert.equal(before.requests('chat.send').length, 1)
    before.cut()
    assert.equal(client.getState().status, 'reconnecting')
    await clock.advance(1_000)
    const after = await fake.welcome()
    assert.notEqual(after, before)
    const [send] = after.requests('chat.send')
    assert.ok(send)
    assert.deepEqual(send.params, message('client-0001'))
    after.answer(send, { message: { id: '7' } })
    assert.deepEqual(await asked, { message: { id: '7' } })
  })

  it('keeps repeatable requests made while offline and sends them in order', async () => {
    const { fake, client, clock } = setUp()
    ;(await fake.welcome()).cut()
    void client.request('chat.send', message('client-0001'))
    void client.request('chat.send', message('client-0002'))
    await clock.advance(1_000)
    const socket = await fake.welcome()
    assert.deepEqual(
      socket
        .requests('chat.send')
        .map(frame => (frame.params as { clientMessageId: string }).clientMessageId),
      ['client-0001', 'client-0002'],
    )
  })

  it('refuses other requests at once while offline, and when cut in mid-flight', async () => {
    const { fake, client } = setUp()
    const socket = await fake.welcome()
    const inFlight = codeOf(client.request('call.tone', { callId: 'x' as never, tone: '1' }))
    socket.cut()
    assert.equal(await inFlight, 'offline')
    assert.equal(await codeOf(client.request('call.tone', { callId: 'x' as never, tone: '1' })), 'offline')
  })

  it('lets a click during the first connection wait for it, and fails it when that is refused', async () => {
    const { fake, client } = setUp()
    const press = () => codeOf(client.request('call.tone', { callId: 'x' as never, tone: '1' }))
    await settle()
    void press()
    const socket = await fake.welcome()
    assert.equal(socket.requests('call.tone').length, 1)

    const other = setUp()
    await settle()
    const asked = codeOf(other.client.request('call.tone', { callId: 'x' as never, tone: '1' }))
    other.fake.socket().cut()
    assert.equal(await asked, 'offline')
  })

  it('lets a queued request wait only so long', async () => {
    const { fake, client, clock } = setUp({ queueTimeoutMs: 20_000 })
    ;(await fake.welcome()).cut()
    const asked = codeOf(client.request('chat.send', message('client-0001')))
    await clock.advance(20_000)
    assert.equal(await asked, 'offline')
  })

  it('backs off, doubling up to a limit, and begins anew after a success', async () => {
    const { fake, client, clock, sockets } = setUp()
    const attempts: number[] = []
    client.onState(state => {
      if (state.status === 'reconnecting') attempts.push(state.retryAt - clock.now())
    })
    await settle()
    for (let i = 0; i < 8; i++) {
      fake.socket().cut()
      await clock.advance(attempts.at(-1) ?? 0)
    }
    assert.deepEqual(attempts, [300, 600, 1_200, 2_400, 4_800, 9_600, 11_250, 11_250])
    assert.equal(sockets.length, 9)
    ;(await fake.welcome()).cut()
    assert.equal(attempts.at(-1), 300)
  })

  it('tries at once when the network returns', async () => {
    const { fake, clock, sockets } = setUp()
    ;(await fake.welcome()).cut()
    fake.goOnline()
    await settle()
    assert.equal(sockets.length, 2)
    await clock.advance(5_000)
    assert.equal(sockets.length, 2)
  })

  it('pings a silent connection and drops it after two silences', async () => {
    const { fake, client, clock } = setUp()
    const socket = await fake.welcome()
    await clock.advance(HEARTBEAT_MS)
    assert.equal(socket.sent.filter(frame => frame.type === 'ping').length, 1)
    socket.tell({ type: 'pong' })
    await clock.advance(2 * HEARTBEAT_MS)
    assert.equal(client.getState().status, 'open')
    await clock.advance(HEARTBEAT_MS)
    assert.equal(client.getState().status, 'reconnecting')
    assert.equal(socket.isClosed, true)
  })

  it('finds out quickly that a network change killed an open connection', async () => {
    const { fake, client, clock } = setUp()
    const socket = await fake.welcome()
    fake.goOnline()
    assert.equal(socket.sent.at(-1)?.type, 'ping')
    await clock.advance(1_500)
    assert.equal(client.getState().status, 'reconnecting')
  })

  it('keeps an open connection that answers after a network change', async () => {
    const { fake, client, clock } = setUp()
    const socket = await fake.welcome()
    fake.goOnline()
    socket.tell({ type: 'pong' })
    await clock.advance(3_000)
    assert.equal(client.getState().status, 'open')
  })

  it('asks for a new token once when the old one is refused, then stays away', async () => {
    const asked: boolean[] = []
    const { fake, client, clock } = setUp({
      getToken: refused => {
        asked.push(refused)
        return refused ? 'new' : 'old'
      },
    })
    const problem = { type: 'about:blank', code: 'unauthenticated' as const, title: 'x', status: 401 }
    await settle()
    fake.socket().open()
    fake.socket().tell({ type: 'goodbye', problem, retry: false })
    assert.equal(client.getState().status, 'reconnecting')
    await clock.advance(1_000)
    assert.deepEqual(asked, [false, true])
    fake.socket().open()
    fake.socket().tell({ type: 'goodbye', problem, retry: false })
    assert.equal(client.getState().status, 'closed')
    assert.equal(await codeOf(client.request('conversation.get', {})), 'unauthenticated')
    await clock.advance(60_000)
    assert.equal(asked.length, 2)
  })

  it('comes back after a goodbye that invites it', async () => {
    const { fake, client } = setUp()
    const socket = await fake.welcome()
    const problem = { type: 'about:blank', code: 'unavailable' as const, title: 'x', status: 503 }
    socket.tell({ type: 'goodbye', problem, retry: true })
    assert.equal(client.getState().status, 'reconnecting')
  })

  it('drops a connection that is never welcomed', async () => {
    const { fake, client, clock } = setUp()
    await settle()
    fake.socket().open()
    await clock.advance(10_000)
    assert.equal(client.getState().status, 'reconnecting')
  })

  it('drops a connection that talks nonsense, and ignores answers nobody asked for', async () => {
    const { fake, client } = setUp()
    const socket = await fake.welcome()
    socket.tell({ type: 'response', id: 999, ok: true, result: {} })
    socket.tell({ type: 'surprise' } as never)
    assert.equal(client.getState().status, 'open')
    socket.tellText('{')
    assert.equal(client.getState().status, 'reconnecting')
  })

  it('delivers events to those who listen, until they stop', async () => {
    const { fake, client } = setUp()
    const heard: string[] = []
    const stop = client.on('call.rejoinNeeded', event => heard.push(event.callId))
    const socket = await fake.welcome()
    socket.event('call.rejoinNeeded', { callId: 'a' as never })
    stop()
    socket.event('call.rejoinNeeded', { callId: 'b' as never })
    assert.deepEqual(heard, ['a'])
  })

  it('hears nothing more of a connection it has left', async () => {
    const { fake, client, clock } = setUp()
    const before = await fake.welcome()
    const late = before.onmessage
    before.cut()
    await clock.advance(1_000)
    await fake.welcome()
    let heard = 0
    client.on('call.rejoinNeeded', () => heard++)
    const frame = { type: 'event', name: 'call.rejoinNeeded', payload: { callId: 'a' } }
    late?.({ data: JSON.stringify(frame) })
    assert.equal(heard, 0)
  })

  it('closes on purpose: timers gone, open requests rejected, no coming back', async () => {
    const { fake, client, clock, sockets } = setUp()
    await fake.welcome()
    const asked = codeOf(client.request('conversation.get', {}))
    client.close()
    assert.equal(await asked, 'aborted')
    assert.deepEqual(client.getState(), { status: 'closed', problem: null })
    assert.equal(clock.pending(), 0)
    await clock.advance(60_000)
    assert.equal(sockets.length, 1)
  })
})

describe('socket policy', () => {
  it('speaks of every method of the contract', () => {
    assert.deepEqual(Object.keys(repeatable).sort(), Object.keys(socketMethods).sort())
  })

  it('spreads attempts over the upper half of the wait', () => {
    assert.equal(retryDelayMs(1, 0), 200)
    assert.equal(retryDelayMs(1, 1), 400)
    assert.equal(retryDelayMs(50, 1), 15_000)
  })

  it('derives the address of the socket', () => {
    assert.equal(socketUrl('https://desk.example'), `wss://desk.example${SOCKET_PATH}`)
    assert.equal(socketUrl('http://localhost:8080/x'), `ws://localhost:8080${SOCKET_PATH}`)
  })
})
