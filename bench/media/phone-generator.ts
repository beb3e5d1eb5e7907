// The far ends of phone calls: plain RTP with G.711, fifty packets a second each. Runs as a child process, so that
// its work is on another core than the media process. Phones share a few sockets: to the media process each is one
// address all the same, and the generator is not the first to be full.
import { createSocket, type Socket } from 'node:dgram'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isRtcp, writeRtpHeader } from '../../apps/media/src/rtp/rtp-packet.ts'
import type { GeneratorCommand, GeneratorCount } from './generator.ts'

type Phone = {
  socket: Socket
  port: number | undefined
  talks: boolean
  sequence: number
  timestamp: number
  ssrc: number
  dueAt: number
}

const slots = 20
const socketCount = 16
const packet = Buffer.alloc(12 + 160, 0x55)
const phones = new Map<string, Phone>()
let sent = 0
let received = 0
const lag = monitorEventLoopDelay({ resolution: 2 })
lag.enable()

const sockets = await Promise.all(
  Array.from({ length: socketCount }, async () => {
    const socket = createSocket({
      type: 'udp4',
      lookup: (hostname, _options, callback) => callback(null, hostname, 4),
      recvBufferSize: 4_000_000,
    })
    socket.on('message', message => {
      if (!isRtcp(message)) received++
    })
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
    return socket
  }),
)

function offer(legId: string, talks: boolean): string {
  const socket = sockets[phones.size % socketCount] as Socket
  const ssrc = 1_000_000 + phones.size
  phones.set(legId, { socket, port: undefined, talks, sequence: 0, timestamp: 0, ssrc, dueAt: 0 })
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${socket.address().port} RTP/AVP 8 101`,
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=rtcp-mux',
    '',
  ].join('\r\n')
}

function answer(legId: string, sdp: string): void {
  const phone = phones.get(legId)
  if (!phone) throw new Error(`no phone ${legId}`)
  phone.port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1])
  phone.dueAt = performance.now() + (phone.ssrc % slots)
}

function talk(): void {
  const now = performance.now()
  for (const phone of phones.values()) {
    if (!phone.talks || phone.port === undefined) continue
    while (phone.dueAt <= now) {
      phone.dueAt += 20
      phone.sequence = (phone.sequence + 1) & 0xffff
      phone.timestamp = (phone.timestamp + 160) >>> 0
      const { sequence, timestamp, ssrc } = phone
      writeRtpHeader(packet, 0, { payloadType: 8, marker: false, sequence, timestamp, ssrc })
      phone.socket.send(packet, 0, packet.length, phone.port, '127.0.0.1')
      sent++
    }
  }
}

function count(): GeneratorCount {
  const lagP99Ms = lag.percentile(99) / 1e6 - 2
  lag.reset()
  const { user, system } = process.cpuUsage()
  return { sent, received, lagP99Ms, cpuMs: (user + system) / 1000 }
}

function run(command: GeneratorCommand): unknown {
  if (command.kind === 'offer') return offer(command.legId, command.talks)
  if (command.kind === 'answer') return answer(command.legId, command.sdp)
  return count()
}

setInterval(talk, 2)
process.on('message', (command: GeneratorCommand) => {
  process.send?.({ id: command.id, result: run(command) })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ id: 0, result: 'ready' })
