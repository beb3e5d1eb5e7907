import { type ChildProcess, fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  type MediaEvent,
  type MediaPayload,
  type MediaRequestKind,
  MediaResponse,
  type MediaResult,
  mediaRequests,
  parseMediaEvent,
} from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import type { Clock, Log } from '../../platform/index.ts'
import { MediaStartError, MediaUnavailableError } from './media.errors.ts'

const RESTART_FIRST_MS = 50
const RESTART_LONGEST_MS = 5_000
/** A process that lived this long starts the back-off anew. */
const HEALTHY_MS = 10_000
const PING_PERIOD_MS = 2_000
const PING_LIMIT_MS = 3_000
const STOP_LIMIT_MS = 1_500
/** How the media process ends when its UDP port is taken. */
const PORT_TAKEN_EXIT = 3

/** How to start one media process. */
export type MediaProgram = {
  entry: string
  env: Record<string, string> /** 0 for any free one. */
  udpPort: number
}

/** One media process, started again whenever it ends. */
export type MediaProcess = {
  start(): Promise<void>
  /** Whether it runs and answers. */
  isReady(): boolean
  pid(): number | undefined
  /** Resolves once it is ready. @throws MediaUnavailableError after `limitMs`; MediaStartError when its port is taken. */
  ready(limitMs: number): Promise<void>
  request<K extends MediaRequestKind>(
    kind: K,
    payload: MediaPayload<K>,
    limitMs: number,
  ): Promise<MediaResult<K>>
  stop(): Promise<void>
}

type Waiting = { settle(response: MediaResponse): void; fail(error: Error): void }

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** Keeps one media process running; `onLost` is called each time it ended against our will. */
export function createMediaProcess(deps: {
  program: MediaProgram
  clock: Clock
  log: Log
  onEvent(event: MediaEvent): void
  onLost(): void
}): MediaProcess {
  const { program, clock, log } = deps
  const waiting = new Map<number, Waiting>()
  const readyListeners = new Set<(failure?: Error) => void>()
  let wasReady = false
  let child: ChildProcess | null = null
  let isReady = false
  let stopped = false
  let nextId = 1
  let backoffMs = RESTART_FIRST_MS
  let startedAt = 0
  let cancelRestart = () => {}
  let { udpPort } = program

  /** The port of the first start is kept, so that browsers find the next process where the last one was. */
  async function start(): Promise<void> {
    startedAt = clock.now()
    if (udpPort === 0) udpPort = await freeUdpPort()
    if (stopped) return
    const started = fork(program.entry, [], {
      execPath: process.execPath,
      execArgv: [],
      env: { ...process.env, ...program.env, MEDIA_PORT: String(udpPort) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child = started
    started.on('message', message => receive(started, message))
    started.once('error', error => log.error({ err: error }, 'media process could not be started'))
    started.once('exit', (code, signal) => ended(started, code, signal))
    watch(started)
  }

  function receive(from: ChildProcess, message: unknown): void {
    if (from !== child) return
    const response = MediaResponse.safeParse(message)
    if (response.success) {
      waiting.get(response.data.id)?.settle(response.data)
      return
    }
    let event: MediaEvent
    try {
      event = parseMediaEvent(message)
    } catch (error) {
      log.warn({ err: error }, 'media process sent something unreadable')
      return
    }
    if (event.kind === 'media.ready') {
      isReady = true
      wasReady = true
      for (const listener of [...readyListeners]) listener()
    }
    deps.onEvent(event)
  }

  function ended(which: ChildProcess, code: number | null, signal: string | null): void {
    if (which !== child) return
    child = null
    isReady = false
    const error = new MediaUnavailableError('the media process ended')
    for (const request of [...waiting.values()]) request.fail(error)
    if (stopped) return
    if (code === PORT_TAKEN_EXIT && !wasReady) {
      stopped = true
      const taken = new MediaStartError(
        `UDP port ${udpPort} is taken; stop what listens there, or choose another MEDIA_PORT.`,
      )
      for (const listener of [...readyListeners]) listener(taken)
      return
    }
    log.error({ code, signal, mediaPid: which.pid }, 'media process ended; starting another')
    deps.onLost()
    if (clock.now() - startedAt >= HEALTHY_MS) backoffMs = RESTART_FIRST_MS
    cancelRestart = clock.after(backoffMs, () => void start())
    backoffMs = Math.min(RESTART_LONGEST_MS, backoffMs * 4)
  }

  /** A process that hangs is as good as dead: it is killed, and the restart does the rest. */
  function watch(which: ChildProcess): void {
    clock.after(PING_PERIOD_MS, () => {
      if (which !== child || stopped) return
      if (!isReady) {
        if (clock.now() - startedAt > HEALTHY_MS) which.kill('SIGKILL')
        watch(which)
        return
      }
      send('ping', {}, PING_LIMIT_MS).then(
        () => watch(which),
        () => {
          if (which !== child || stopped) return
          log.error({ mediaPid: which.pid }, 'media process does not answer; ending it')
          which.kill('SIGKILL')
        },
      )
    })
  }

  function ready(limitMs: number): Promise<void> {
    if (isReady) return Promise.resolve()
    if (stopped) return Promise.reject(new MediaUnavailableError('the server is stopping'))
    return new Promise((resolve, reject) => {
      const done = (failure?: Error) => {
        cancel()
        readyListeners.delete(done)
        if (failure === undefined) resolve()
        else reject(failure)
      }
      const cancel = clock.after(limitMs, () => {
        readyListeners.delete(done)
        reject(new MediaUnavailableError('the media process is not ready'))
      })
      readyListeners.add(done)
    })
  }

  function send<K extends MediaRequestKind>(
    kind: K,
    payload: MediaPayload<K>,
    limitMs: number,
  ): Promise<MediaResult<K>> {
    const target = child
    if (target === null || !isReady)
      return Promise.reject(new MediaUnavailableError('the media process is not ready'))
    return new Promise((resolve, reject) => {
      const id = nextId++
      const fail = (error: Error) => {
        cancelLimit()
        waiting.delete(id)
        reject(error)
      }
      const cancelLimit = clock.after(limitMs, () =>
        fail(new MediaUnavailableError(`the media process did not answer ${kind}`)),
      )
      waiting.set(id, {
        fail,
        settle(response) {
          cancelLimit()
          waiting.delete(id)
          if (response.ok) {
            resolve(mediaRequests[kind].result.parse(response.result) as MediaResult<K>)
            return
          }
          const { code, detail, retryable } = response.problem
          reject(new DomainError(code, detail, { retryable }))
        },
      })
      target.send({ type: 'request', id, kind, payload }, error => {
        if (error) fail(new MediaUnavailableError('the media process is gone'))
      })
    })
  }

  return {
    start,
    isReady: () => isReady,
    pid: () => child?.pid,
    ready,
    request: send,
    async stop() {
      stopped = true
      cancelRestart()
      const last = child
      if (last === null || last.exitCode !== null || last.signalCode !== null) return
      const exited = once(last, 'exit')
      if (last.connected) last.disconnect()
      const kill = clock.after(STOP_LIMIT_MS, () => last.kill('SIGKILL'))
      last.kill('SIGTERM')
      await exited
      kill()
    },
  }
}
