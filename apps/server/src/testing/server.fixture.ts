import type { AddressInfo } from 'node:net'
import { createTestDatabase } from '@guichet/testkit/postgres'
import { sql } from 'kysely'
import { WebSocket } from 'ws'
import {
  type Authenticator,
  createBus,
  createHttpServer,
  createLog,
  createMetrics,
  createRouteBinder,
  createSocketHub,
  createUnitOfWork,
  openDatabase,
  type SocketAuthenticator,
  systemClock,
  systemIds,
} from '../platform/index.ts'

/** The doors of a server under test: who knocks is decided by the module that is tested. */
export type Doors = {
  authenticateHttp: Authenticator
  authenticateSocket: SocketAuthenticator
  isOriginAllowed(origin: string, host: string): Promise<boolean>
}

/** A platform over a database of its own; `doors` opens HTTP and sockets on a free port of loopback. */
export async function createServerFixture() {
  const database = await createTestDatabase()
  const log = createLog({ level: process.env['LOG_LEVEL'] ?? 'silent' })
  const metrics = createMetrics()
  const clock = { ...systemClock, now: () => Date.now() + advancedMs }
  let advancedMs = 0
  const { db, pool } = openDatabase(database.connectionString, log)
  const bus = createBus(log)
  const uow = createUnitOfWork({ db, bus, clock, ids: systemIds, metrics })
  const closers: (() => Promise<unknown>)[] = []

  return {
    db,
    pool,
    bus,
    uow,
    clock,
    ids: systemIds,
    log,
    metrics,
    /** Moves the clock on without waiting. */
    advance(ms: number) {
      advancedMs += ms
    },
    /** Events of these names that are in the outbox, oldest first. */
    async events(...names: string[]): Promise<{ name: string; payload: Record<string, unknown> }[]> {
      const { rows } = await sql<{ name: string; payload: Record<string, unknown> }>`
        select name, payload from outbox where name = any(${names}) order by txid, position`.execute(db)
      return rows
    },
    async doors(doors: Doors) {
      const app = await createHttpServer({
        log,
        ids: systemIds,
        metrics,
        trustProxy: false,
        isOriginAllowed: doors.isOriginAllowed,
      })
      const hub = createSocketHub({
        server: app.server,
        authenticate: doors.authenticateSocket,
        trustProxy: false,
        clock: systemClock,
        ids: systemIds,
        log,
        metrics,
      })
      const bind = createRouteBinder(app, doors.authenticateHttp)
      closers.push(async () => {
        await hub.stop()
        await app.close()
      })
      return {
        app,
        hub,
        bind,
        /** Opens the doors; gives the address to ask. */
        async listen(): Promise<string> {
          await app.listen({ host: '127.0.0.1', port: 0 })
          return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
        },
      }
    },
    onClose: (closer: () => Promise<unknown>) => void closers.push(closer),
    async close() {
      for (const closer of closers.reverse()) await closer()
      await pool.end()
      await database.drop()
    },
  }
}

export type ServerFixture = Awaited<ReturnType<typeof createServerFixture>>

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every kind
type Loose = any
type Frame = { type: string; [key: string]: unknown }

/** A socket client that answers requests by promise and keeps every event. */
export function openSocket(
  url: string,
  hello: { token?: string; cookie?: string; origin?: string; tabId?: string },
) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/socket`, {
    ...(hello.origin === undefined ? {} : { origin: hello.origin }),
    headers: hello.cookie === undefined ? {} : { cookie: hello.cookie },
  })
  const events: { name: string; payload: Loose }[] = []
  const waiting = new Map<number, (frame: Loose) => void>()
  const watchers = new Set<() => void>()
  let next = 0
  let goodbye: Loose = null
  socket.on('error', () => undefined)
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  const welcome = new Promise<boolean>(resolve => {
    socket.once('close', () => resolve(false))
    socket.on('message', data => {
      const frame = JSON.parse(String(data)) as Frame
      if (frame.type === 'welcome') resolve(true)
      if (frame.type === 'goodbye') goodbye = frame
      if (frame.type === 'response') waiting.get(frame['id'] as number)?.(frame)
      if (frame.type === 'event') events.push(frame as never)
      for (const watcher of watchers) watcher()
    })
  })
  socket.once('open', () =>
    socket.send(
      JSON.stringify({
        type: 'hello',
        tabId: hello.tabId ?? 'tab-of-test',
        ...(hello.token === undefined ? {} : { token: hello.token }),
      }),
    ),
  )
  return {
    /** Whether the server let us in. */
    welcome,
    closed,
    events,
    goodbye: () => goodbye,
    /** Asks; the answer is the result, or throws the problem's code. */
    async ask(method: string, params: object): Promise<Loose> {
      await welcome
      const id = next++
      const frame = await new Promise<Loose>(resolve => {
        waiting.set(id, resolve)
        socket.send(JSON.stringify({ type: 'request', id, method, params }))
      })
      waiting.delete(id)
      if (!frame.ok) throw Object.assign(new Error(frame.problem.code), { problem: frame.problem })
      return frame.result
    },
    raw: (text: string) => socket.send(text),
    /** The first event, past or future, that fits. */
    event(name: string, fits: (payload: Loose) => boolean = () => true): Promise<Loose> {
      return new Promise(resolve => {
        const look = () => {
          const found = events.find(event => event.name === name && fits(event.payload))
          if (found === undefined) return
          watchers.delete(look)
          resolve(found.payload)
        }
        watchers.add(look)
        look()
      })
    },
    close: () => socket.close(),
  }
}
