import type { ClientFrame, ServerFrame, SocketEventName, SocketEvents, SocketMethod } from '@guichet/contract'
import type { ClientEnvironment, ClientSocket } from '../environment.ts'

type Timer = { at: number; callback: () => void }

/** A clock that moves only when told, with the timers that hang on it. */
export function createFakeClock(startAt = 1_000_000) {
  let now = startAt
  let nextHandle = 1
  const timers = new Map<number, Timer>()

  return {
    now: () => now,
    setTimer(callback: () => void, delayMs: number): number {
      const handle = nextHandle++
      timers.set(handle, { at: now + delayMs, callback })
      return handle
    },
    clearTimer(handle: unknown): void {
      timers.delete(handle as number)
    },
    /** Timers that have still to fire. */
    pending: () => timers.size,
    /** Moves on, firing what falls due in order and letting promises settle in between. */
    async advance(durationMs: number): Promise<void> {
      const until = now + durationMs
      await settle()
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0]
        if (!due) break
        timers.delete(due[0])
        now = Math.max(now, due[1].at)
        due[1].callback()
        await settle()
      }
      now = until
    },
  }
}

/** Lets every promise that is ready run its course. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

type RequestFrame = Extract<ClientFrame, { type: 'request' }>

/** One end of a socket, held by a test that plays the server. */
export type FakeSocket = ClientSocket & {
  url: string
  sent: ClientFrame[]
  isClosed: boolean
  open(): void
  tell(frame: ServerFrame): void
  tellText(text: string): void
  event<N extends SocketEventName>(name: N, payload: SocketEvents[N]): void
  /** Cuts the connection as a lost network does. */
  cut(): void
  /** Requests of a method that were sent and have no answer yet. */
  requests(method: SocketMethod): RequestFrame[]
  answer(request: RequestFrame, result: unknown): void
  refuse(request: RequestFrame, problem: { code: string; retryable?: boolean }): void
}

/** Surroundings under a test's control: clock, sockets, identifiers and the network's return. */
export function createFakeEnvironment() {
  const clock = createFakeClock()
  const sockets: FakeSocket[] = []
  const online = new Set<() => void>()
  let nextId = 1

  function openSocket(url: string): FakeSocket {
    const answered = new Set<number>()
    const socket: FakeSocket = {
      url,
      sent: [],
      isClosed: false,
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: data => void socket.sent.push(JSON.parse(data) as ClientFrame),
      close() {
        socket.isClosed = true
      },
      open: () => socket.onopen?.({} as never),
      tell: frame => socket.tellText(JSON.stringify(frame)),
      tellText: text => socket.onmessage?.({ data: text }),
      event: (name, payload) => socket.tell({ type: 'event', name, payload } as ServerFrame),
      cut() {
        socket.isClosed = true
        socket.onclose?.({} as never)
      },
      requests: method =>
        socket.sent.filter(
          (frame): frame is RequestFrame =>
            frame.type === 'request' && frame.method === method && !answered.has(frame.id),
        ),
      answer(request, result) {
        answered.add(request.id)
        socket.tell({ type: 'response', id: request.id, ok: true, result })
      },
      refuse(request, problem) {
        answered.add(request.id)
        const told = { type: 'about:blank', title: problem.code, status: 400, ...problem }
        socket.tell({ type: 'response', id: request.id, ok: false, problem: told as never })
      },
    }
    sockets.push(socket)
    return socket
  }

  const environment: ClientEnvironment = {
    now: clock.now,
    setTimer: clock.setTimer,
    clearTimer: clock.clearTimer,
    random: () => 0.5,
    randomId: () => `local-${String(nextId++).padStart(4, '0')}`,
    fetch: () => Promise.reject(new Error('unexpected network')),
    createRequest: () => {
      throw new Error('unexpected network')
    },
    openSocket,
    onOnline(callback) {
      online.add(callback)
      return () => online.delete(callback)
    },
  }

  return {
    environment,
    clock,
    sockets,
    /** The newest connection. */
    socket(): FakeSocket {
      const socket = sockets.at(-1)
      if (!socket) throw new Error('no socket was opened')
      return socket
    },
    /** Opens the newest connection and welcomes the client. */
    async welcome(): Promise<FakeSocket> {
      await settle()
      const socket = this.socket()
      socket.open()
      socket.tell({
        type: 'welcome',
        connectionId: `connection-${sockets.length}`,
        serverTime: '2026-01-01T00:00:00Z',
      })
      await settle()
      return socket
    },
    goOnline() {
      for (const callback of [...online]) callback()
    },
  }
}
