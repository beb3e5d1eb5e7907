import { codecs, type SoundCodec } from '../phone/codecs.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import { createUnwrapper } from '../rtp/sequence.ts'

/** What to play for the next stretch of time. */
export type Playout =
  | { kind: 'packet'; payload: Uint8Array }
  /** A packet is missing although later ones are here, or late ones are expected: conceal it. */
  | { kind: 'lost' }
  /** The source says nothing now: not started, paused, or DTX. */
  | { kind: 'nothing' }

/** Reorders one source's packets and gives them out at an even pace. */
export type JitterBuffer = {
  push(packet: RtpPacket): void
  /** The packet due for the next 20 ms; a packet of several frames covers as many later pulls. */
  pull(): Playout
  /** Frames it aims to hold before playing, which grows when packets come late. */
  readonly targetFrames: number
  readonly depthFrames: number
  /** Packets not played yet, oldest first. */
  waiting(): RtpPacket[]
}

type Entry = { sequence: number; timestamp: number; packet: RtpPacket; duration: number }

const minTargetFrames = 2
const maxTargetFrames = 10
const maxHeldEntries = 60
/** Frames concealed before a source that stopped is taken as silent. */
const maxConcealedFrames = 5
/** Pulls without trouble after which one frame of delay is given back. */
const calmPulls = 250
/** The same when far more is held than aimed for. */
const crowdedPulls = 25
const crowdedFrames = 5
/** A step in time larger than this is a new timeline, not a pause. */
const maxPauseFrames = 150

const payloadOf = ({ buffer, payloadStart, payloadEnd }: RtpPacket): Uint8Array =>
  buffer.subarray(payloadStart, payloadEnd)

/** Creates an empty buffer for packets of `codec` that first waits for `minTargetFrames`. */
export function createJitterBuffer(codec: SoundCodec = codecs.opus): JitterBuffer {
  const { frameUnits } = codec
  let unwrapSequence = createUnwrapper(16)
  let unwrapTimestamp = createUnwrapper(32)
  let entries: Entry[] = []
  let playing = false
  let playAt = 0
  let lastSequence: number | undefined
  let target = minTargetFrames
  let concealed = 0
  let calm = 0
  let sinceShed = 0
  let waited = 0

  const depth = (): number => {
    const first = entries[0]
    const last = entries.at(-1)
    if (!first || !last) return 0
    return (last.timestamp + last.duration - Math.max(playing ? playAt : 0, first.timestamp)) / frameUnits
  }

  const restart = (): void => {
    unwrapSequence = createUnwrapper(16)
    unwrapTimestamp = createUnwrapper(32)
    entries = []
    playing = false
    lastSequence = undefined
    concealed = 0
    waited = 0
  }

  const insert = (entry: Entry): void => {
    let at = entries.length
    while (at > 0 && (entries[at - 1] as Entry).sequence > entry.sequence) at--
    if (entries[at - 1]?.sequence === entry.sequence) return
    entries.splice(at, 0, entry)
    if (entries.length > maxHeldEntries) entries.shift()
  }

  const isNewTimeline = (timestamp: number): boolean => {
    const reference = entries.at(-1)?.timestamp ?? (playing ? playAt : undefined)
    return reference !== undefined && Math.abs(timestamp - reference) > maxPauseFrames * frameUnits
  }

  const startPlaying = (): boolean => {
    const first = entries[0]
    if (!first) return false
    waited++
    if (depth() < target && waited < target) return false
    playing = true
    playAt = first.timestamp
    waited = 0
    return true
  }

  const take = (entry: Entry): Playout => {
    entries.shift()
    lastSequence = entry.sequence
    playAt = entry.timestamp + entry.duration
    concealed = 0
    return { kind: 'packet', payload: payloadOf(entry.packet) }
  }

  const runDry = (): Playout => {
    calm = 0
    if (concealed < maxConcealedFrames) {
      concealed++
      playAt += frameUnits
      return { kind: 'lost' }
    }
    playing = false
    concealed = 0
    return { kind: 'nothing' }
  }

  const giveBackDelay = (): void => {
    calm++
    sinceShed++
    if (calm >= calmPulls) {
      calm = 0
      if (target > minTargetFrames) target--
    }
    const excess = depth() - target
    if (excess <= 2 || sinceShed < (excess > crowdedFrames ? crowdedPulls : calmPulls)) return
    // One frame dropped shortens the delay after it had grown, or when the source's clock is faster than ours.
    sinceShed = 0
    const dropped = entries.shift() as Entry
    lastSequence = dropped.sequence
    playAt = dropped.timestamp + dropped.duration
  }

  return {
    get targetFrames() {
      return target
    },
    get depthFrames() {
      return depth()
    },
    push(packet) {
      const { sequence, timestamp } = packet
      const duration = codec.durationOf(payloadOf(packet))
      if (duration === 0) return
      let at = unwrapTimestamp(timestamp)
      if (isNewTimeline(at)) {
        restart()
        at = unwrapTimestamp(timestamp)
      }
      const unwrapped = unwrapSequence(sequence)
      if (playing && at + duration <= playAt) {
        // It came after its place was concealed: more delay would have saved it.
        if (lastSequence === undefined || unwrapped > lastSequence) {
          target = Math.min(maxTargetFrames, target + 1)
          calm = 0
          if (entries.length === 0) playing = false
        }
        if (playing) return
      }
      insert({ sequence: unwrapped, timestamp: at, packet, duration })
    },
    waiting: () => entries.filter(entry => !playing || entry.timestamp >= playAt).map(entry => entry.packet),
    pull() {
      if (!playing && !startPlaying()) return { kind: 'nothing' }
      for (let first = entries[0]; first && first.timestamp + first.duration <= playAt; first = entries[0]) {
        entries.shift()
        lastSequence = first.sequence
      }
      const next = entries[0]
      if (!next) return runDry()
      if (next.timestamp <= playAt) {
        giveBackDelay()
        const due = entries[0]
        return due ? take(due) : runDry()
      }
      playAt += frameUnits
      const paused = lastSequence !== undefined && next.sequence === lastSequence + 1
      return paused ? { kind: 'nothing' } : { kind: 'lost' }
    },
  }
}
