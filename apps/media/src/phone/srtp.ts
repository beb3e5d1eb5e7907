import { createCipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { parseRtp } from '../rtp/rtp-packet.ts'
import { type CryptoLine, deriveKeys, type SessionKeys } from './srtp-keys.ts'

/** One direction of protected RTP and RTCP. */
export type SrtpSender = {
  protectRtp(packet: Buffer): Buffer
  protectRtcp(packet: Buffer): Buffer
}
/** The other direction: `undefined` for what is forged, repeated or too old. */
export type SrtpReceiver = {
  openRtp(packet: Buffer): Buffer | undefined
  openRtcp(packet: Buffer): Buffer | undefined
}

const blockBytes = 16
/** Packets before the newest that are still told apart from repeats. */
const replayWindow = 64
const rtcpTagBytes = 10
const encryptedFlag = 0x8000_0000

/**
 * Counter mode from one lasting ECB cipher: the counters of a packet are encrypted at once and added to it,
 * which spares making a cipher for every packet. @source RFC 3711 §4.1.1
 */
function createCounterMode(
  keys: SessionKeys,
): (data: Buffer, start: number, end: number, ssrc: number, index: number) => void {
  const cipher = createCipheriv('aes-128-ecb', keys.cipherKey, null)
  cipher.setAutoPadding(false)
  let counters = Buffer.alloc(blockBytes * 16)
  return (data, start, end, ssrc, index) => {
    const blocks = Math.ceil((end - start) / blockBytes)
    if (blocks === 0) return
    if (counters.length < blocks * blockBytes) counters = Buffer.alloc(blocks * blockBytes)
    const first = counters.subarray(0, blockBytes)
    keys.salt.copy(first, 0)
    const high = Math.floor(index / 0x1_0000_0000)
    first.writeUInt32BE((first.readUInt32BE(4) ^ ssrc) >>> 0, 4)
    first.writeUInt16BE(first.readUInt16BE(8) ^ (high & 0xffff), 8)
    first.writeUInt32BE((first.readUInt32BE(10) ^ (index % 0x1_0000_0000)) >>> 0, 10)
    for (let block = 0; block < blocks; block++) {
      if (block > 0) first.copy(counters, block * blockBytes)
      counters.writeUInt16BE(block, block * blockBytes + 14)
    }
    const stream = cipher.update(counters.subarray(0, blocks * blockBytes))
    for (let i = start; i < end; i++) data[i] = (data[i] as number) ^ (stream[i - start] as number)
  }
}

/** Where the payload of a packet starts, after contributors and extension, or `undefined`. */
const payloadStartOf = (packet: Buffer): number | undefined => {
  // Padding is encrypted with the payload: its length is not to be judged yet.
  const first = packet[0] as number
  packet[0] = first & ~0x20
  const start = parseRtp(packet)?.payloadStart
  packet[0] = first
  return start
}

const rtpTag = (keys: SessionKeys, packet: Buffer, rollover: number, length: number): Buffer => {
  const counter = Buffer.allocUnsafe(4)
  counter.writeUInt32BE(rollover >>> 0, 0)
  return createHmac('sha1', keys.authKey).update(packet).update(counter).digest().subarray(0, length)
}

const rtcpTag = (keys: SessionKeys, packet: Buffer): Buffer =>
  createHmac('sha1', keys.authKey).update(packet).digest().subarray(0, rtcpTagBytes)

const tagBytesOf = ({ suite }: CryptoLine): number => (suite === 'AES_CM_128_HMAC_SHA1_32' ? 4 : 10)

/** Protects what we send with our key. @source RFC 3711 §3.1 (RTP), §3.4 (RTCP) */
export function createSrtpSender(line: CryptoLine): SrtpSender {
  const rtp = deriveKeys(line.key, line.salt, 'rtp')
  const rtcp = deriveKeys(line.key, line.salt, 'rtcp')
  const encryptRtp = createCounterMode(rtp)
  const encryptRtcp = createCounterMode(rtcp)
  const tagBytes = tagBytesOf(line)
  let rollover = 0
  let lastSequence: number | undefined
  let rtcpIndex = 0

  return {
    protectRtp(packet) {
      const sequence = packet.readUInt16BE(2)
      if (lastSequence !== undefined && sequence < lastSequence && lastSequence - sequence > 0x8000)
        rollover++
      // A late packet of before the wrap still belongs to the count before.
      const late = lastSequence !== undefined && sequence - lastSequence > 0x8000
      if (!late) lastSequence = sequence
      const count = late ? rollover - 1 : rollover
      const out = Buffer.allocUnsafe(packet.length + tagBytes)
      packet.copy(out)
      const body = out.subarray(0, packet.length)
      const start = payloadStartOf(body) ?? 12
      encryptRtp(body, start, packet.length, packet.readUInt32BE(8), count * 65_536 + sequence)
      rtpTag(rtp, body, count, tagBytes).copy(out, packet.length)
      return out
    },
    protectRtcp(packet) {
      rtcpIndex = (rtcpIndex + 1) % encryptedFlag
      const out = Buffer.allocUnsafe(packet.length + 4 + rtcpTagBytes)
      packet.copy(out)
      encryptRtcp(out, 8, packet.length, packet.readUInt32BE(4), rtcpIndex)
      out.writeUInt32BE((encryptedFlag + rtcpIndex) >>> 0, packet.length)
      rtcpTag(rtcp, out.subarray(0, packet.length + 4)).copy(out, packet.length + 4)
      return out
    },
  }
}

/** Numbers already seen, up to `replayWindow` before the newest. @source RFC 3711 §3.3.2 */
function createReplayWindow(): { isNew(index: number): boolean; note(index: number): void } {
  const seen = new Float64Array(replayWindow).fill(-1)
  let newest = -1
  return {
    isNew: index => index > newest - replayWindow && seen[index % replayWindow] !== index,
    note(index) {
      seen[index % replayWindow] = index
      if (index > newest) newest = index
    },
  }
}

type SourceState = {
  rollover: number
  highest: number
  window: ReturnType<typeof createReplayWindow>
}

const maxSources = 8

/** Opens what the other side protected with its key. @source RFC 3711 §3.3, appendix A (index guess) */
export function createSrtpReceiver(line: CryptoLine): SrtpReceiver {
  const rtp = deriveKeys(line.key, line.salt, 'rtp')
  const rtcp = deriveKeys(line.key, line.salt, 'rtcp')
  const decryptRtp = createCounterMode(rtp)
  const decryptRtcp = createCounterMode(rtcp)
  const tagBytes = tagBytesOf(line)
  const sources = new Map<number, SourceState>()
  const rtcpWindows = new Map<number, ReturnType<typeof createReplayWindow>>()

  const guessRollover = ({ rollover, highest }: SourceState, sequence: number): number => {
    if (highest < 0x8000) return sequence - highest > 0x8000 ? rollover - 1 : rollover
    return highest - 0x8000 > sequence ? rollover + 1 : rollover
  }

  return {
    openRtp(packet) {
      const end = packet.length - tagBytes
      if (end < 12 || (packet[0] as number) >> 6 !== 2) return undefined
      const sequence = packet.readUInt16BE(2)
      const ssrc = packet.readUInt32BE(8)
      const known = sources.get(ssrc)
      const state = known ?? { rollover: 0, highest: sequence, window: createReplayWindow() }
      const rollover = guessRollover(state, sequence)
      if (rollover < 0) return undefined
      const index = rollover * 65_536 + sequence
      if (!state.window.isNew(index)) return undefined
      const body = packet.subarray(0, end)
      if (!timingSafeEqual(rtpTag(rtp, body, rollover, tagBytes), packet.subarray(end))) return undefined
      const start = payloadStartOf(body)
      if (start === undefined) return undefined
      if (!known) {
        if (sources.size >= maxSources) sources.clear()
        sources.set(ssrc, state)
      }
      state.window.note(index)
      if (rollover > state.rollover || (rollover === state.rollover && sequence > state.highest)) {
        state.rollover = rollover
        state.highest = sequence
      }
      decryptRtp(body, start, end, ssrc, index)
      return body
    },
    openRtcp(packet) {
      const end = packet.length - rtcpTagBytes - 4
      if (end < 8 || (packet[0] as number) >> 6 !== 2) return undefined
      const word = packet.readUInt32BE(end)
      const index = word % encryptedFlag
      const ssrc = packet.readUInt32BE(4)
      const window = rtcpWindows.get(ssrc) ?? createReplayWindow()
      if (!window.isNew(index)) return undefined
      if (!timingSafeEqual(rtcpTag(rtcp, packet.subarray(0, end + 4)), packet.subarray(end + 4)))
        return undefined
      if (rtcpWindows.size >= maxSources && !rtcpWindows.has(ssrc)) rtcpWindows.clear()
      rtcpWindows.set(ssrc, window)
      window.note(index)
      const body = packet.subarray(0, end)
      if (word >= encryptedFlag) decryptRtcp(body, 8, end, ssrc, index)
      return body
    },
  }
}
