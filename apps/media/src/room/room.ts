import type { PictureKind } from '@guichet/contract/media'
import { type HearPlan, isPerceivedBy, planHearing, planKey } from '../audio/hear-plan.ts'
import { type Adder, createAdder } from '../audio/mixer.ts'
import { createSourceDecoder, type SourceDecoder } from '../audio/source-decoder.ts'
import type { Ticker } from '../audio/ticker.ts'
import type { SoundCodec, SoundEncoder } from '../phone/codecs.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import type { PictureSource } from '../video/picture-source.ts'
import type { Leg } from './leg.ts'
import type { Playback } from './playback.ts'
import { createRecentSound, type RecentSound } from './recent-sound.ts'

/** A call's media: its legs, what is played in it, and who hears what. */
export type Room = {
  readonly roomId: string
  readonly callId: string
  readonly legs: readonly Leg[]
  readonly playbacks: readonly Playback[]
  readonly mixedLegs: number
  addLeg(leg: Leg): void
  removeLeg(leg: Leg): void
  addPlayback(playback: Playback): void
  removePlayback(playId: string): boolean
  /** Frame at which a loop of that key goes on in this room; 0 when it never played. */
  loopPlace(key: string): number
  /** Decides again who perceives whom. */
  changed(): void
  hearingOf(leg: Leg): HearPlan['kind']
  onSound(leg: Leg, packet: RtpPacket, now: number): void
  onWithheldSound(leg: Leg, packet: RtpPacket): void
  onPicture(leg: Leg, source: PictureSource, packet: RtpPacket, keyFrame: boolean, now: number): void
  pictureLossOf(leg: Leg): number
  close(): void
}

type Member = {
  leg: Leg
  plan: HearPlan
  key: string
  relayTo: Leg[]
  /** What it said last, for a decoder that takes over. */
  recent: RecentSound
  lastSoundAt: number
  decoder: SourceDecoder | undefined
  frame: Int16Array | undefined
}

type Mix = {
  sources: Member[]
  playbacks: Playback[]
  listeners: Leg[]
  adder: Adder
  /** One for each codec that its listeners hear. */
  encoders: Map<SoundCodec, SoundEncoder>
  effort: 0 | 5
}

/** Rooms at work in the process beyond which mixes are encoded at a third of the cost. */
const crowdedRooms = 20
/** A source heard this recently is carried over into a mix without a hole. */
const bridgeableMs = 100
const pictureKinds: readonly PictureKind[] = ['camera', 'screen']

/** Creates an empty room. `onPlaybackEnded` is told of playbacks that reached their end. */
export function createRoom(options: {
  roomId: string
  callId: string
  ticker: Ticker
  now(): number
  onPlaybackEnded(playback: Playback): void
}): Room {
  const members = new Map<Leg, Member>()
  const playbacks = new Map<string, Playback>()
  const loopPlaces = new Map<string, number>()
  let mixes = new Map<string, Mix>()
  let stopTicking: (() => void) | undefined
  let closed = false
  let planning = false

  const newMix = (plan: HearPlan & { kind: 'mix' }): Mix => ({
    sources: [...members.values()].filter(member => plan.legIds.includes(member.leg.legId)),
    playbacks: plan.playIds.flatMap(playId => playbacks.get(playId) ?? []),
    listeners: [],
    adder: createAdder(),
    encoders: new Map(),
    effort: options.ticker.members > crowdedRooms ? 0 : 5,
  })

  const planSound = (): void => {
    const all = [...members.values()]
    const facts = all.map(member => member.leg.facts())
    const played = [...playbacks.values()]
    const relayed = new Set(all.filter(member => member.relayTo.length > 0))
    for (const member of all) member.relayTo = []
    const before = mixes
    mixes = new Map()
    all.forEach((member, i) => {
      const wanted = planHearing(facts[i] as (typeof facts)[number], facts, played)
      const plan = isRelayable(wanted, member, all) ? wanted : transcoding(wanted)
      const key = planKey(plan)
      if (plan.kind === 'relay' && member.plan.kind === 'mix') handOver(member, plan.legId, all)
      member.plan = plan
      member.key = key
      if (plan.kind === 'relay') all.find(({ leg }) => leg.legId === plan.legId)?.relayTo.push(member.leg)
      if (plan.kind !== 'mix') return
      let mix = mixes.get(key)
      if (!mix) {
        mix = before.get(key) ?? newMix(plan)
        mix.listeners = []
        mixes.set(key, mix)
      }
      mix.listeners.push(member.leg)
    })
    for (const member of all) {
      const mixed = [...mixes.values()].some(mix => mix.sources.includes(member))
      const usable = member.decoder?.codec === member.leg.codec ? member.decoder : undefined
      member.decoder = mixed ? (usable ?? newDecoder(member, relayed.has(member))) : undefined
    }
  }

  /** Whether the listener can be passed the one leg it hears as it is. */
  const isRelayable = (plan: HearPlan, listener: Member, all: readonly Member[]): boolean => {
    if (plan.kind !== 'relay') return true
    const source = all.find(({ leg }) => leg.legId === plan.legId)
    return source === undefined || listener.leg.takes(source.leg.codec)
  }

  /** A mix of one: decoded, and made anew in the listener's codec. */
  const transcoding = (plan: HearPlan): HearPlan =>
    plan.kind === 'relay' ? { kind: 'mix', legIds: [plan.legId], playIds: [] } : plan

  const newDecoder = (member: Member, relayed: boolean): SourceDecoder => {
    const { leg, recent, lastSoundAt } = member
    const usable = relayed && options.now() - lastSoundAt <= bridgeableMs
    return createSourceDecoder(usable ? recent.payloads(leg.codec) : [], leg.codec)
  }

  /** Passes on what a mix had not played yet of the leg now relayed alone: without it a syllable is missing. */
  const handOver = (listener: Member, legId: string, all: readonly Member[]): void => {
    const source = all.find(({ leg }) => leg.legId === legId)
    for (const packet of source?.decoder?.buffer.waiting() ?? []) {
      const { leg, decoder } = source as Member
      if (decoder) listener.leg.relaySound(leg.soundSource(), packet, decoder.codec, options.now())
    }
  }

  /** The picture of a kind that a listener is shown: the most recent to have begun among those it perceives. */
  const choosePicture = (listener: Member, kind: PictureKind): PictureSource | undefined => {
    let chosen: PictureSource | undefined
    const facts = listener.leg.facts()
    for (const { leg } of members.values()) {
      const source = leg.picture(kind)
      if (!source?.active || !isPerceivedBy(leg.facts(), facts)) continue
      if (!chosen || source.startedAt > chosen.startedAt) chosen = source
    }
    return chosen
  }

  const planPictures = (): void => {
    for (const member of members.values()) {
      for (const kind of pictureKinds) member.leg.sink(kind)?.show(choosePicture(member, kind), options.now())
    }
  }

  const tick = (now: number): void => {
    for (const playback of playbacks.values()) {
      if (playback.advance()) continue
      playbacks.delete(playback.playId)
      options.onPlaybackEnded(playback)
      plan()
    }
    for (const { leg, plan } of members.values()) {
      if (plan.kind !== 'play') continue
      const playback = playbacks.get(plan.playId)
      if (playback) leg.sendFrame(playback, playback.packetIn(leg.hears), now)
    }
    if (mixes.size === 0) return
    for (const member of members.values()) member.frame = member.decoder?.nextFrame()
    for (const mix of mixes.values()) sendMix(mix, now)
  }

  const sendMix = (mix: Mix, now: number): void => {
    if (!mix.listeners.some(leg => leg.isOpen())) return
    const frames: Int16Array[] = []
    for (const { frame } of mix.sources) if (frame) frames.push(frame)
    for (const playback of mix.playbacks) {
      const frame = playback.frame()
      if (frame) frames.push(frame)
    }
    const sum = mix.adder.add(frames)
    const packets = new Map<SoundCodec, Uint8Array>()
    for (const leg of mix.listeners) {
      let packet = packets.get(leg.hears)
      if (!packet) {
        packet = sum ? encoderOf(mix, leg.hears).encode(sum) : leg.hears.silence
        packets.set(leg.hears, packet)
      }
      leg.sendFrame(mix, packet, now)
    }
  }

  const encoderOf = (mix: Mix, codec: SoundCodec): SoundEncoder => {
    let encoder = mix.encoders.get(codec)
    if (!encoder) {
      encoder = codec.createEncoder(mix.effort)
      mix.encoders.set(codec, encoder)
    }
    return encoder
  }

  const watchTime = (): void => {
    const needed = !closed && (playbacks.size > 0 || mixes.size > 0)
    if (needed && !stopTicking) stopTicking = options.ticker.add(tick)
    if (!needed && stopTicking) {
      stopTicking()
      stopTicking = undefined
    }
  }

  const plan = (): void => {
    // Planning may itself report a change (a picture that restarts); one pass sees them all.
    if (planning) return
    planning = true
    try {
      planSound()
      planPictures()
      watchTime()
    } finally {
      planning = false
    }
  }

  return {
    roomId: options.roomId,
    callId: options.callId,
    get legs() {
      return [...members.keys()]
    },
    get playbacks() {
      return [...playbacks.values()]
    },
    get mixedLegs() {
      return [...members.values()].filter(member => member.plan.kind === 'mix').length
    },
    addLeg(leg) {
      members.set(leg, {
        leg,
        plan: { kind: 'silence' },
        key: '',
        relayTo: [],
        recent: createRecentSound(),
        lastSoundAt: 0,
        decoder: undefined,
        frame: undefined,
      })
      plan()
    },
    removeLeg(leg) {
      members.delete(leg)
      plan()
    },
    addPlayback(playback) {
      playbacks.set(playback.playId, playback)
      plan()
    },
    removePlayback(playId) {
      const loop = playbacks.get(playId)?.loop
      if (loop) loopPlaces.set(loop.key, loop.place)
      const removed = playbacks.delete(playId)
      if (removed) plan()
      return removed
    },
    loopPlace: key => loopPlaces.get(key) ?? 0,
    changed: plan,
    hearingOf: leg => members.get(leg)?.plan.kind ?? 'silence',
    onSound(leg, packet, now) {
      const member = members.get(leg)
      if (!member) return
      member.decoder?.buffer.push(packet)
      const codec = leg.codec
      member.recent.note(packet, codec)
      member.lastSoundAt = now
      const source = leg.soundSource()
      for (const listener of member.relayTo) listener.relaySound(source, packet, codec, now)
    },
    onWithheldSound(leg, packet) {
      const source = leg.soundSource()
      for (const listener of members.get(leg)?.relayTo ?? []) listener.skipSound(source, packet)
    },
    onPicture(leg, source, packet, keyFrame, now) {
      for (const listener of members.keys()) {
        if (listener !== leg) listener.sink(source.kind)?.forward(source, packet, keyFrame, now)
      }
    },
    pictureLossOf(leg) {
      let worst = 0
      for (const listener of members.keys()) {
        for (const kind of pictureKinds) {
          const sink = listener.sink(kind)
          if (sink?.source && sink.source === leg.picture(kind)) worst = Math.max(worst, sink.lossRatio)
        }
      }
      return worst
    },
    close() {
      closed = true
      members.clear()
      playbacks.clear()
      plan()
    },
  }
}
