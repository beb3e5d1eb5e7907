import type { LegPart, LegQuality, LegStats, MediaEventPayload, PictureKind } from '@guichet/contract/media'
import { accepts, type LegState, legMachine, transition } from '@guichet/domain'
import type { HearPlan, LegFacts } from '../audio/hear-plan.ts'
import type { Ticker } from '../audio/ticker.ts'
import type { Clock } from '../clock.ts'
import type { PeerLink, PeerListener } from '../peer/peer-link.ts'
import { type CodecName, codecs, type SoundCodec } from '../phone/codecs.ts'
import { createDigitSender } from '../phone/digit-sender.ts'
import { estimateMos } from '../phone/mos.ts'
import type { Digit } from '../rtp/digits.ts'
import { createRtpOut } from '../rtp/rtp-out.ts'
import { buildPacket, isRtcp, type RtpPacket, redressPacket } from '../rtp/rtp-packet.ts'
import { type OutgoingSsrcs, writeAnswer } from '../sdp/answer.ts'
import { type Offer, type OfferedCodec, preferCodec, readOffer } from '../sdp/offer.ts'
import { bitrateLimits, nextBitrateCap } from '../video/bitrate-cap.ts'
import { createPictureSink, type PictureSink } from '../video/picture-sink.ts'
import type { PictureSource } from '../video/picture-source.ts'
import { createIntake, type Intake, type IntakeListener } from './intake.ts'
import { createLegReports } from './leg-reports.ts'
import { createLiveness, type Liveness } from './liveness.ts'
import { createWiring, type Wiring } from './wiring.ts'

/** Why a leg changed state. */
export type StateReason = MediaEventPayload<'leg.state'>['reason']

/** What a leg tells its room. */
export type LegListener = {
  onSound(leg: Leg, packet: RtpPacket, now: number): void
  /** A packet of the sound stream that the others must not receive. */
  onWithheldSound(leg: Leg, packet: RtpPacket): void
  onPicture(leg: Leg, source: PictureSource, packet: RtpPacket, keyFrame: boolean, now: number): void
  /** State, connection or pictures changed: who perceives whom has to be decided again. */
  onChange(leg: Leg): void
  onState(leg: Leg, state: 'flowing' | 'interrupted' | 'ended', reason: StateReason): void
  onFirstPacket(leg: Leg): void
  onDigit(leg: Leg, digit: Digit): void
  onSpeaking(leg: Leg, speaking: boolean, level: number): void
  onPictureActive(leg: Leg, picture: PictureKind, active: boolean): void
  onQuality(leg: Leg, fromLeg: LegQuality, toLeg: LegQuality): void
  /** Highest loss, 0 to 1, among those who are shown this leg's pictures. */
  pictureLossOf(leg: Leg): number
}

/** What a leg is built with. */
export type LegDeps = {
  clock: Clock
  ticker: Ticker
  listener: LegListener
  /** Opens a peer connection for an offer. */
  openLink(name: string, offer: Offer, listener: PeerListener): PeerLink
  /** A random integer from 0 to 2³²−1. */
  random(): number
}

/** One party's media, whatever it comes over. */
export type Leg = {
  readonly legId: string
  state(): LegState
  /** Stands for the sound of the present connection; another object after a replacement. */
  soundSource(): object
  isOpen(): boolean
  /** Codec of what arrives from it. */
  readonly codec: SoundCodec
  /** Codec of what is made for it: mixes and playbacks. */
  readonly hears: SoundCodec
  /** Whether packets of a codec can be passed on to it as they are. */
  takes(codec: SoundCodec): boolean
  facts(): LegFacts
  update(part: LegPart): void
  relaySound(source: object, packet: RtpPacket, codec: SoundCodec, now: number): void
  skipSound(source: object, packet: RtpPacket): void
  /** Sends 20 ms of sound in the codec it hears. */
  sendFrame(source: object, payload: Uint8Array, now: number): void
  /** Presses keys toward the leg; returns in how many ms the last has been sent. */
  sendDigits(digits: string, durationMs: number, gapMs: number): number
  /** Takes a key that came by signalling. */
  noteDigit(digit: Digit): void
  /** Where its pictures are shown, if it can show any. */
  sink(kind: PictureKind): PictureSink | undefined
  picture(kind: PictureKind): PictureSource | undefined
  /** To be called every quarter of a second. */
  onTime(now: number): void
  stats(hearing: HearPlan['kind']): LegStats
  close(reason: StateReason): void
}

/** A browser's leg: a peer connection, or, after a network change, the next one. */
export type BrowserLeg = Leg & {
  /**
   * Answers an offer, with the codec named first where it is offered; on a connected leg the old connection
   * serves until the new one opens.
   */
  connect(sdpOffer: string, prefer?: CodecName): string
}

type Connection = { link: PeerLink; wiring: Wiring; intake: Intake; liveness: Liveness }

const neverConnectedMs = 15_000
const qualityPeriodMs = 5_000
const reportPeriodMs = 2_500
const pictureReportPeriodMs = 500
const rateWindowMs = 250
/** Packets accepted from one leg per window: a camera and a screen at full rate need about 250. */
const maxPacketsPerWindow = 750

/** Creates a leg; `connect` gives it its peer connection. */
export function createLeg(legId: string, firstPart: LegPart, deps: LegDeps): BrowserLeg {
  const { clock, listener } = deps
  const createdAt = clock.now()
  let part: Omit<LegFacts, 'legId' | 'flowing'> = {
    muted: firstPart.muted ?? false,
    held: firstPart.held ?? false,
    deaf: firstPart.deaf ?? false,
    audibleTo: firstPart.audibleTo ?? 'everyone',
  }
  const newSsrc = (): number => Math.max(1, deps.random())
  // The lower half leaves the sequence room before its first wrap. @source RFC 3711 §3.3.1
  const firstNumbers = () => ({ firstSequence: deps.random() & 0x7fff, firstTimestamp: deps.random() })
  const ssrcs: OutgoingSsrcs = {
    audio: newSsrc(),
    camera: { ssrc: newSsrc(), rtxSsrc: newSsrc() },
    screen: { ssrc: newSsrc(), rtxSsrc: newSsrc() },
  }
  const counts = { packetsReceived: 0, packetsSent: 0, bytesReceived: 0, bytesSent: 0, packetsRefused: 0 }
  const soundOut = createRtpOut({ ssrc: ssrcs.audio, clockRate: 48_000, ...firstNumbers() })
  const noSource = {}
  let state: LegState = legMachine.initial
  let current: Connection | undefined
  let next: Connection | undefined
  let connectingSince = createdAt
  let soundBytes = 0
  let firstPacketTold = false
  let windowStart = createdAt
  let windowPackets = 0
  let bitrateCap = bitrateLimits.start
  let reportDueAt = createdAt + pictureReportPeriodMs
  let qualityDueAt = createdAt + qualityPeriodMs
  let lastFromLeg: LegQuality = { lossRatio: 0, jitterMs: 0 }

  const send = (packet: Buffer): boolean => {
    if (!current?.link.send(packet)) return false
    counts.packetsSent++
    counts.bytesSent += packet.length
    return true
  }

  const newSink = (kind: PictureKind): PictureSink =>
    createPictureSink({
      kind,
      ...ssrcs[kind],
      ...firstNumbers(),
      format() {
        const section = current?.wiring.section(kind)
        return section && section.kind !== 'audio' ? section : undefined
      },
      send,
    })
  const sinks: Record<PictureKind, PictureSink> = { camera: newSink('camera'), screen: newSink('screen') }

  const reports = createLegReports(clock, {
    audio: soundOut,
    audioBytes: () => soundBytes,
    sinks: [sinks.camera, sinks.screen],
    receptions: () => current?.intake.receptions() ?? [],
  })

  const move = (event: 'negotiate' | 'flow' | 'interrupt' | 'end', reason: StateReason): void => {
    if (!accepts(legMachine, state, event)) return
    const before = state
    state = transition(legMachine, state, event)
    if (state === before) return
    if (state === 'flowing' || state === 'interrupted' || state === 'ended') {
      listener.onState(leg, state, reason)
    }
    listener.onChange(leg)
  }

  const intakeListener: IntakeListener = {
    onSound(packet, now) {
      if (!firstPacketTold) {
        firstPacketTold = true
        listener.onFirstPacket(leg)
      }
      listener.onSound(leg, packet, now)
    },
    onCodec: () => listener.onChange(leg),
    onWithheldSound: packet => listener.onWithheldSound(leg, packet),
    onDigit: digit => listener.onDigit(leg, digit),
    onSpeaking: (speaking, level) => listener.onSpeaking(leg, speaking, level),
    onPicture: (source, packet, keyFrame, now) => listener.onPicture(leg, source, packet, keyFrame, now),
    onPictureActive(kind, active) {
      if (active) reportDueAt = clock.now()
      listener.onPictureActive(leg, kind, active)
      listener.onChange(leg)
    },
  }

  const adopt = (connection: Connection, now: number): void => {
    const old = current
    next = undefined
    current = connection
    old?.link.close()
    old?.intake.end()
    for (const sink of [sinks.camera, sinks.screen]) sink.restart(now)
    bitrateCap = bitrateLimits.start
    listener.onChange(leg)
  }

  const isWithinRate = (now: number): boolean => {
    if (now - windowStart > rateWindowMs) {
      windowStart = now
      windowPackets = 0
    }
    windowPackets++
    return windowPackets <= maxPacketsPerWindow
  }

  const onPacket = (buffer: Buffer, { intake, liveness }: Connection): void => {
    const now = clock.now()
    if (!isWithinRate(now)) {
      counts.packetsRefused++
      return
    }
    counts.packetsReceived++
    counts.bytesReceived += buffer.length
    if (state !== 'flowing') move('flow', 'packets')
    if (isRtcp(buffer)) {
      liveness.onRtcp(now)
      reports.onRtcp(buffer, now)
      return
    }
    liveness.onRtp(now)
    if (!intake.onRtp(buffer, now)) counts.packetsRefused++
  }

  const writeReports = (now: number): void => {
    const active = current?.intake.activePictures() ?? []
    reportDueAt = now + (active.length > 0 ? pictureReportPeriodMs : reportPeriodMs)
    if (!current?.link.isOpen()) return
    if (active.length === 0) {
      send(reports.write(now, undefined))
      return
    }
    const losses = active.map(source => source.reception.quality().lossRatio)
    bitrateCap = nextBitrateCap(bitrateCap, Math.max(...losses, listener.pictureLossOf(leg)), active.length)
    send(reports.write(now, { bitsPerSecond: bitrateCap, ssrcs: active.map(source => source.ssrc) }))
  }

  const tellQuality = (): void => {
    const quality = current?.intake.soundQuality() ?? { lossRatio: 0, jitterMs: 0 }
    const rttMs = reports.rttMs()
    const heard: LegQuality = rttMs === undefined ? quality : { ...quality, rttMs }
    lastFromLeg = { ...heard, mos: estimateMos(heard, leg.codec.name) }
    if (state === 'flowing') listener.onQuality(leg, lastFromLeg, toLeg())
  }

  const toLeg = (): LegQuality => {
    const quality = reports.toLeg()
    return { ...quality, mos: estimateMos(quality, leg.hears.name) }
  }

  const soundCodecs = (): readonly OfferedCodec[] => {
    const section = current?.wiring.section('audio')
    return section?.kind === 'audio' ? section.codecs : []
  }

  const typeOf = (wanted: SoundCodec): number | undefined => {
    for (const { codec, type } of soundCodecs()) if (codec === wanted) return type
    return undefined
  }

  const digitSender = createDigitSender({
    ticker: deps.ticker,
    out: soundOut,
    format() {
      const section = current?.wiring.section('audio')
      const first = section?.kind === 'audio' ? section.codecs[0] : undefined
      if (section?.kind !== 'audio' || !first || !current?.link.isOpen()) return undefined
      const { digitType } = section
      const clockRate = first.codec.clockRate
      return { ...first, events: digitType === undefined ? undefined : { type: digitType, clockRate } }
    },
    transmit: (payloadType, slot, payload) =>
      void send(buildPacket({ payloadType, ssrc: ssrcs.audio, ...slot }, payload)),
  })

  const openConnection = (offer: Offer): Connection => {
    const wiring = createWiring(offer)
    const link = deps.openLink(legId, offer, {
      onOpen() {
        if (next === connection) adopt(connection, clock.now())
      },
      onPacket(packet) {
        if (next === connection) adopt(connection, clock.now())
        if (current === connection) onPacket(packet, connection)
      },
      onLost() {
        if (current === connection) move('interrupt', 'connection-lost')
      },
    })
    const intake = createIntake({
      wiring,
      reportSsrc: ssrcs.audio,
      send: packet => void send(packet),
      listener: intakeListener,
    })
    const connection: Connection = { link, wiring, intake, liveness: createLiveness(clock.now()) }
    return connection
  }

  const leg: BrowserLeg = {
    legId,
    state: () => state,
    soundSource: () => current?.intake.soundSource() ?? noSource,
    isOpen: () => current?.link.isOpen() ?? false,
    get codec() {
      return current?.intake.codec ?? codecs.opus
    },
    get hears() {
      return soundCodecs()[0]?.codec ?? codecs.opus
    },
    takes: codec => typeOf(codec) !== undefined,
    facts: () => ({ legId, flowing: state === 'flowing', ...part }),
    connect(sdpOffer, prefer) {
      const offer = preferCodec(readOffer(sdpOffer), prefer)
      const connection = openConnection(offer)
      next?.link.close()
      next = undefined
      if (state === 'flowing' && current?.link.isOpen()) next = connection
      else {
        connectingSince = clock.now()
        move('negotiate', 'packets')
        adopt(connection, connectingSince)
      }
      return writeAnswer(offer, connection.link.transport, ssrcs)
    },
    update(change) {
      part = {
        muted: change.muted ?? part.muted,
        held: change.held ?? part.held,
        deaf: change.deaf ?? part.deaf,
        audibleTo: change.audibleTo ?? part.audibleTo,
      }
      listener.onChange(leg)
    },
    relaySound(source, packet, codec, now) {
      const payloadType = typeOf(codec)
      if (payloadType === undefined || !current?.link.isOpen() || digitSender.busy) return
      soundOut.useClock(codec.clockRate)
      const slot = soundOut.relay(source, packet.sequence, packet.timestamp, packet.marker, now)
      if (!slot) return
      const dressed = redressPacket(packet, { payloadType, ssrc: ssrcs.audio, ...slot })
      if (send(dressed)) soundBytes += dressed.length
    },
    skipSound(source, packet) {
      soundOut.withhold(source, packet.sequence)
    },
    sendFrame(source, payload, now) {
      const [heard] = soundCodecs()
      if (!heard || !current?.link.isOpen() || digitSender.busy) return
      const payloadType = heard.type
      soundOut.useClock(heard.codec.clockRate)
      const slot = soundOut.generate(source, heard.codec.frameUnits, now)
      if (send(buildPacket({ payloadType, ssrc: ssrcs.audio, ...slot }, payload)))
        soundBytes += payload.length
    },
    sendDigits: digitSender.add,
    noteDigit: digit => listener.onDigit(leg, digit),
    sink: kind => sinks[kind],
    picture: kind => current?.intake.picture(kind),
    onTime(now) {
      if (state === 'flowing' && current?.liveness.isSilent(now)) move('interrupt', 'silence')
      if (state === 'negotiating' && now - connectingSince > neverConnectedMs) {
        move('interrupt', 'never-connected')
      }
      current?.intake.onTime(now)
      if (now >= reportDueAt) writeReports(now)
      if (now >= qualityDueAt) {
        qualityDueAt = now + qualityPeriodMs
        tellQuality()
      }
    },
    stats: hearing => ({
      state,
      hearing,
      ...counts,
      fromLeg: lastFromLeg,
      toLeg: toLeg(),
      pictures: (['camera', 'screen'] as const).map(kind => {
        const sent = current?.intake.picture(kind)
        return {
          kind,
          sending: sent?.active ?? false,
          receiving: sinks[kind].source?.active ?? false,
          keyFrameRequests: sent?.keyFrameRequests ?? 0,
          retransmissionsAsked: sent?.retransmissionsAsked ?? 0,
          retransmissionsServed: sinks[kind].retransmissionsServed,
        }
      }),
      pictureBitrateCap: bitrateCap,
    }),
    close(reason) {
      if (state === 'ended') return
      digitSender.stop()
      current?.link.close()
      next?.link.close()
      current?.intake.end()
      move('end', reason)
    },
  }
  return leg
}
