import type { MediaEvent, MediaPayload, MediaRequestKind, MediaResult } from '@guichet/contract/media'
import { createSoundStore } from '../audio/sound-store.ts'
import { createSystemClock } from '../clock.ts'
import { createEngine } from '../engine.ts'
import { createLog } from '../log.ts'
import { createUdpPorts } from '../phone/udp-ports.ts'
import { createMediaPort } from '../port.ts'
import { createFakeLinks } from './fake-links.ts'

type EventOf<K extends MediaEvent['kind']> = Extract<MediaEvent, { kind: K }>

/** An engine in this process with real ports for phones, on loopback, and real time. */
export type PhoneEngine = {
  readonly events: readonly MediaEvent[]
  readonly logs: readonly string[]
  readonly links: ReturnType<typeof createFakeLinks>
  request<K extends MediaRequestKind>(kind: K, payload: MediaPayload<K>): Promise<MediaResult<K>>
  waitFor<K extends MediaEvent['kind']>(
    kind: K,
    fits?: (payload: EventOf<K>['payload']) => boolean,
    timeoutMs?: number,
  ): Promise<EventOf<K>['payload']>
  close(): void
}

/** Starts an engine; `ports` limits the range of its phones. */
export function startPhoneEngine(ports: [first: number, last: number] = [24_000, 29_999]): PhoneEngine {
  const clock = createSystemClock()
  const events: MediaEvent[] = []
  const logs: string[] = []
  const waiting = new Set<() => void>()
  const links = createFakeLinks()
  const log = createLog(
    line => logs.push(line),
    () => 0,
    'info',
  )
  const random = () => Math.floor(Math.random() * 2 ** 32)
  const engine = createEngine({
    clock,
    log,
    sounds: createSoundStore({
      files: {
        stat: () => Promise.reject(new Error('no files here')),
        read: () => Promise.reject(new Error('no files here')),
      },
      maxBytes: 1_000_000,
      pause: clock.pause,
    }),
    maxLegs: 20,
    random,
    openLink: links.openLink,
    phonePorts: createUdpPorts({
      bindAddress: '127.0.0.1',
      announcedAddress: '127.0.0.1',
      first: ports[0],
      last: ports[1],
      random,
      log,
    }),
    emit(event) {
      events.push(event)
      for (const check of waiting) check()
    },
  })
  const port = createMediaPort(
    engine,
    () => ({ ...engine.size, cpuRatio: 0, loopLagP99Ms: 0, rssBytes: 0, uptimeMs: 0 }),
    log,
  )
  let lastId = 0
  return {
    events,
    logs,
    links,
    async request(kind, payload) {
      const response = await port({ type: 'request', id: ++lastId, kind, payload })
      if (!response?.ok) {
        const problem = response?.problem
        throw Object.assign(new Error(`${kind}: ${problem?.detail}`), { code: problem?.code })
      }
      return response.result as MediaResult<typeof kind>
    },
    waitFor(kind, fits = () => true, timeoutMs = 4_000) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const found = events.find(event => event.kind === kind && fits(event.payload as never))
          if (!found) return
          waiting.delete(check)
          cancel()
          resolve(found.payload as never)
        }
        const cancel = clock.after(timeoutMs, () => {
          waiting.delete(check)
          reject(new Error(`no ${kind} within ${timeoutMs} ms`))
        })
        waiting.add(check)
        check()
      })
    },
    close: () => engine.close(),
  }
}
