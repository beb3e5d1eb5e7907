import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { fileURLToPath } from 'node:url'
import {
  type MediaEvent,
  type MediaEventKind,
  type MediaPayload,
  type MediaRequestKind,
  MediaResponse,
  type MediaResult,
  mediaRequests,
  parseMediaEvent,
} from '@guichet/contract/media'
import { createSystemClock } from '../clock.ts'

const clock = createSystemClock()

type EventOf<K extends MediaEventKind> = Extract<MediaEvent, { kind: K }>

/** A media process started for a test, spoken to as the server does. */
export type TestMediaProcess = {
  readonly process: ChildProcess
  readonly udpPort: number
  readonly events: readonly MediaEvent[]
  readonly logs: readonly string[]
  request<K extends MediaRequestKind>(kind: K, payload: MediaPayload<K>): Promise<MediaResult<K>>
  /** Sends anything, for hostile tests. */
  sendRaw(message: unknown): void
  /** Forgets past events. */
  forget(): void
  /** The first event of a kind that fits, past or future. */
  waitFor<K extends MediaEventKind>(
    kind: K,
    fits?: (payload: EventOf<K>['payload']) => boolean,
    timeoutMs?: number,
  ): Promise<EventOf<K>['payload']>
  readonly exited: Promise<number | string | null>
  stop(): Promise<void>
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

/** Starts a media process on a free port of loopback and waits until it is ready. */
export async function startMediaProcess(
  environment: Record<string, string> = {},
  launcher: readonly string[] = [],
): Promise<TestMediaProcess> {
  const udpPort = await freeUdpPort()
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const [command = process.execPath, ...before] = [...launcher, process.execPath]
  const child = spawn(command, [...before, main], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, MEDIA_PORT: String(udpPort), ...environment },
  })
  const events: MediaEvent[] = []
  const logs: string[] = []
  const waiting = new Set<() => void>()
  const answers = new Map<number, (response: MediaResponse) => void>()
  let lastId = 0

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    logs.push(...text.split('\n').filter(Boolean))
  })
  child.on('message', message => {
    const response = MediaResponse.safeParse(message)
    if (response.success) {
      answers.get(response.data.id)?.(response.data)
      answers.delete(response.data.id)
      return
    }
    events.push(parseMediaEvent(message))
    for (const check of waiting) check()
  })
  const logsRead = new Promise(resolve => child.stderr?.once('close', resolve))
  const exited = new Promise<number | string | null>(resolve => {
    child.once('exit', (code, signal) => void logsRead.then(() => resolve(signal ?? code)))
  })

  const media: TestMediaProcess = {
    process: child,
    udpPort,
    events,
    logs,
    exited,
    async request(kind, payload) {
      const id = ++lastId
      const response = await new Promise<MediaResponse>((resolve, reject) => {
        answers.set(id, resolve)
        exited.then(code => reject(new Error(`media process ended (${code}): ${logs.slice(-5).join('\n')}`)))
        child.send({ type: 'request', id, kind, payload })
      })
      if (!response.ok) {
        throw Object.assign(new Error(response.problem.detail), { code: response.problem.code })
      }
      return mediaRequests[kind].result.parse(response.result) as MediaResult<typeof kind>
    },
    forget() {
      events.length = 0
    },
    sendRaw: message => void child.send(message as object),
    waitFor(kind, fits = () => true, timeoutMs = 8_000) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const found = events.find(event => event.kind === kind && fits(event.payload as never))
          if (!found) return
          cancel()
          waiting.delete(check)
          resolve(found.payload as never)
        }
        const cancel = clock.after(timeoutMs, () => {
          waiting.delete(check)
          reject(new Error(`no ${kind} within ${timeoutMs} ms; log: ${logs.slice(-5).join('\n')}`))
        })
        waiting.add(check)
        void exited.then(code => {
          cancel()
          waiting.delete(check)
          reject(new Error(`media process ended (${code}): ${logs.join('\n')}`))
        })
        check()
      })
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
  await media.waitFor('media.ready')
  return media
}
