/** A report on one stream we receive. @source RFC 3550 §6.4.1 */
export type ReceptionReport = {
  ssrc: number
  /** Share lost since the previous report, 0 to 1. */
  lossRatio: number
  cumulativeLost: number
  highestSequence: number
  jitter: number
  lastSenderReport: number
  delaySinceLastSenderReport: number
}

/** What a sender report tells of one stream of ours. */
export type SenderReport = {
  ssrc: number
  ntpSeconds: number
  ntpFraction: number
  timestamp: number
  packets: number
  bytes: number
}

function header(buffer: Buffer, at: number, count: number, type: number, length: number): void {
  buffer[at] = 0x80 | count
  buffer[at + 1] = type
  buffer.writeUInt16BE(length / 4 - 1, at + 2)
}

function writeBlock(buffer: Buffer, at: number, report: ReceptionReport): void {
  buffer.writeUInt32BE(report.ssrc, at)
  buffer[at + 4] = Math.max(0, Math.min(255, Math.round(report.lossRatio * 256)))
  const lost = Math.max(-0x800000, Math.min(0x7fffff, report.cumulativeLost))
  buffer.writeIntBE(lost, at + 5, 3)
  buffer.writeUInt32BE(report.highestSequence >>> 0, at + 8)
  buffer.writeUInt32BE(Math.round(report.jitter) >>> 0, at + 12)
  buffer.writeUInt32BE(report.lastSenderReport >>> 0, at + 16)
  buffer.writeUInt32BE(report.delaySinceLastSenderReport >>> 0, at + 20)
}

/** A receiver report with up to 31 blocks. */
export function writeReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const blocks = reports.slice(0, 31)
  const buffer = Buffer.alloc(8 + blocks.length * 24)
  header(buffer, 0, blocks.length, 201, buffer.length)
  buffer.writeUInt32BE(ssrc, 4)
  blocks.forEach((report, i) => {
    writeBlock(buffer, 8 + i * 24, report)
  })
  return buffer
}

/** A sender report without blocks. */
export function writeSenderReport(report: SenderReport): Buffer {
  const buffer = Buffer.alloc(28)
  header(buffer, 0, 0, 200, buffer.length)
  buffer.writeUInt32BE(report.ssrc, 4)
  buffer.writeUInt32BE(report.ntpSeconds >>> 0, 8)
  buffer.writeUInt32BE(report.ntpFraction >>> 0, 12)
  buffer.writeUInt32BE(report.timestamp >>> 0, 16)
  buffer.writeUInt32BE(report.packets >>> 0, 20)
  buffer.writeUInt32BE(report.bytes >>> 0, 24)
  return buffer
}

/** A source description naming `ssrc`, which every compound packet carries. @source RFC 3550 §6.5 */
export function writeSourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname)
  const length = 4 + Math.ceil((4 + 2 + name.length + 1) / 4) * 4
  const buffer = Buffer.alloc(length)
  header(buffer, 0, 1, 202, length)
  buffer.writeUInt32BE(ssrc, 4)
  buffer[8] = 1
  buffer[9] = name.length
  buffer.set(name, 10)
  return buffer
}

/** Asks the sender of `mediaSsrc` for a key frame. @source RFC 4585 §6.3.1 */
export function writeKeyFrameRequest(ssrc: number, mediaSsrc: number): Buffer {
  const buffer = Buffer.alloc(12)
  header(buffer, 0, 1, 206, buffer.length)
  buffer.writeUInt32BE(ssrc, 4)
  buffer.writeUInt32BE(mediaSsrc, 8)
  return buffer
}

/** Asks the sender of `mediaSsrc` for packets again; `sequences` ascending. @source RFC 4585 §6.2.1 */
export function writeRetransmissionRequest(
  ssrc: number,
  mediaSsrc: number,
  sequences: readonly number[],
): Buffer {
  const pairs: [first: number, mask: number][] = []
  for (const sequence of sequences) {
    const pair = pairs.at(-1)
    const ahead = pair ? (sequence - pair[0]) & 0xffff : 0
    if (pair && ahead >= 1 && ahead <= 16) pair[1] |= 1 << (ahead - 1)
    else pairs.push([sequence, 0])
  }
  const buffer = Buffer.alloc(12 + pairs.length * 4)
  header(buffer, 0, 1, 205, buffer.length)
  buffer.writeUInt32BE(ssrc, 4)
  buffer.writeUInt32BE(mediaSsrc, 8)
  pairs.forEach(([first, mask], i) => {
    buffer.writeUInt16BE(first, 12 + i * 4)
    buffer.writeUInt16BE(mask, 14 + i * 4)
  })
  return buffer
}

/** Caps what a browser sends, over all its streams. @source draft-alvestrand-rmcat-remb-03 §2.2 */
export function writeBitrateCap(ssrc: number, bitsPerSecond: number, mediaSsrcs: readonly number[]): Buffer {
  const buffer = Buffer.alloc(20 + mediaSsrcs.length * 4)
  header(buffer, 0, 15, 206, buffer.length)
  buffer.writeUInt32BE(ssrc, 4)
  buffer.write('REMB', 12, 'latin1')
  let exponent = 0
  let mantissa = Math.floor(bitsPerSecond)
  while (mantissa > 0x3ffff) {
    mantissa = Math.floor(mantissa / 2)
    exponent++
  }
  buffer.writeUInt32BE(((mediaSsrcs.length << 24) | (exponent << 18) | mantissa) >>> 0, 16)
  mediaSsrcs.forEach((mediaSsrc, i) => {
    buffer.writeUInt32BE(mediaSsrc, 20 + i * 4)
  })
  return buffer
}
