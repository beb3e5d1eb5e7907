import type { LegPart, LegQuality, PhoneSettings } from '@guichet/contract/media'
import { accepts, type LegState, legMachine, transition } from '@guichet/domain'
import type { LegFacts } from '../audio/hear-plan.ts'
import type { Ticker } from '../audio/ticker.ts'
import type { Clock } from '../clock.ts'
import type { Leg, LegListener, StateReason } from '../room/leg.ts'
import { createLegReports } from '../room/leg-reports.ts'
import { createRtpOut } from '../rtp/rtp-out.ts'
import { buildPacket, isRtcp, parseRtp, redressPacket } from '../rtp/rtp-packet.ts'
import type { Direction } from '../sdp/offer.ts'
import type { CodecName } from './codecs.ts'
import { createDigitSender } from './digit-sender.ts'
import { estimateMos } from './mos.ts'
import { type Agreement, createNegotiation } from './negotiation.ts'
import { createPhoneIntake } from './phone-intake.ts'
import { createSourceLock } from './source-lock.ts'
import { createSrtpReceiver, createSrtpSender, type SrtpReceiver, type SrtpSender } from './srtp.ts'
import type { UdpPair, UdpPorts } from './udp-ports.ts'

/** A phone's leg: RTP over its own UDP ports. */
export type PhoneLeg = Leg & {
  /** Makes our offer; `first` names the codecs that need no transcoding in the room. */
  offer(direction: Direction, first: readonly CodecName[]): string
  /** Answers the phone's offer. */
  answer(sdpOffer: string, first: readonly CodecName[]): { sdp: string; onHold: boolean }
  /** Takes an answer to our offer. */
  apply(sdpAnswer: string, early: boolean): { onHold: boolean }
  /** Gives the ports back of a leg that nobody has been told of. */
  discard(): void
}

/** What a phone's leg is built with. */
export type PhoneLegDeps = {
  clock: Clock
  ticker: Ticker
  listener: LegListener
  ports: UdpPorts
  random(): number
}

const neverConnectedMs = 15_000
/** Nothing for this long is a cut, unless the phone is known to be quiet in silence. */
const silenceMs = 5_000
const pausingSilenceMs = 60_000
const reportPeriodMs = 5_000
const qualityPeriodMs = 5_000
/** A packet at least this often keeps address translators and the other side's own timeouts content. */
const keepAliveMs = 1_000
const rateWindowMs = 250
/** Packets accepted from one phone per window: eight times what one with packets of 20 ms sends. */
const maxPacketsPerWindow = 100

/** Opens the ports of a phone's leg; `offer` or `answer` brings it to life. */
export async function openPhoneLeg(
  legId: string,
  firstPart: LegPart,
  settings: PhoneSettings,
  deps: PhoneLegDeps,
): Promise<PhoneLeg> {
  const { clock, listener } = deps
  const createdAt = clock.now()
  let part: Omit<LegFacts, 'legId' | 'flowing'> = {
    muted: firstPart.muted ?? false,
    held: firstPart.held ?? false,
    deaf: firstPart.deaf ?? false,
    audibleTo: firstPart.audibleTo ?? 'everyone',
  }
  const ssrc = Math.max(1, deps.random())
  const soundOut = createRtpOut({
    ssrc,
    clockRate: 8_000,
    // The lower half leaves the sequence room before its first wrap. @source RFC 3711 §3.3.1
    firstSequence: deps.random() & 0x7fff,
    firstTimestamp: deps.random(),
  })
  const lock = createSourceLock(settings)
  const counts = { packetsReceived: 0, packetsSent: 0, bytesReceived: 0, bytesSent: 0, packetsRefused: 0 }
  const keepAlive = {}
  let state: LegState = legMachine.initial
  let agreement: Agreement | undefined
  let sender: SrtpSender | undefined
  let receiver: SrtpReceiver | undefined
  let theirKey = ''
  let ownKey = ''
  let soundBytes = 0
  let strangers = 0
  let firstPacketTold = false
  let connectingSince: number | undefined
  let lastRtpAt = createdAt
  let lastSentAt = Number.NEGATIVE_INFINITY
  let windowStart = createdAt
  let windowPackets = 0
  let digitWay: 'events' | 'tones' | 'signalling' | undefined
  let reportDueAt = createdAt + reportPeriodMs
  let qualityDueAt = createdAt + qualityPeriodMs
  let lastFromLeg: LegQuality = { lossRatio: 0, jitterMs: 0 }

  const move = (event: 'negotiate' | 'flow' | 'interrupt' | 'end', reason: StateReason): void => {
    if (!accepts(legMachine, state, event)) return
    const before = state
    state = transition(legMachine, state, event)
    if (state === before) return
    if (state === 'flowing' || state === 'interrupted' || state === 'ended')
      listener.onState(leg, state, reason)
    listener.onChange(leg)
  }

  const tellDigit = (
    digit: { digit: string; durationMs: number },
    way: NonNullable<typeof digitWay>,
  ): void => {
    digitWay ??= way
    if (digitWay === way) listener.onDigit(leg, digit)
  }

  const intake = createPhoneIntake({
    onSound(packet, now) {
      if (!firstPacketTold) {
        firstPacketTold = true
        listener.onFirstPacket(leg)
      }
      listener.onSound(leg, packet, now)
    },
    onCodec: () => listener.onChange(leg),
    onWithheldSound: packet => listener.onWithheldSound(leg, packet),
    onDigit: tellDigit,
    onSpeaking: (speaking, level) => listener.onSpeaking(leg, speaking, level),
  })

  const reports = createLegReports(clock, {
    audio: soundOut,
    audioBytes: () => soundBytes,
    sinks: [],
    receptions: intake.receptions,
  })

  const isWithinRate = (now: number): boolean => {
    if (now - windowStart > rateWindowMs) {
      windowStart = now
      windowPackets = 0
    }
    windowPackets++
    return windowPackets <= maxPacketsPerWindow
  }

  const onReport = (buffer: Buffer, address: string, now: number): void => {
    const packet = receiver ? receiver.openRtcp(buffer) : buffer
    if (!packet || !lock.admitsReportFrom(address)) {
      strangers++
      return
    }
    counts.packetsReceived++
    counts.bytesReceived += buffer.length
    reports.onRtcp(packet, now)
  }

  const onRtpPort = (buffer: Buffer, address: string, port: number): void => {
    const now = clock.now()
    const known = lock.isFrom(address, port)
    // A stranger's packets must not use up the budget of the phone's own.
    if (known && !isWithinRate(now)) {
      counts.packetsRefused++
      return
    }
    if (isRtcp(buffer)) {
      onReport(buffer, address, now)
      return
    }
    if (!known && !receiver && strangerCannotBeAdmitted(address)) {
      strangers++
      return
    }
    const opened = receiver ? receiver.openRtp(buffer) : buffer
    const packet = opened && parseRtp(opened)
    if (!packet || !intake.isAgreed(packet)) {
      if (known) counts.packetsRefused++
      else strangers++
      return
    }
    if (!known && !lock.admits(packet, address, port, receiver !== undefined, now)) {
      strangers++
      return
    }
    if (!agreement?.mayReceive) return
    counts.packetsReceived++
    counts.bytesReceived += buffer.length
    lastRtpAt = now
    if (state !== 'flowing') move('flow', 'packets')
    intake.onRtp(packet, now)
  }

  const strangerCannotBeAdmitted = (address: string): boolean =>
    settings.learn !== 'anywhere' && !lock.admitsReportFrom(address) && !settings.sources.includes(address)

  const pair: UdpPair = await deps.ports.open({
    onRtpPort,
    onRtcpPort: (buffer, address) => onReport(buffer, address, clock.now()),
  })
  const negotiation = createNegotiation({ address: deps.ports.address, port: pair.port, settings })

  const sendSound = (packet: Buffer, now: number): void => {
    const { target } = lock
    if (!target || !agreement?.maySend) return
    const safe = sender ? sender.protectRtp(packet) : packet
    pair.send(safe, target)
    lastSentAt = now
    counts.packetsSent++
    counts.bytesSent += safe.length
    soundBytes += packet.length
  }

  const sendReport = (packet: Buffer): void => {
    const { target } = lock
    if (!target || !agreement) return
    const safe = sender ? sender.protectRtcp(packet) : packet
    if (agreement.rtcpMux) pair.send(safe, target)
    else pair.sendReport(safe, lock.learned ? { ...target, port: target.port + 1 } : agreement.rtcpRemote)
    counts.packetsSent++
    counts.bytesSent += safe.length
  }

  const digitSender = createDigitSender({
    ticker: deps.ticker,
    out: soundOut,
    format: () => agreement && { ...agreement.sends, events: agreement.digitsOut },
    transmit: (payloadType, slot, payload) =>
      sendSound(buildPacket({ payloadType, ssrc, ...slot }, payload), clock.now()),
  })

  const agree = (next: Agreement, early: boolean): void => {
    const now = clock.now()
    const before = agreement
    agreement = next
    if (next.keys) {
      const { own, theirs } = next.keys
      const nextOwn = `${own.suite} ${own.key.toString('hex')}`
      const nextTheirs = `${theirs.suite} ${theirs.key.toString('hex')} ${theirs.salt.toString('hex')}`
      if (nextOwn !== ownKey) sender = createSrtpSender(own)
      if (nextTheirs !== theirKey) receiver = createSrtpReceiver(theirs)
      ownKey = nextOwn
      theirKey = nextTheirs
    } else {
      sender = undefined
      receiver = undefined
      ownKey = ''
      theirKey = ''
    }
    if (next.remote.address !== '0.0.0.0') lock.retarget(next.remote, now)
    if (next.rtcpMux) pair.dropReports()
    soundOut.useClock(next.sends.codec.clockRate)
    intake.agree(next)
    if (!early) connectingSince ??= now
    // A phone that was on hold begins to send again: its silence counts from now.
    if (!before?.mayReceive && next.mayReceive) lastRtpAt = now
    if (state === 'new') move('negotiate', 'packets')
    else listener.onChange(leg)
  }

  const tellQuality = (): void => {
    const name = intake.codec.name
    const rttMs = reports.rttMs()
    const heard = { ...intake.soundQuality(), ...(rttMs === undefined ? {} : { rttMs }) }
    lastFromLeg = { ...heard, mos: estimateMos(heard, name) }
    if (state === 'flowing') listener.onQuality(leg, lastFromLeg, toLeg())
  }

  const toLeg = (): LegQuality => {
    const quality = reports.toLeg()
    return { ...quality, mos: estimateMos(quality, leg.hears.name) }
  }

  const isCut = (now: number): boolean =>
    agreement?.mayReceive === true &&
    now - lastRtpAt > (intake.pausesInSilence ? pausingSilenceMs : silenceMs)

  const leg: PhoneLeg = {
    legId,
    state: () => state,
    soundSource: () => intake.soundSource(),
    isOpen: () => agreement?.maySend === true && state !== 'ended',
    get codec() {
      return intake.codec
    },
    get hears() {
      return agreement?.sends.codec ?? intake.codec
    },
    takes: codec => agreement === undefined || agreement.sends.codec === codec,
    facts: () => ({ legId, flowing: state === 'flowing', ...part }),
    offer: negotiation.offer,
    answer(sdpOffer, first) {
      const { sdp, agreement: next } = negotiation.answer(sdpOffer, first)
      agree(next, false)
      return { sdp, onHold: next.onHold }
    },
    apply(sdpAnswer, early) {
      const next = negotiation.apply(sdpAnswer)
      agree(next, early)
      return { onHold: next.onHold }
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
      if (!agreement?.maySend || agreement.sends.codec !== codec || digitSender.busy) return
      const slot = soundOut.relay(source, packet.sequence, packet.timestamp, packet.marker, now)
      if (!slot) return
      const { sequence, timestamp, marker } = slot
      const payloadType = agreement.sends.type
      sendSound(redressPacket(packet, { payloadType, marker, sequence, timestamp, ssrc }), now)
    },
    skipSound(source, packet) {
      soundOut.withhold(source, packet.sequence)
    },
    sendFrame(source, payload, now) {
      if (!agreement?.maySend || digitSender.busy) return
      const { codec, type } = agreement.sends
      const slot = soundOut.generate(source, codec.frameUnits, now)
      sendSound(buildPacket({ payloadType: type, ssrc, ...slot }, payload), now)
    },
    sendDigits: digitSender.add,
    noteDigit: digit => tellDigit(digit, 'signalling'),
    sink: () => undefined,
    picture: () => undefined,
    onTime(now) {
      if (state === 'flowing' && isCut(now)) move('interrupt', 'silence')
      const waiting = state === 'negotiating' && agreement?.mayReceive && connectingSince !== undefined
      if (waiting && now - (connectingSince as number) > neverConnectedMs)
        move('interrupt', 'never-connected')
      intake.onTime(now)
      if (agreement && now - lastSentAt > keepAliveMs)
        leg.sendFrame(keepAlive, agreement.sends.codec.silence, now)
      if (now >= reportDueAt) {
        reportDueAt = now + reportPeriodMs
        sendReport(reports.write(now, undefined))
      }
      if (now >= qualityDueAt) {
        qualityDueAt = now + qualityPeriodMs
        tellQuality()
      }
    },
    stats: hearing => {
      const { target } = lock
      return {
        state,
        hearing,
        ...counts,
        fromLeg: lastFromLeg,
        toLeg: toLeg(),
        pictures: [],
        pictureBitrateCap: 0,
        phone: {
          ...(agreement ? { codec: agreement.sends.codec.name } : {}),
          ...(target ? { remote: `${target.address}:${target.port}` } : {}),
          secure: receiver !== undefined,
          learned: lock.learned,
          packetsFromStrangers: strangers,
        },
      }
    },
    discard: pair.close,
    close(reason) {
      if (state === 'ended') return
      digitSender.stop()
      intake.end()
      pair.close()
      move('end', reason)
    },
  }
  return leg
}
