import type { PictureKind } from '@guichet/contract/media'
import { codecs, type SoundCodec } from '../phone/codecs.ts'
import { createDigitReader, type Digit } from '../rtp/digits.ts'
import { createReception, type Reception, type ReceptionQuality } from '../rtp/reception.ts'
import { writeKeyFrameRequest, writeRetransmissionRequest } from '../rtp/rtcp-write.ts'
import { findExtension, parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import { createPictureSource, type PictureSource } from '../video/picture-source.ts'
import { restorePacket } from '../video/retransmission.ts'
import { createSpeakingWatch } from './speaking.ts'
import type { UsedSection, Wiring } from './wiring.ts'

/** What an intake finds in the packets of its connection. */
export type IntakeListener = {
  onSound(packet: RtpPacket, now: number): void
  /** It sends sound with another codec from the next packet on. */
  onCodec(): void
  /** A packet of the sound stream that the others must not receive. */
  onWithheldSound(packet: RtpPacket): void
  onDigit(digit: Digit): void
  onSpeaking(speaking: boolean, level: number): void
  onPicture(source: PictureSource, packet: RtpPacket, keyFrame: boolean, now: number): void
  onPictureActive(kind: PictureKind, active: boolean): void
}

/** Everything that arrives over one peer connection; a new connection has a new intake. */
export type Intake = {
  /** Stands for this connection's sound toward outgoing streams. */
  soundSource(): object
  /** Codec of its sound: the last one used, at first the one it will use. */
  readonly codec: SoundCodec
  /** Takes an RTP packet; `false` when it is none or belongs to nothing offered. */
  onRtp(buffer: Buffer, now: number): boolean
  receptions(): Reception[]
  soundQuality(): ReceptionQuality
  picture(kind: PictureKind): PictureSource | undefined
  activePictures(): PictureSource[]
  /** To be called every quarter of a second. */
  onTime(now: number): void
  /** Tells what is pending and that its pictures stopped. */
  end(): void
}

const digitTimeoutMs = 300
/** Every third packet's level is looked at: sixty milliseconds apart. */
const levelPeriodPackets = 3

/** Creates the intake of a connection; requests to the sender go out through `send` as `reportSsrc`. */
export function createIntake(options: {
  wiring: Wiring
  reportSsrc: number
  send(packet: Buffer): void
  listener: IntakeListener
}): Intake {
  const { wiring, reportSsrc, send, listener } = options
  const audio = wiring.section('audio')
  let codec = (audio?.kind === 'audio' && audio.codecs[0]?.codec) || codecs.opus
  const digits = createDigitReader(codec.clockRate, digitTimeoutMs)
  const speaking = createSpeakingWatch()
  const pictures = new Map<PictureKind, PictureSource>()
  let soundSource: object = {}
  let reception: Reception | undefined
  let levelCountdown = 0

  const watchLevel = (packet: RtpPacket, extension: number, now: number): void => {
    if (--levelCountdown >= 0) return
    levelCountdown = levelPeriodPackets - 1
    const byte = findExtension(packet, extension)?.[0]
    if (byte === undefined) return
    const level = byte & 127
    const changed = speaking.onLevel(level, now)
    if (changed !== undefined) listener.onSpeaking(changed, level)
  }

  const onSound = (packet: RtpPacket, section: UsedSection, used: SoundCodec, now: number): void => {
    if (reception?.ssrc !== packet.ssrc || used !== codec) {
      if (reception) soundSource = {}
      reception = createReception(packet.ssrc, used.clockRate)
      if (used !== codec) {
        codec = used
        listener.onCodec()
      }
    }
    reception.onPacket(packet.sequence, packet.timestamp, now)
    if (section.levelExtension !== undefined) watchLevel(packet, section.levelExtension, now)
    listener.onSound(packet, now)
  }

  const onDigitPacket = (packet: RtpPacket, now: number): void => {
    if (reception?.ssrc === packet.ssrc) reception.onUntimedPacket(packet.sequence)
    listener.onWithheldSound(packet)
    const digit = digits.onPacket(packet, now)
    if (digit) listener.onDigit(digit)
  }

  const sourceFor = (kind: PictureKind, ssrc: number): PictureSource => {
    const known = pictures.get(kind)
    if (known?.ssrc === ssrc) return known
    const source = createPictureSource({
      kind,
      ssrc,
      askKeyFrame: () => send(writeKeyFrameRequest(reportSsrc, ssrc)),
      askAgain: sequences => send(writeRetransmissionRequest(reportSsrc, ssrc, sequences)),
    })
    pictures.set(kind, source)
    return source
  }

  const onPicturePacket = (media: RtpPacket, kind: PictureKind, now: number): void => {
    const source = sourceFor(kind, media.ssrc)
    const { keyFrame, began } = source.onPacket(media, now)
    if (began) listener.onPictureActive(kind, true)
    listener.onPicture(source, media, keyFrame, now)
  }

  const onRtx = (packet: RtpPacket, kind: PictureKind, mediaType: number, now: number): void => {
    const source = pictures.get(kind)
    const media = source && restorePacket(packet, mediaType, source.ssrc)
    if (media) onPicturePacket(media, kind, now)
  }

  const activePictures = (): PictureSource[] => [...pictures.values()].filter(source => source.active)

  return {
    soundSource: () => soundSource,
    get codec() {
      return codec
    },
    onRtp(buffer, now) {
      const packet = parseRtp(buffer)
      const route = packet && wiring.route(packet)
      if (!route) return false
      const { section, part } = route
      if (part === 'sound') onSound(packet, section, route.codec, now)
      else if (section.kind === 'audio') onDigitPacket(packet, now)
      else if (part === 'rtx') onRtx(packet, section.kind, section.vp8Type, now)
      else onPicturePacket(packet, section.kind, now)
      return true
    },
    receptions: () => [
      ...(reception ? [reception] : []),
      ...activePictures().map(source => source.reception),
    ],
    soundQuality: () => reception?.quality() ?? { lossRatio: 0, jitterMs: 0 },
    picture: kind => pictures.get(kind),
    activePictures,
    onTime(now) {
      const digit = digits.onTime(now)
      if (digit) listener.onDigit(digit)
      for (const source of pictures.values()) {
        if (source.onTime(now)) listener.onPictureActive(source.kind, false)
      }
    },
    end() {
      const digit = digits.onTime(Number.POSITIVE_INFINITY)
      if (digit) listener.onDigit(digit)
      const active = activePictures()
      pictures.clear()
      for (const source of active) listener.onPictureActive(source.kind, false)
    },
  }
}
