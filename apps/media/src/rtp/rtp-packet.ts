/** Bytes of an RTP header without contributors and extensions. */
export const rtpHeaderLength = 12

/** The fields of a received packet that we use; `payloadStart` and `payloadEnd` are offsets in `buffer`. */
export type RtpPacket = {
  buffer: Buffer
  payloadType: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
  payloadStart: number
  payloadEnd: number
  extensionProfile: number
  extensionStart: number
  extensionEnd: number
}

/** Whether a packet on a multiplexed port is RTCP. @source RFC 5761 §4 */
export function isRtcp(buffer: Buffer): boolean {
  const second = buffer[1] ?? 0
  return second >= 192 && second <= 223
}

/** Reads an RTP packet, or `undefined` when its lengths do not add up. @source RFC 3550 §5.1 */
export function parseRtp(buffer: Buffer): RtpPacket | undefined {
  const length = buffer.length
  if (length < rtpHeaderLength) return undefined
  const first = buffer[0] as number
  const second = buffer[1] as number
  if (first >> 6 !== 2) return undefined
  let payloadStart = rtpHeaderLength + (first & 15) * 4
  let extensionProfile = 0
  let extensionStart = 0
  let extensionEnd = 0
  if (first & 16) {
    if (payloadStart + 4 > length) return undefined
    extensionProfile = buffer.readUInt16BE(payloadStart)
    extensionStart = payloadStart + 4
    extensionEnd = extensionStart + buffer.readUInt16BE(payloadStart + 2) * 4
    payloadStart = extensionEnd
  }
  let payloadEnd = length
  if (first & 32) {
    const padding = buffer[length - 1] as number
    if (padding === 0) return undefined
    payloadEnd -= padding
  }
  if (payloadStart > payloadEnd) return undefined
  return {
    buffer,
    payloadType: second & 127,
    marker: second >= 128,
    sequence: buffer.readUInt16BE(2),
    timestamp: buffer.readUInt32BE(4),
    ssrc: buffer.readUInt32BE(8),
    payloadStart,
    payloadEnd,
    extensionProfile,
    extensionStart,
    extensionEnd,
  }
}

/** Finds a header extension element by its negotiated id, or `undefined`. @source RFC 8285 §4.2, §4.3 */
export function findExtension(packet: RtpPacket, id: number): Buffer | undefined {
  const { buffer, extensionProfile, extensionEnd } = packet
  let at = packet.extensionStart
  const oneByte = extensionProfile === 0xbede
  if (!oneByte && (extensionProfile & 0xfff0) !== 0x1000) return undefined
  while (at < extensionEnd) {
    const head = buffer[at] as number
    if (head === 0) {
      at += 1
      continue
    }
    const elementId = oneByte ? head >> 4 : head
    if (oneByte && elementId === 15) return undefined
    const dataStart = oneByte ? at + 1 : at + 2
    if (!oneByte && at + 1 >= extensionEnd) return undefined
    const dataEnd = dataStart + (oneByte ? (head & 15) + 1 : (buffer[at + 1] as number))
    if (dataEnd > extensionEnd) return undefined
    if (elementId === id) return buffer.subarray(dataStart, dataEnd)
    at = dataEnd
  }
  return undefined
}

/** What an outgoing packet says about itself. */
export type RtpHeader = {
  payloadType: number
  marker: boolean
  sequence: number
  timestamp: number
  ssrc: number
}

/** Writes a plain 12-byte header at `offset` of `buffer`. */
export function writeRtpHeader(buffer: Buffer, offset: number, header: RtpHeader): void {
  buffer[offset] = 0x80
  buffer[offset + 1] = (header.marker ? 128 : 0) | header.payloadType
  buffer.writeUInt16BE(header.sequence, offset + 2)
  buffer.writeUInt32BE(header.timestamp, offset + 4)
  buffer.writeUInt32BE(header.ssrc, offset + 8)
}

/**
 * Gives a received packet a new plain header in place, just before its payload, and returns the view to send.
 * Contributors, extensions and padding are left out. Sending copies the bytes, so that the same packet can be
 * dressed again for the next listener.
 */
export function redressPacket(packet: RtpPacket, header: RtpHeader): Buffer {
  const start = packet.payloadStart - rtpHeaderLength
  writeRtpHeader(packet.buffer, start, header)
  return packet.buffer.subarray(start, packet.payloadEnd)
}

/** A new packet around `payload`. */
export function buildPacket(header: RtpHeader, payload: Uint8Array): Buffer {
  const buffer = Buffer.allocUnsafe(rtpHeaderLength + payload.length)
  writeRtpHeader(buffer, 0, header)
  buffer.set(payload, rtpHeaderLength)
  return buffer
}
