import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { MAX_FRAME_BYTES, SOCKET_PATH } from '@guichet/contract'
import { DomainError, type RawId } from '@guichet/domain'
import { WebSocket } from 'ws'
import { systemClock } from '../clock.ts'
import { systemIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import type { Principal } from '../principal.ts'
import { createSocketHub, type SocketHub } from './hub.ts'

let server: Server
let hub: SocketHub
let url: string
const disconnected: string[] = []

function visitor(name: string): Principal {
  const rawId = `8:acs:guichet_${name}` as RawId
  return {
    kind: 'visitor',
    rawId,
    party: { rawId, displayName: name, role: 'consumer' },
    conversationId: '00000000-0000-4000-8000-000000000001' as never,
    threadId: '19:aaaaaaaaaaaaaaaa@thread.v2' as never,
  }
}

before(async () => {
  server = createServer()
  hub = createSocketHub({
    server,
    trustProxy: false,
    clock: systemClock,
    ids: systemIds,
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    authenticate: async hello => (hello.token === undefined ? null : visitor(hello.token)),
  })
  hub.handle('chat.typing', async () => {
    throw new Error('secret detail')
  })
  hub.handle('chat.read', async () => {
    throw new DomainError('not-found', 'No such message')
  })
  hub.handle('conversation.get', async (_input, connection) => {
    hub.publish(hub.personTopic(connection.principal.rawId), 'call.rejoinNeeded', { callId: 'x' as never })
    return { conversation: {}, thread: {}, call: null } as never
  })
  hub.onDisconnect(connection => disconnected.push(connection.principal.rawId))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}${SOCKET_PATH}`
})

after(async () => {
  await hub.stop()
  server.close()
})

type Frame = { type: string; [key: string]: unknown }

async function open(hello: unknown): Promise<{ socket: WebSocket; next: () => Promise<Frame> }> {
  const socket = new WebSocket(url)
  const frames: Frame[] = []
  const waiting: ((frame: Frame) => void)[] = []
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as Frame
    const waiter = waiting.shift()
    if (waiter) waiter(frame)
    else frames.push(frame)
  })
  socket.on('close', () => {
    for (const waiter of waiting.splice(0)) waiter({ type: 'closed' })
    frames.push({ type: 'closed' })
  })
  await once(socket, 'open')
  if (hello !== undefined) socket.send(typeof hello === 'string' ? hello : JSON.stringify(hello))
  return {
    socket,
    next: () => {
      const frame = frames.shift()
      return frame ? Promise.resolve(frame) : new Promise(resolve => waiting.push(resolve))
    },
  }
}

const hello = (token: string) => ({ type: 'hello', token, tabId: 'tab-00000001' })

test('a known visitor is welcomed, asks, and hears events', async () => {
  const { socket, next } = await open(hello('anna'))
  assert.equal((await next()).type, 'welcome')
  socket.send(JSON.stringify({ type: 'request', id: 1, method: 'conversation.get', params: {} }))
  assert.deepEqual(await next(), { type: 'event', name: 'call.rejoinNeeded', payload: { callId: 'x' } })
  assert.deepEqual(await next(), {
    type: 'response',
    id: 1,
    ok: true,
    result: { conversation: {}, thread: {}, call: null },
  })
  socket.close()
})

test('a request right behind the hello is answered, not lost', async () => {
  const { socket, next } = await open(hello('quick'))
  socket.send(JSON.stringify({ type: 'request', id: 9, method: 'conversation.get', params: {} }))
  const types = [(await next()).type, (await next()).type, (await next()).type]
  assert.deepEqual(types, ['welcome', 'event', 'response'])
  socket.close()
})

test('strangers, garbage and wrong first frames are sent away with words', async () => {
  const { next } = await open({ type: 'hello', tabId: 'tab-00000001' })
  const goodbye = await next()
  assert.equal((goodbye.problem as Frame).code, 'unauthenticated')
  assert.equal((await next()).type, 'closed')
  for (const first of ['{', '[]', '{"type":"request"}', JSON.stringify({ type: 'ping' })]) {
    const client = await open(first)
    assert.equal((await client.next()).type, 'goodbye')
    assert.equal((await client.next()).type, 'closed')
  }
})

test('bugs leak nothing and broken rules explain themselves', async () => {
  const { socket, next } = await open(hello('ben'))
  await next()
  const params = { threadId: '19:aaaaaaaaaaaaaaaa@thread.v2' }
  socket.send(JSON.stringify({ type: 'request', id: 1, method: 'chat.typing', params }))
  const bug = await next()
  assert.equal(JSON.stringify(bug).includes('secret detail'), false)
  assert.equal((bug.problem as Frame).code, 'internal')
  socket.send(
    JSON.stringify({
      type: 'request',
      id: 2,
      method: 'chat.read',
      params: { ...params, messageId: '1700000000000' },
    }),
  )
  assert.equal(((await next()).problem as Frame).detail, 'No such message')
  socket.send(JSON.stringify({ type: 'request', id: 3, method: 'desk.snapshot', params: {} }))
  assert.equal(((await next()).problem as Frame).code, 'forbidden')
  socket.send(JSON.stringify({ type: 'request', id: 4, method: 'chat.read', params: { threadId: 5 } }))
  assert.equal(((await next()).problem as Frame).code, 'invalid-request')
  socket.close()
})

test('an oversized frame ends its connection alone', async () => {
  const other = await open(hello('other'))
  await other.next()
  const { socket, next } = await open(hello('big'))
  await next()
  socket.send('x'.repeat(MAX_FRAME_BYTES + 1))
  assert.equal((await next()).type, 'closed')
  other.socket.send(JSON.stringify({ type: 'ping' }))
  assert.equal((await other.next()).type, 'pong')
  other.socket.close()
})

test('one visitor cannot hold a thousand connections', async () => {
  const clients = await Promise.all(Array.from({ length: 40 }, () => open(hello('greedy'))))
  const first = await Promise.all(clients.map(client => client.next()))
  assert.equal(first.filter(frame => frame.type === 'welcome').length, 8)
  assert.equal(first.filter(frame => frame.type === 'goodbye').length, 32)
  assert.equal(hub.connectionsOf('8:acs:guichet_greedy').length, 8)
  for (const client of clients) client.socket.close()
})

test('a flood of requests ends with a reason', async () => {
  const { socket, next } = await open(hello('flood'))
  await next()
  for (let id = 0; id < 400; id++) socket.send(JSON.stringify({ type: 'ping' }))
  let frame = await next()
  while (frame.type === 'pong') frame = await next()
  assert.equal((frame.problem as Frame).code, 'too-many-requests')
})

test('leaving is told once', async () => {
  const { socket, next } = await open(hello('leaver'))
  await next()
  socket.close()
  while (!disconnected.includes('8:acs:guichet_leaver')) await new Promise(resolve => setImmediate(resolve))
  assert.equal(disconnected.filter(rawId => rawId === '8:acs:guichet_leaver').length, 1)
})
