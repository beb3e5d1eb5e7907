import { spawn } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startMediaProcess } from '../../apps/media/src/testing/media-process.ts'
import type { GeneratorCommand, GeneratorCount } from './generator.ts'

/** What a level of load came to. Ratios are 0 to 1, `cpuRatio` of one core. */
export type Measurement = {
  legs: number
  packetsPerSecond: number
  lossRatio: number
  cpuRatio: number
  microsecondsPerPacket: number
  lagP99Ms: number
  generatorLagP99Ms: number
  generatorCpuRatio: number
  rssMb: number
}

/** A media process on core 0 and its far ends on core 1. */
export type Rig = {
  /** Opens a room with as many legs; the first `talkers` of them speak. */
  addRoom(legs: number, talkers: number): Promise<void>
  /** Lets it settle, measures, and compares what came back with `expected` times what was sent. */
  measure(expected: number): Promise<Measurement>
  stop(): Promise<void>
}

const settleMs = 3_000
const measureMs = 8_000

const pinned = (core: number): string[] =>
  process.platform === 'linux' && cpus().length > 1 ? ['taskset', '-c', String(core)] : []

/** Starts both processes; the far ends are browsers' peer connections or phones. */
export async function startRig(farEnds: 'browsers' | 'phones' = 'browsers'): Promise<Rig> {
  const media = await startMediaProcess(
    { MEDIA_MAX_LEGS: '10000', MEDIA_PHONE_PORTS: '20000-31999' },
    pinned(0),
  )
  const program = farEnds === 'phones' ? 'phone-generator.ts' : 'generator.ts'
  const [command = process.execPath, ...before] = [...pinned(1), process.execPath]
  const child = spawn(command, [...before, fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const answers = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  child.on('message', (message: { id: number; result?: unknown; error?: string }) => {
    const waiting = answers.get(message.id)
    answers.delete(message.id)
    if (message.error === undefined) waiting?.resolve(message.result)
    else waiting?.reject(new Error(message.error))
  })
  await new Promise(resolve => child.once('message', resolve))
  let lastId = 0
  type Command = GeneratorCommand extends infer C ? (C extends { id: number } ? Omit<C, 'id'> : never) : never
  const generate = (wanted: Command): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      answers.set(id, { resolve, reject })
      child.send({ id, ...wanted })
    })

  let rooms = 0
  let legs = 0
  const addLeg = async (roomId: string, talks: boolean): Promise<void> => {
    const legId = `leg-${++legs}`
    const sdpOffer = (await generate({ kind: 'offer', legId, talks })) as string
    const sdp =
      farEnds === 'phones'
        ? (await media.request('phone.open', { roomId, legId, sdpOffer })).sdp
        : (await media.request('leg.open', { roomId, legId, sdpOffer })).sdpAnswer
    await generate({ kind: 'answer', legId, sdp })
  }

  return {
    async addRoom(size, talkers) {
      const roomId = `room-${++rooms}`
      await media.request('room.open', { roomId, callId: roomId })
      for (let i = 0; i < size; i++) await addLeg(roomId, i < talkers)
    },
    async measure(expected) {
      await delay(settleMs)
      await media.request('ping', {})
      const startedAt = performance.now()
      const first = (await generate({ kind: 'count' })) as GeneratorCount
      await delay(measureMs)
      const last = (await generate({ kind: 'count' })) as GeneratorCount
      const seconds = (performance.now() - startedAt) / 1000
      const load = await media.request('ping', {})
      const sent = last.sent - first.sent
      const received = last.received - first.received
      return {
        legs,
        packetsPerSecond: received / seconds,
        lossRatio: Math.max(0, 1 - received / (sent * expected)),
        cpuRatio: load.cpuRatio,
        microsecondsPerPacket: (load.cpuRatio * 1e6) / Math.max(1, received / seconds),
        lagP99Ms: load.loopLagP99Ms,
        generatorLagP99Ms: last.lagP99Ms,
        generatorCpuRatio: (last.cpuMs - first.cpuMs) / 1000 / seconds,
        rssMb: load.rssBytes / 1e6,
      }
    },
    async stop() {
      child.disconnect()
      await media.stop()
    },
  }
}

/** Prints the conditions of a run. */
export function printConditions(
  what: string,
  peer: string,
  transport = 'SRTP both ways, one UDP port',
): void {
  const [cpu] = cpus()
  console.log(what)
  console.log(`Node ${process.version}, ${cpus().length} × ${cpu?.model.trim()}, loopback, ${transport}`)
  console.log(
    `Media process on core 0, generator on core 1; load average at start ${loadavg()[0]?.toFixed(1)}`,
  )
  console.log(`Peer: ${peer}`)
  console.log('  legs  packets/s  loss %   cpu %  µs/packet  lag p99 ms  generator cpu %, lag  RSS MB')
}

/** Prints one line of figures. */
export function printMeasurement(measured: Measurement): void {
  const cell = (value: number, digits: number, width: number) => value.toFixed(digits).padStart(width)
  console.log(
    [
      cell(measured.legs, 0, 6),
      cell(measured.packetsPerSecond, 0, 10),
      cell(measured.lossRatio * 100, 2, 7),
      cell(measured.cpuRatio * 100, 0, 7),
      cell(measured.microsecondsPerPacket, 1, 10),
      cell(measured.lagP99Ms, 1, 11),
      `${cell(measured.generatorCpuRatio * 100, 0, 16)},${cell(measured.generatorLagP99Ms, 1, 5)}`,
      cell(measured.rssMb, 0, 7),
    ].join(' '),
  )
}
