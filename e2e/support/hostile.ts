import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import {
  type ChatMessage,
  type Problem,
  type ServerFrame,
  SOCKET_PATH,
  type VisitorSession,
} from '@guichet/contract'
import { WebSocket } from 'ws'
import type { Guichet, LogLine } from './guichet.ts'

/** What the server made of a request: its result, or the problem it told. */
export type Outcome = { ok: true; result: unknown } | { ok: false; problem: Problem }

/** A socket that sends whatever it is given, as no client of ours would. */
export type RawSocket = {
  readonly socket: WebSocket
  readonly frames: readonly ServerFrame[]
  send(data: string | Buffer): void
  /** @throws Error when the connection ends without an answer, or none comes within five seconds */
  request(method: string, params: unknown): Promise<Outcome>
  /** The first frame that fits, past or future. @throws Error when the connection ends or five seconds pass */
  frame<T extends ServerFrame['type']>(
    type: T,
    fits?: (frame: Extract<ServerFrame, { type: T }>) => boolean,
  ): Promise<Extract<ServerFrame, { type: T }>>
  /** Code and reason of the close; a connection that breaks has 1006. */
  readonly closed: Promise<{ code: number; reason: string }>
  close(): void
}

/** How a knock at the socket door ended: let in by HTTP, or refused by it. */
export type Knock = { kind: 'open'; raw: RawSocket } | { kind: 'refused'; status: number; body: string }

const LIMIT_MS = 5_000
let tabs = 0

/** Asks for a socket with any headers; `hello` follows at once when given. */
export function knock(
  url: string,
  options: { headers?: Record<string, string>; hello?: unknown; path?: string } = {},
): Promise<Knock> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${options.path ?? SOCKET_PATH}`, {
    headers: options.headers ?? {},
  })
  const raw = listen(socket)
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      const { hello } = options
      if (hello !== undefined) raw.send(typeof hello === 'string' ? hello : JSON.stringify(hello))
      resolve({ kind: 'open', raw })
    })
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        resolve({ kind: 'refused', status: response.statusCode ?? 0, body })
      })
    })
    socket.on('error', reject)
  })
}

/** Opens a socket that the server lets in by HTTP. */
export async function openRaw(
  url: string,
  options: { headers?: Record<string, string>; hello?: unknown } = {},
): Promise<RawSocket> {
  const answer = await knock(url, options)
  if (answer.kind === 'refused') throw new Error(`refused with ${answer.status}: ${answer.body}`)
  return answer.raw
}

/** A visitor's connection that was welcomed. */
export async function openVisitorSocket(url: string, session: VisitorSession): Promise<RawSocket> {
  const raw = await openRaw(url, { hello: helloOf(session.accessToken) })
  await raw.frame('welcome')
  return raw
}

/** A connection of staff that was welcomed. */
export async function openStaffSocket(url: string, cookie: string): Promise<RawSocket> {
  const raw = await openRaw(url, { headers: { cookie, origin: url }, hello: helloOf(undefined) })
  await raw.frame('welcome')
  return raw
}

/** A first frame as our clients send it, from a tab of its own. */
export function helloOf(token: string | undefined): object {
  return { type: 'hello', ...(token === undefined ? {} : { token }), tabId: `hostile-tab-${++tabs}` }
}

function listen(socket: WebSocket): RawSocket {
  const frames: ServerFrame[] = []
  const watchers = new Set<() => void>()
  const closed = new Promise<{ code: number; reason: string }>(resolve =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  let ended: { code: number } | null = null
  let requests = 0
  const tellAll = () => {
    for (const watcher of [...watchers]) watcher()
  }
  socket.on('message', data => {
    frames.push(JSON.parse(String(data)) as ServerFrame)
    tellAll()
  })
  socket.on('close', code => {
    ended = { code }
    tellAll()
  })
  socket.on('error', () => undefined)

  function frame<T extends ServerFrame['type']>(
    type: T,
    fits: (frame: Extract<ServerFrame, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ServerFrame, { type: T }>> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(limit)
        watchers.delete(look)
        action()
      }
      const said = () => JSON.stringify(frames.slice(-3))
      const look = () => {
        const found = frames.find(each => each.type === type && fits(each as never))
        if (found !== undefined) settle(() => resolve(found as never))
        else if (ended !== null) {
          const { code } = ended
          settle(() => reject(new Error(`closed with ${code} before ${type}: ${said()}`)))
        }
      }
      const limit = setTimeout(() => settle(() => reject(new Error(`no ${type}: ${said()}`))), LIMIT_MS)
      watchers.add(look)
      look()
    })
  }

  return {
    socket,
    frames,
    closed,
    frame,
    send: data => socket.send(data),
    async request(method, params) {
      const id = ++requests
      socket.send(JSON.stringify({ type: 'request', id, method, params }))
      const answer = await frame('response', response => response.id === id)
      return answer.ok ? { ok: true, result: answer.result } : { ok: false, problem: answer.problem }
    },
    close: () => socket.close(),
  }
}

/** Begins a conversation as a page does. */
export async function beginVisit(url: string, body: object = {}): Promise<VisitorSession> {
  const response = await fetch(`${url}/api/visitor/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ locale: 'en', ...body }),
  })
  assert.equal(response.status, 201, await response.clone().text())
  return (await response.json()) as VisitorSession
}

/** Signs in with a demo account; the cookie to send along. */
export async function signIn(url: string, account: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: `${account}@demo.guichet`, password: 'demo-guichet' }),
  })
  assert.equal(response.status, 200, await response.clone().text())
  return response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ')
}

/** Proves that an innocent visitor is served: begins a conversation, asks, and gets the bot's answer. */
export async function stillServes(url: string): Promise<void> {
  const session = await beginVisit(url)
  const raw = await openVisitorSocket(url, session)
  const clientMessageId = `innocent-${session.conversation.id}`
  const threadId = session.thread.id
  const sent = await raw.request('chat.send', { threadId, clientMessageId, message: 'Hello' })
  assert.ok(sent.ok, JSON.stringify(sent))
  const { sequenceId } = (sent.result as { message: ChatMessage }).message
  await raw.frame('event', event => {
    if (event.name !== 'message.changed') return false
    const { message } = event.payload
    return message.sender?.role === 'bot' && message.sequenceId > sequenceId
  })
  raw.close()
}

/** Watches the log: `complaints` are the lines of errors that nobody has read yet. */
export function watchLog(guichet: Guichet): { complaints(): LogLine[] } {
  let read = guichet.log.length
  return {
    complaints() {
      const fresh = guichet.log.slice(read)
      read = guichet.log.length
      return fresh.filter(({ level }) => level >= 50)
    },
  }
}

/** Sends bytes as they are and reads until the server ends the connection. */
export async function sendBytes(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.setTimeout(LIMIT_MS, () => socket.destroy())
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/** An HTTP answer, with the problem it tells if it tells one. */
export type HttpAnswer = { status: number; headers: Headers; text: string; problem: Problem | null }

/** Asks over HTTP; a text body goes as it is, an object as JSON. */
export async function ask(
  url: string,
  method: string,
  path: string,
  options: { body?: object | string; headers?: Record<string, string> } = {},
): Promise<HttpAnswer> {
  const { body } = options
  const response = await fetch(url + path, {
    method,
    signal: AbortSignal.timeout(LIMIT_MS),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    problem: isProblem ? (JSON.parse(text) as Problem) : null,
  }
}

/** Uploads a file to the visitor's own thread, or to another. */
export async function upload(
  url: string,
  session: VisitorSession,
  name: string,
  bytes: Uint8Array,
  threadId: string = session.thread.id,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(bytes)]), name)
  const response = await fetch(`${url}/api/threads/${threadId}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${session.accessToken}` },
    body: form,
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
