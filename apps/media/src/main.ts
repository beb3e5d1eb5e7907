import { randomInt } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { MediaEvent, MediaResponse } from '@guichet/contract/media'
import { z } from 'zod'
import { createSoundStore } from './audio/sound-store.ts'
import { createSystemClock } from './clock.ts'
import { MediaConfig } from './config.ts'
import { createEngine } from './engine.ts'
import { createLoadMeter } from './load.ts'
import { createLog, LogLevel } from './log.ts'
import { holdUdpPort, openPeerLink, type PeerSettings, type UdpPort } from './peer/peer-link.ts'
import { createUdpPorts } from './phone/udp-ports.ts'
import { createMediaPort } from './port.ts'

const version = '0.1.0'
const loadPeriodMs = 5_000
/** The music on hold is prepared this long after the start, so that the first caller to wait hears it at once. */
const musicDelayMs = 1_000

const clock = createSystemClock()
const log = createLog(
  line => process.stderr.write(line),
  () => clock.epochMs + clock.now(),
  LogLevel.catch('info').parse(process.env['LOG_LEVEL']),
)

function readConfig(): MediaConfig {
  const read = MediaConfig.safeParse(process.env)
  if (read.success) return read.data
  log.error('settings are wrong', { problems: z.prettifyError(read.error) })
  process.exit(2)
}

function takePort(settings: PeerSettings): UdpPort {
  try {
    return holdUdpPort(settings, log)
  } catch (error) {
    log.error('the media port cannot be opened', { error: (error as Error).message })
    process.exit(3)
  }
}

function send(message: MediaResponse | MediaEvent): void {
  if (process.connected) process.send?.(message)
}

/** The address phones are told: the bound one, or, where every one is bound, the first of this machine's. */
function addressOf(bindAddress: string): string {
  if (bindAddress !== '0.0.0.0') return bindAddress
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
}

const config = readConfig()
// Each reader has its own meter: reading starts the next period.
const askedMeter = createLoadMeter(clock)
const toldMeter = createLoadMeter(clock)
const sounds = createSoundStore({
  files: { stat: path => stat(path), read: path => readFile(path) },
  maxBytes: config.MEDIA_SOUND_CACHE_BYTES,
  pause: clock.pause,
})
const settings = {
  udpPort: config.MEDIA_PORT,
  bindAddress: config.MEDIA_BIND_ADDRESS,
  announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS,
}
const port = takePort(settings)
const [firstPhonePort, lastPhonePort] = config.MEDIA_PHONE_PORTS
const random = (): number => randomInt(0, 2 ** 32)
const engine = createEngine({
  clock,
  log,
  sounds,
  maxLegs: config.MEDIA_MAX_LEGS,
  random,
  openLink: (name, offer, listener) => openPeerLink(name, offer, settings, listener, log),
  phonePorts: createUdpPorts({
    bindAddress: config.MEDIA_BIND_ADDRESS,
    announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS ?? addressOf(config.MEDIA_BIND_ADDRESS),
    first: firstPhonePort,
    last: lastPhonePort,
    random,
    log,
  }),
  emit: send,
})
const answer = createMediaPort(engine, () => askedMeter.read(engine.size), log)

let stopping = false
function stop(reason: string): void {
  if (stopping) return
  stopping = true
  log.info('media process stops', { reason })
  engine.close()
  port.close()
  process.exit(0)
}

process.on('message', message => {
  void answer(message).then(response => {
    if (response) send(response)
  })
})
// Without its server nobody could end the calls: a process left alone ends itself.
process.on('disconnect', () => stop('server gone'))
process.on('SIGTERM', () => stop('SIGTERM'))
process.on('SIGINT', () => stop('SIGINT'))
process.on('uncaughtException', error => {
  log.error('uncaught exception', { error: String(error.stack ?? error) })
})

clock.every(loadPeriodMs, () => {
  send({ type: 'event', kind: 'media.load', payload: toldMeter.read(engine.size) })
})
clock.after(musicDelayMs, () => {
  sounds.load({ kind: 'music' }, 1).catch(error => log.error('music failed', { error: String(error) }))
})
log.info('media process ready', { ...settings, pid: process.pid })
send({
  type: 'event',
  kind: 'media.ready',
  payload: { pid: process.pid, udpPort: config.MEDIA_PORT, version },
})
