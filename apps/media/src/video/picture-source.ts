import type { PictureKind } from '@guichet/contract/media'
import { createReception, type Reception } from '../rtp/reception.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import { createGapWatch, createPacketCache } from './retransmission.ts'
import { isKeyFrameStart } from './vp8.ts'

/** A camera or screen as it arrives from one leg; a new object for every new connection or SSRC. */
export type PictureSource = {
  readonly kind: PictureKind
  readonly ssrc: number
  readonly reception: Reception
  readonly active: boolean
  readonly startedAt: number
  readonly keyFrameRequests: number
  readonly retransmissionsAsked: number
  /** Notes an arrival, asks for what is missing, and says whether a key frame begins. */
  onPacket(packet: RtpPacket, now: number): { keyFrame: boolean; began: boolean }
  packetAt(sequence: number): RtpPacket | undefined
  /** Asks for a key frame now, or as soon as the last request is half a second old. */
  requestKeyFrame(now: number): void
  /** To be called every quarter of a second: sends a held-back request; `true` when the picture just stopped. */
  onTime(now: number): boolean
}

const keyFrameRequestGapMs = 500
/** A shared screen that does not change sends about one frame a second. */
const inactiveAfterMs = 4_000

/** Creates a source that asks its sender through the two functions given. */
export function createPictureSource(options: {
  kind: PictureKind
  ssrc: number
  askKeyFrame(): void
  askAgain(sequences: readonly number[]): void
}): PictureSource {
  const reception = createReception(options.ssrc, 90_000)
  const cache = createPacketCache()
  const gaps = createGapWatch()
  let active = false
  let startedAt = 0
  let lastPacketAt = 0
  let lastRequestAt = Number.NEGATIVE_INFINITY
  let requestHeld = false
  let keyFrameRequests = 0
  let retransmissionsAsked = 0

  const requestKeyFrame = (now: number): void => {
    if (now - lastRequestAt < keyFrameRequestGapMs) {
      requestHeld = true
      return
    }
    requestHeld = false
    lastRequestAt = now
    keyFrameRequests++
    options.askKeyFrame()
  }

  return {
    kind: options.kind,
    ssrc: options.ssrc,
    reception,
    get active() {
      return active
    },
    get startedAt() {
      return startedAt
    },
    get keyFrameRequests() {
      return keyFrameRequests
    },
    get retransmissionsAsked() {
      return retransmissionsAsked
    },
    onPacket(packet, now) {
      const began = !active
      if (began) {
        active = true
        startedAt = now
      }
      lastPacketAt = now
      reception.onPacket(packet.sequence, packet.timestamp, now)
      cache.put(packet)
      const ask = gaps.onPacket(packet.sequence, now)
      if (ask.length > 0) {
        retransmissionsAsked += ask.length
        options.askAgain(ask)
      }
      const keyFrame = isKeyFrameStart(packet.buffer, packet.payloadStart, packet.payloadEnd)
      if (gaps.takeGivenUp()) requestKeyFrame(now)
      return { keyFrame, began }
    },
    packetAt: sequence => cache.get(sequence),
    requestKeyFrame,
    onTime(now) {
      if (requestHeld && active) requestKeyFrame(now)
      if (!active || now - lastPacketAt < inactiveAfterMs) return false
      active = false
      return true
    },
  }
}
