/** What a receiver reports about one stream of ours. @source RFC 3550 §6.4.1 */
export type ReportBlock = {
  ssrc: number
  /** Share lost since the previous report, 0 to 1. */
  lossRatio: number
  /** In clock units of the stream. */
  jitter: number
  /** Middle 32 bits of the NTP time of our last sender report; 0 when it saw none. */
  lastSenderReport: number
  /** Time it kept that report before answering, in 1/65536 s. */
  delaySinceLastSenderReport: number
}

/** One useful message of a compound RTCP packet. */
export type RtcpMessage =
  | { kind: 'senderReport'; ssrc: number; ntpMiddle: number; blocks: ReportBlock[] }
  | { kind: 'receiverReport'; ssrc: number; blocks: ReportBlock[] }
  | { kind: 'keyFrameRequest'; mediaSsrcs: number[] }
  | { kind: 'retransmissionRequest'; mediaSsrc: number; sequences: number[] }

const maxSequencesPerRequest = 512

function readBlocks(buffer: Buffer, start: number, count: number, end: number): ReportBlock[] {
  const blocks: ReportBlock[] = []
  for (let i = 0, at = start; i < count && at + 24 <= end; i++, at += 24) {
    blocks.push({
      ssrc: buffer.readUInt32BE(at),
      lossRatio: (buffer[at + 4] as number) / 256,
      jitter: buffer.readUInt32BE(at + 12),
      lastSenderReport: buffer.readUInt32BE(at + 16),
      delaySinceLastSenderReport: buffer.readUInt32BE(at + 20),
    })
  }
  return blocks
}

function readNack(buffer: Buffer, at: number, end: number): RtcpMessage {
  const sequences: number[] = []
  for (let pair = at + 12; pair + 4 <= end && sequences.length < maxSequencesPerRequest; pair += 4) {
    const first = buffer.readUInt16BE(pair)
    const mask = buffer.readUInt16BE(pair + 2)
    sequences.push(first)
    for (let bit = 0; bit < 16; bit++) if (mask & (1 << bit)) sequences.push((first + bit + 1) & 0xffff)
  }
  return { kind: 'retransmissionRequest', mediaSsrc: buffer.readUInt32BE(at + 8), sequences }
}

function readKeyFrameRequest(buffer: Buffer, at: number, end: number, format: number): RtcpMessage {
  const mediaSsrcs: number[] = []
  if (format === 1) mediaSsrcs.push(buffer.readUInt32BE(at + 8))
  else for (let entry = at + 12; entry + 8 <= end; entry += 8) mediaSsrcs.push(buffer.readUInt32BE(entry))
  return { kind: 'keyFrameRequest', mediaSsrcs }
}

/**
 * Reads the messages of a compound packet that matter to us; the rest, and whatever follows a malformed part,
 * is left out. @source RFC 3550 §6.4, RFC 4585 §6.2.1 (NACK), §6.3.1 (PLI), RFC 5104 §4.3.1 (FIR)
 */
export function readRtcp(buffer: Buffer): RtcpMessage[] {
  const messages: RtcpMessage[] = []
  let at = 0
  while (at + 8 <= buffer.length) {
    const first = buffer[at] as number
    if (first >> 6 !== 2) break
    const type = buffer[at + 1]
    const count = first & 31
    const end = at + (buffer.readUInt16BE(at + 2) + 1) * 4
    if (end > buffer.length) break
    const ssrc = end >= at + 8 ? buffer.readUInt32BE(at + 4) : 0
    if (type === 200 && end >= at + 28) {
      const ntpMiddle = ((buffer.readUInt16BE(at + 10) << 16) | buffer.readUInt16BE(at + 12)) >>> 0
      messages.push({
        kind: 'senderReport',
        ssrc,
        ntpMiddle,
        blocks: readBlocks(buffer, at + 28, count, end),
      })
    } else if (type === 201 && end >= at + 8) {
      messages.push({ kind: 'receiverReport', ssrc, blocks: readBlocks(buffer, at + 8, count, end) })
    } else if (type === 205 && count === 1 && end >= at + 12) {
      messages.push(readNack(buffer, at, end))
    } else if (type === 206 && (count === 1 || count === 4) && end >= at + 12) {
      messages.push(readKeyFrameRequest(buffer, at, end, count))
    }
    at = end
  }
  return messages
}
