import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { after, afterEach, before, describe, it } from 'node:test'
import { MAX_FRAME_BYTES, SOCKET_PATH, type SocketMethod, socketMethods } from '@guichet/contract'
import { type Guichet, startGuichet } from './support/guichet.ts'
import {
  beginVisit,
  helloOf,
  knock,
  openRaw,
  openStaffSocket,
  openVisitorSocket,
  type RawSocket,
  signIn,
  stillServes,
  watchLog,
} from './support/hostile.ts'
import { brokenBytes, brokenFrames, spoil, wellFormed } from './support/hostile-input.ts'

/** A connection may ask this often at once; with more to ask, another one is opened. */
const REQUESTS_PER_CONNECTION = 100
/** A connection that is over is gone by then, whatever its other side does. */
const LET_GO_LIMIT_MS = 8_000

describe('the socket door', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>

  before(async () => {
    guichet = await startGuichet()
    url = guichet.url
    log = watchLog(guichet)
  })
  after(() => guichet?.dispose())
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  it('sends away whoever begins with anything but a hello', async () => {
    for (const [name, data] of [...brokenFrames, ['a ping', '{"type":"ping"}'] as const]) {
      const raw = await openRaw(url)
      raw.send(data)
      const goodbye = await raw.frame('goodbye')
      assert.equal(goodbye.problem.code, 'invalid-request', name)
      assert.equal(goodbye.retry, false, name)
      assert.equal((await raw.closed).code, 1008, name)
      assert.deepEqual(
        raw.frames.map(frame => frame.type),
        ['goodbye'],
        name,
      )
    }
  })

  it('ends the connection of a visitor who sends a broken frame, and no other', async () => {
    const session = await beginVisit(url)
    const bystander = await openVisitorSocket(url, session)
    for (const [name, data] of brokenFrames) {
      const raw = await openVisitorSocket(url, session)
      raw.send(data)
      const goodbye = await raw.frame('goodbye')
      assert.equal(goodbye.problem.code, 'invalid-request', name)
      await raw.closed
    }
    assert.ok((await bystander.request('conversation.get', {})).ok)
    bystander.close()
  })

  it('ends connections that break the socket protocol', async () => {
    await Promise.all(
      brokenBytes.map(async ([name, bytes]) => {
        const socket = await upgrade(url)
        socket.write(bytes)
        await ends(socket, name)
      }),
    )
  })

  it('lets a frame in up to the limit, and nothing over it', async () => {
    const session = await beginVisit(url)
    const frame = (bytes: number) => {
      const [head, tail] = ['{"type":"ping","fill":"', '"}']
      return `${head}${'x'.repeat(bytes - head.length - tail.length)}${tail}`
    }
    const raw = await openVisitorSocket(url, session)
    raw.send(frame(MAX_FRAME_BYTES))
    await raw.frame('pong')
    raw.send(frame(MAX_FRAME_BYTES + 1))
    assert.equal((await raw.closed).code, 1009)
  })

  it('refuses wrong parameters of every method with words, whoever asks', async () => {
    const session = await beginVisit(url)
    const cookie = await signIn(url, 'agent6')
    const open = {
      visitor: () => openVisitorSocket(url, session),
      staff: () => openStaffSocket(url, cookie),
    }
    for (const kind of ['visitor', 'staff'] as const) {
      const ask = asker(open[kind])
      for (const [method, { by }] of Object.entries(socketMethods)) {
        if (!(by as readonly string[]).includes(kind)) continue
        for (const params of spoil(wellFormed[method as SocketMethod])) {
          const told = `${kind} ${method} ${params.slice(0, 80)}`
          const outcome = await ask(method, params)
          if (outcome.ok) continue
          assert.ok(outcome.problem.status < 500, `${told}: ${JSON.stringify(outcome.problem)}`)
          assert.doesNotMatch(JSON.stringify(outcome.problem), /node_modules|at .*\.ts|select |zod/i, told)
        }
      }
      await ask.close()
    }
    assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
  })

  it('answers each method only to those who may ask it', async () => {
    const session = await beginVisit(url)
    const everyone = ['administrator', 'agent', 'designer', 'expert', 'manager']
    const worker = ['administrator', 'agent', 'expert', 'manager']
    const others: Partial<Record<SocketMethod, readonly string[]>> = {
      'call.prepare': worker,
      'call.hold': worker,
      'call.resume': worker,
      'presence.set': worker,
      'queue.optIn': worker,
      'offer.accept': worker,
      'offer.decline': worker,
      'assignment.complete': worker,
      'assignment.finishWrapUp': worker,
      'supervision.watch': ['administrator', 'manager'],
    }
    const accounts = {
      administrator: 'admin',
      agent: 'agent5',
      designer: 'designer',
      expert: 'expert',
      manager: 'manager',
    }
    const sockets: [role: string, raw: RawSocket][] = [['visitor', await openVisitorSocket(url, session)]]
    for (const [role, account] of Object.entries(accounts))
      sockets.push([role, await openStaffSocket(url, await signIn(url, account))])
    for (const [role, raw] of sockets) {
      for (const [method, { by }] of Object.entries(socketMethods)) {
        const kinds = by as readonly string[]
        const staff = kinds.includes('staff') ? (others[method as SocketMethod] ?? everyone) : []
        const may = role === 'visitor' ? kinds.includes('visitor') : staff.includes(role)
        const { conversation } = session
        const own = method === 'call.start' ? { conversationId: conversation.id } : {}
        const outcome = await raw.request(method, { ...wellFormed[method as SocketMethod], ...own })
        // What nobody has is not found: only those who may not ask at all are forbidden to.
        const forbidden = !outcome.ok && outcome.problem.code === 'forbidden'
        assert.equal(forbidden, !may, `${role} ${method}: ${JSON.stringify(outcome)}`)
      }
      raw.close()
      await raw.closed
    }
  })

  it('waits five seconds for a hello, and keeps no connection that it refused', async () => {
    const silent = await openRaw(url)
    const stubborn = [
      await dial(url, `GET /api/elsewhere HTTP/1.1\r\n${upgradeHeaders}`),
      await dial(url, `GET ${SOCKET_PATH} HTTP/1.1\r\n${upgradeHeaders.replace('13', '7')}`),
      await dial(url, `POST ${SOCKET_PATH} HTTP/1.1\r\n${upgradeHeaders}`),
    ]
    // They never end their own side: only a server that lets go frees them.
    await Promise.all(stubborn.map(socket => ends(socket, 'a refused upgrade')))
    const began = performance.now()
    const { code, reason } = await silent.closed
    const waitedMs = performance.now() - began
    assert.deepEqual({ code, reason }, { code: 1008, reason: 'hello expected' })
    assert.ok(waitedMs < 6_500, `${waitedMs} ms`)
  })

  it('admits a few of a thousand connections of one visitor, and refuses the others with words', async () => {
    const session = await beginVisit(url)
    const mine = await openVisitorSocket(url, session)
    const before = residentBytes(guichet.pid)
    const hello = helloOf(session.accessToken)
    const knocks = await Promise.all(Array.from({ length: 1_000 }, () => knock(url, { hello })))
    const refused = knocks.filter(answer => answer.kind === 'refused')
    for (const { status, body } of refused) {
      assert.equal(status, 429)
      assert.equal(JSON.parse(body).code, 'too-many-connections')
    }
    const open = knocks.flatMap(answer => (answer.kind === 'open' ? [answer.raw] : []))
    const first = await Promise.all(
      open.map(raw => Promise.any([raw.frame('welcome'), raw.frame('goodbye')])),
    )
    const goodbyes = first.flatMap(frame => (frame.type === 'goodbye' ? [frame.problem.code] : []))
    assert.deepEqual([...new Set(goodbyes)], ['too-many-connections'])
    assert.equal(first.length - goodbyes.length, 7, 'seven beside the one that was there')
    const grown = residentBytes(guichet.pid) - before
    assert.ok(grown < 150e6, `${grown} bytes more`)
    assert.ok((await mine.request('conversation.get', {})).ok)
    for (const raw of [mine, ...open]) raw.close()
    await Promise.all([mine, ...open].map(raw => raw.closed))
  })

  it('serves others while one visitor writes without end', async () => {
    const session = await beginVisit(url)
    const threadId = session.thread.id
    const sockets = await Promise.all(Array.from({ length: 8 }, () => openVisitorSocket(url, session)))
    const message = 'delivery returns price soap candle gift order '.repeat(170)
    const flood = sockets.flatMap((raw, socket) =>
      Array.from({ length: 110 }, (_, index) =>
        raw.request('chat.send', { threadId, clientMessageId: `flood-${socket}-${index}`, message }),
      ),
    )
    const [answers] = await Promise.all([Promise.allSettled(flood), stillServes(url)])
    const told = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
    const refused = told.flatMap(answer => (answer.ok ? [] : [answer.problem]))
    assert.ok(refused.length >= 400, `${refused.length} of ${flood.length} refused`)
    assert.deepEqual([...new Set(refused.map(({ code }) => code))], ['too-many-requests'])
    for (const raw of sockets) raw.close()
  })

  it('ends floods with a reason, also of those who do not listen', async () => {
    const session = await beginVisit(url)
    const flood = await openVisitorSocket(url, session)
    const frame = JSON.stringify({ type: 'request', id: 1, method: 'conversation.get', params: {} })
    for (let count = 0; count < 2_000; count++) flood.send(frame)
    assert.equal((await flood.frame('goodbye')).problem.code, 'too-many-requests')
    await flood.closed

    const early = await openRaw(url, { hello: helloOf(session.accessToken) })
    const large = JSON.stringify({ type: 'ping', fill: 'x'.repeat(100_000) })
    for (let count = 0; count < 200; count++) early.send(large)
    assert.equal((await early.closed).code, 1008)
  })
})

const upgradeHeaders = [
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n')

/** Sends a head on a connection whose own side is never ended. */
async function dial(url: string, head: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(head)
  return socket
}

async function upgrade(url: string): Promise<Socket> {
  const socket = await dial(url, `GET ${SOCKET_PATH} HTTP/1.1\r\n${upgradeHeaders}`)
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1.1 101 /)
  return socket
}

/** Resolves when the other side has let go: it answers more bytes with a reset. */
async function ends(socket: Socket, name: string): Promise<void> {
  socket.resume()
  const prod = setInterval(() => socket.write('\0'), 50)
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${name}: still connected`)), LET_GO_LIMIT_MS)
    socket.once('close', () => {
      clearTimeout(limit)
      resolve()
    })
  }).finally(() => {
    clearInterval(prod)
    socket.destroy()
  })
}

/** Asks over connections that are opened as the last one has asked its fill; parameters are JSON text. */
function asker(open: () => Promise<RawSocket>) {
  let raw: RawSocket | null = null
  let asked = 0
  const close = async () => {
    raw?.close()
    await raw?.closed
    raw = null
  }
  const ask = async (method: string, params: string) => {
    if (asked++ % REQUESTS_PER_CONNECTION === 0) await close()
    raw ??= await open()
    raw.send(`{"type":"request","id":${asked},"method":"${method}","params":${params}}`)
    const answer = await raw.frame('response', response => response.id === asked)
    return answer.ok ? ({ ok: true } as const) : ({ ok: false, problem: answer.problem } as const)
  }
  return Object.assign(ask, { close })
}

/** Memory of a process, in bytes. @source proc(5), statm: pages of 4 kB */
function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096
}
