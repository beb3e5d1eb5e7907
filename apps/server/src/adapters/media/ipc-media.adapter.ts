import { fileURLToPath } from 'node:url'
import type { MediaEvent, MediaLoad, MediaPayload, MediaRequestKind } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import type { MediaPort } from '../../modules/calls/media.ports.ts'
import type { Clock, Log } from '../../platform/index.ts'
import { MediaStartError, MediaUnavailableError } from './media.errors.ts'
import { createMediaProcess, type MediaProcess } from './media-process.ts'

/** How long a request may take. */
const REQUEST_LIMIT_MS = 5_000
/** A sound never played before is made ready first, which may take a while on a busy machine. */
const PLAY_LIMIT_MS = 20_000
/** How long a new room waits for a process that is just being restarted. */
const READY_LIMIT_MS = 4_000
/** How long the first process may take to get ready. */
const START_LIMIT_MS = 20_000

const mediaEntry = fileURLToPath(new URL('../../../../media/src/main.ts', import.meta.url))

/** Where media processes listen, and how many there are. */
export type IpcMediaSettings = {
  /** UDP port of the first process; each further process takes the next one. 0 lets the system choose. */
  udpPort: number
  bindAddress: string
  announcedAddress: string | undefined
  /** UDP ports of phones, `first-last`; shared by all processes. */
  phonePorts?: string
  processes?: number
  logLevel: string
  /** Program to run as media process, when it is not the product's own. */
  entry?: string
}

/** The media port over Node IPC, with what only its owner needs. */
export type IpcMedia = MediaPort & {
  /** Starts the processes and waits until one is ready. @throws MediaStartError when the UDP port is taken. */
  start(): Promise<void>
  /** Ends every process for sure. */
  stop(): Promise<void>
  /** Process ids and last known load, for metrics and tests. */
  processes(): { pid: number | undefined; isReady: boolean; rooms: number; load: MediaLoad | null }[]
}

type Worker = { process: MediaProcess; rooms: Set<string>; load: MediaLoad | null }

/** Spreads rooms over local media processes and remembers which process holds what. */
export function createIpcMedia(deps: { settings: IpcMediaSettings; clock: Clock; log: Log }): IpcMedia {
  const { settings, clock, log } = deps
  const eventListeners = new Set<(event: MediaEvent) => void>()
  const lostListeners = new Set<(roomIds: string[]) => void>()
  const homeOfRoom = new Map<string, Worker>()
  const roomOfLeg = new Map<string, string>()
  const roomOfPlay = new Map<string, string>()

  const workers: Worker[] = Array.from({ length: settings.processes ?? 1 }, (_, index) => {
    const worker: Worker = {
      rooms: new Set(),
      load: null,
      process: createMediaProcess({
        program: {
          entry: settings.entry ?? mediaEntry,
          udpPort: settings.udpPort === 0 ? 0 : settings.udpPort + index,
          env: {
            MEDIA_BIND_ADDRESS: settings.bindAddress,
            ...(settings.announcedAddress === undefined
              ? {}
              : { MEDIA_ANNOUNCED_ADDRESS: settings.announcedAddress }),
            ...(settings.phonePorts === undefined ? {} : { MEDIA_PHONE_PORTS: settings.phonePorts }),
            LOG_LEVEL: settings.logLevel,
          },
        },
        clock,
        log,
        onEvent: event => receive(worker, event),
        onLost: () => lose(worker),
      }),
    }
    return worker
  })

  function receive(worker: Worker, event: MediaEvent): void {
    if (event.kind === 'media.load') worker.load = event.payload
    if (event.kind === 'leg.state' && event.payload.state === 'ended') roomOfLeg.delete(event.payload.legId)
    if (event.kind === 'play.ended') roomOfPlay.delete(event.payload.playId)
    for (const listener of eventListeners) {
      try {
        listener(event)
      } catch (error) {
        log.error({ err: error, kind: event.kind }, 'media event listener failed')
      }
    }
  }

  function lose(worker: Worker): void {
    const roomIds = [...worker.rooms]
    worker.load = null
    for (const roomId of roomIds) forgetRoom(roomId)
    for (const listener of lostListeners) listener(roomIds)
  }

  function forgetRoom(roomId: string): void {
    homeOfRoom.get(roomId)?.rooms.delete(roomId)
    homeOfRoom.delete(roomId)
    for (const index of [roomOfLeg, roomOfPlay]) {
      for (const [id, room] of index) if (room === roomId) index.delete(id)
    }
  }

  /** The process with the fewest rooms among those that answer, or the first one to come back. */
  async function chooseWorker(limitMs = READY_LIMIT_MS): Promise<Worker> {
    const ready = workers.filter(worker => worker.process.isReady())
    if (ready.length > 0)
      return ready.reduce((best, worker) => (worker.rooms.size < best.rooms.size ? worker : best))
    return Promise.any(
      workers.map(async worker => {
        await worker.process.ready(limitMs)
        return worker
      }),
    ).catch((failures: AggregateError) => {
      const clear = failures.errors.find(error => error instanceof MediaStartError)
      throw clear ?? new MediaUnavailableError('no media process is ready')
    })
  }

  /** The room that a request is about; null when it is about none. @throws DomainError `not-found` */
  function roomOf(kind: MediaRequestKind, payload: Record<string, unknown>): string | null {
    if (kind === 'ping') return null
    const roomId =
      (payload['roomId'] as string | undefined) ??
      roomOfLeg.get(payload['legId'] as string) ??
      roomOfPlay.get(payload['playId'] as string)
    return roomId ?? null
  }

  const idempotent = new Set<MediaRequestKind>(['leg.close', 'play.stop', 'room.close'])

  return {
    async request(kind, payload) {
      const roomId = roomOf(kind, payload as Record<string, unknown>)
      const home = roomId === null ? undefined : homeOfRoom.get(roomId)
      if (kind === 'room.open' && roomId !== null && home === undefined) {
        const worker = await chooseWorker()
        homeOfRoom.set(roomId, worker)
        worker.rooms.add(roomId)
        try {
          return await worker.process.request(kind, payload, REQUEST_LIMIT_MS)
        } catch (error) {
          forgetRoom(roomId)
          throw error
        }
      }
      if (kind === 'ping') return (await chooseWorker()).process.request(kind, payload, REQUEST_LIMIT_MS)
      if (home === undefined || roomId === null) {
        if (idempotent.has(kind)) return {} as never
        throw new DomainError('not-found', `The room of this ${kind} is gone`)
      }
      if (kind === 'leg.open' || kind === 'phone.open') {
        roomOfLeg.set((payload as MediaPayload<'leg.open' | 'phone.open'>).legId, roomId)
      }
      if (kind === 'play.start') roomOfPlay.set((payload as MediaPayload<'play.start'>).playId, roomId)
      if (kind === 'room.close') {
        const result = home.process.request(kind, payload, REQUEST_LIMIT_MS)
        return result.finally(() => forgetRoom(roomId))
      }
      const limitMs = kind === 'play.start' ? PLAY_LIMIT_MS : REQUEST_LIMIT_MS
      return home.process.request(kind, payload, limitMs)
    },
    onEvent(listener) {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
    onLost(listener) {
      lostListeners.add(listener)
      return () => lostListeners.delete(listener)
    },
    async start() {
      await Promise.all(workers.map(worker => worker.process.start()))
      await chooseWorker(START_LIMIT_MS)
    },
    async stop() {
      await Promise.all(workers.map(worker => worker.process.stop()))
    },
    processes: () =>
      workers.map(worker => ({
        pid: worker.process.pid(),
        isReady: worker.process.isReady(),
        rooms: worker.rooms.size,
        load: worker.load,
      })),
  }
}
