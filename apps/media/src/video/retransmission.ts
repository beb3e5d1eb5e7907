import type { RtpPacket } from '../rtp/rtp-packet.ts'
import { createUnwrapper } from '../rtp/sequence.ts'

/** The packet that an RTX packet carries again, or `undefined` for padding. @source RFC 4588 §4 */
export function restorePacket(rtx: RtpPacket, mediaType: number, mediaSsrc: number): RtpPacket | undefined {
  if (rtx.payloadEnd - rtx.payloadStart <= 2) return undefined
  return {
    ...rtx,
    payloadType: mediaType,
    ssrc: mediaSsrc,
    sequence: rtx.buffer.readUInt16BE(rtx.payloadStart),
    payloadStart: rtx.payloadStart + 2,
  }
}

/** The last packets of a stream, by sequence number. */
export type PacketCache = {
  put(packet: RtpPacket): void
  get(sequence: number): RtpPacket | undefined
}

const cacheSize = 512

/** Creates a cache of the last 512 packets, about two seconds of picture. */
export function createPacketCache(): PacketCache {
  const ring: (RtpPacket | undefined)[] = Array.from({ length: cacheSize })
  return {
    put(packet) {
      ring[packet.sequence & (cacheSize - 1)] = packet
    },
    get(sequence) {
      const packet = ring[sequence & (cacheSize - 1)]
      return packet?.sequence === sequence ? packet : undefined
    },
  }
}

/** Watches a stream for gaps and says which packets to ask for again. */
export type GapWatch = {
  /** Notes an arrival and returns sequence numbers to ask for now, ascending. */
  onPacket(sequence: number, now: number): number[]
  /** Set once gaps are beyond repair: the picture needs a key frame. Reading clears it. */
  takeGivenUp(): boolean
}

const askAgainMs = 80
const maxAsks = 6
const maxMissing = 128

/** Creates a watch that asks at once for what is missing, then again every 80 ms, six times in all. */
export function createGapWatch(): GapWatch {
  const unwrap = createUnwrapper(16)
  const missing = new Map<number, { askedAt: number; asks: number }>()
  let highest: number | undefined
  let givenUp = false

  return {
    onPacket(sequence, now) {
      const unwrapped = unwrap(sequence)
      missing.delete(unwrapped)
      if (highest === undefined) highest = unwrapped
      const gap = unwrapped - highest - 1
      if (gap > maxMissing) {
        missing.clear()
        givenUp = true
      } else {
        for (let at = highest + 1; at < unwrapped; at++) missing.set(at, { askedAt: -1, asks: 0 })
      }
      highest = Math.max(highest, unwrapped)
      if (missing.size === 0) return []
      const ask: number[] = []
      for (const [at, entry] of missing) {
        if (entry.asks > 0 && now - entry.askedAt < askAgainMs) continue
        if (entry.asks >= maxAsks || missing.size > maxMissing) {
          missing.delete(at)
          givenUp = true
          continue
        }
        entry.asks++
        entry.askedAt = now
        ask.push(at & 0xffff)
      }
      return ask
    },
    takeGivenUp() {
      const was = givenUp
      givenUp = false
      return was
    },
  }
}
