// The far ends of calls: peer connections that send a recorded voice, fifty packets a second each, and count
// what comes back. Runs as a child process, so that its work is on another core than the media process.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import ndc, { type PeerConnection, type Track } from 'node-datachannel'
import { createMusic } from '../../apps/media/src/audio/music.ts'
import { createOpusEncoder } from '../../apps/media/src/audio/opus.ts'
import { isRtcp, writeRtpHeader } from '../../apps/media/src/rtp/rtp-packet.ts'

/** Commands of the rig, answered in order with a message of the same `id`. */
export type GeneratorCommand =
  | { id: number; kind: 'offer'; legId: string; talks: boolean }
  | { id: number; kind: 'answer'; legId: string; sdp: string }
  | { id: number; kind: 'count' }

/** Counters since the start, and the generator's own lateness since the last count. */
export type GeneratorCount = { sent: number; received: number; lagP99Ms: number; cpuMs: number }

type Peer = {
  connection: PeerConnection
  track: Track
  opened: Promise<void>
  talks: boolean
  sequence: number
  timestamp: number
  ssrc: number
  dueAt: number
}

const slots = 20
const voice = recordVoice()
const peers = new Map<string, Peer>()
let sent = 0
let received = 0
const lag = monitorEventLoopDelay({ resolution: 2 })
lag.enable()

function recordVoice(): Buffer[] {
  const encoder = createOpusEncoder(32_000, 5)
  const music = createMusic()
  return Array.from({ length: 500 }, () => {
    const payload = encoder.encode(Int16Array.from(music.next(960), value => value * 32_767))
    const packet = Buffer.alloc(12 + payload.length)
    packet.set(payload, 12)
    return packet
  })
}

function offer(legId: string, talks: boolean): string {
  // A port for each: the media process tells peers apart by their addresses.
  const connection = new ndc.PeerConnection(legId, {
    iceServers: [],
    disableAutoNegotiation: true,
    bindAddress: '127.0.0.1',
  })
  const ssrc = 1_000_000 + peers.size
  const audio = new ndc.Audio('0', 'SendRecv')
  audio.addOpusCodec(111)
  audio.addSSRC(ssrc, legId, legId, 'voice')
  const track = connection.addTrack(audio)
  track.onMessage(packet => {
    if (!isRtcp(packet)) received++
  })
  const opened = new Promise<void>(resolve => track.onOpen(resolve))
  connection.setLocalDescription('offer')
  const dueAt = performance.now() + 100 + (peers.size % slots)
  peers.set(legId, { connection, track, opened, talks, sequence: 0, timestamp: 0, ssrc, dueAt })
  return connection.localDescription()?.sdp ?? ''
}

async function answer(legId: string, sdp: string): Promise<void> {
  const peer = peers.get(legId)
  if (!peer) throw new Error(`no peer ${legId}`)
  peer.connection.setRemoteDescription(sdp, 'answer')
  await peer.opened
  peer.dueAt = performance.now() + (peers.size % slots)
}

function talk(): void {
  const now = performance.now()
  for (const peer of peers.values()) {
    if (!peer.talks || !peer.track.isOpen()) continue
    while (peer.dueAt <= now) {
      peer.dueAt += 20
      peer.sequence = (peer.sequence + 1) & 0xffff
      peer.timestamp = (peer.timestamp + 960) >>> 0
      const packet = voice[(peer.sequence + peer.ssrc * 7) % voice.length] as Buffer
      const { sequence, timestamp, ssrc } = peer
      writeRtpHeader(packet, 0, { payloadType: 111, marker: false, sequence, timestamp, ssrc })
      if (peer.track.sendMessageBinary(packet)) sent++
    }
  }
}

function count(): GeneratorCount {
  const lagP99Ms = lag.percentile(99) / 1e6 - 2
  lag.reset()
  const { user, system } = process.cpuUsage()
  return { sent, received, lagP99Ms, cpuMs: (user + system) / 1000 }
}

async function run(command: GeneratorCommand): Promise<unknown> {
  if (command.kind === 'offer') return offer(command.legId, command.talks)
  if (command.kind === 'answer') return answer(command.legId, command.sdp)
  return count()
}

setInterval(talk, 2)
process.on('message', (command: GeneratorCommand) => {
  run(command).then(
    result => process.send?.({ id: command.id, result }),
    (error: Error) => process.send?.({ id: command.id, error: error.message }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ id: 0, result: 'ready' })
