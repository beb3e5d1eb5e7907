import type { PictureKind } from '@guichet/contract/media'
import { createRtpOut, type RtpOut } from '../rtp/rtp-out.ts'
import { buildPacket, type RtpPacket, redressPacket } from '../rtp/rtp-packet.ts'
import type { PictureSource } from './picture-source.ts'

/** Payload types a listener negotiated for one kind of picture. */
export type PictureFormat = { vp8Type: number; rtxType: number | undefined }

/** One kind of picture toward one listener: a single stream, whoever is shown. */
export type PictureSink = {
  readonly kind: PictureKind
  readonly out: RtpOut
  readonly rtxSsrc: number
  readonly source: PictureSource | undefined
  readonly bytes: number
  readonly retransmissionsServed: number
  /** Loss the listener reported last, 0 to 1. */
  lossRatio: number
  /** Shows another source, or nothing; the new picture starts with its next key frame. */
  show(source: PictureSource | undefined, now: number): void
  /** Starts over with a key frame, on a new connection of the listener or on its request. */
  restart(now: number): void
  forward(source: PictureSource, packet: RtpPacket, keyFrame: boolean, now: number): void
  /** Sends packets again that the listener misses. */
  answer(sequences: readonly number[]): void
}

/** Creates a sink that sends through `send` in the format that `format` tells at that moment. */
export function createPictureSink(options: {
  kind: PictureKind
  ssrc: number
  rtxSsrc: number
  firstSequence: number
  firstTimestamp: number
  format(): PictureFormat | undefined
  send(packet: Buffer): boolean
}): PictureSink {
  const out = createRtpOut({ ...options, clockRate: 90_000 })
  let source: PictureSource | undefined
  let waiting = true
  let bytes = 0
  let rtxSequence = options.firstSequence
  let retransmissionsServed = 0

  const resend = (format: PictureFormat, sequence: number): void => {
    const origin = out.originOf(sequence)
    if (!origin || origin.source !== source) return
    const packet = source.packetAt(origin.sequence)
    if (!packet) return
    const timestamp = (packet.timestamp + origin.timestampOffset) >>> 0
    const { marker } = packet
    retransmissionsServed++
    if (format.rtxType === undefined) {
      const header = { payloadType: format.vp8Type, marker, sequence, timestamp, ssrc: out.ssrc }
      options.send(redressPacket(packet, header))
      return
    }
    const payload = Buffer.allocUnsafe(packet.payloadEnd - packet.payloadStart + 2)
    payload.writeUInt16BE(sequence, 0)
    packet.buffer.copy(payload, 2, packet.payloadStart, packet.payloadEnd)
    rtxSequence = (rtxSequence + 1) & 0xffff
    const ssrc = options.rtxSsrc
    const header = { payloadType: format.rtxType, marker, sequence: rtxSequence, timestamp, ssrc }
    options.send(buildPacket(header, payload))
  }

  return {
    kind: options.kind,
    out,
    rtxSsrc: options.rtxSsrc,
    lossRatio: 0,
    get source() {
      return source
    },
    get bytes() {
      return bytes
    },
    get retransmissionsServed() {
      return retransmissionsServed
    },
    show(next, now) {
      if (next === source) return
      source = next
      waiting = true
      this.lossRatio = 0
      source?.requestKeyFrame(now)
    },
    restart(now) {
      waiting = true
      source?.requestKeyFrame(now)
    },
    forward(from, packet, keyFrame, now) {
      if (from !== source) return
      const format = options.format()
      if (!format) return
      if (waiting) {
        if (!keyFrame) {
          from.requestKeyFrame(now)
          return
        }
        waiting = false
      }
      const slot = out.relay(from, packet.sequence, packet.timestamp, packet.marker, now)
      if (!slot) return
      // The marker ends a frame here; a change of source must not add one.
      const { sequence, timestamp } = slot
      const header = {
        payloadType: format.vp8Type,
        marker: packet.marker,
        sequence,
        timestamp,
        ssrc: out.ssrc,
      }
      const dressed = redressPacket(packet, header)
      if (options.send(dressed)) bytes += dressed.length
    },
    answer(sequences) {
      const format = options.format()
      if (format) for (const sequence of sequences) resend(format, sequence)
    },
  }
}
