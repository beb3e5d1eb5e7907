import type { RtpPacket } from './rtp-packet.ts'

/** A key that was pressed, told once, after its release. */
export type Digit = { digit: string; durationMs: number }

const keys = '0123456789*#ABCD'
/** Longest segment of a held key; the next one starts this many units later. @source RFC 4733 §2.5.1.3 */
const segmentLength = 0xffff
const rememberedEvents = 16

/** Turns telephone-event packets into keys. */
export type DigitReader = {
  onPacket(packet: RtpPacket, now: number): Digit | undefined
  /** The key whose end packets were all lost, once `timeoutMs` has passed since its last packet. */
  onTime(now: number): Digit | undefined
}

type OpenKey = { code: number; segment: number; duration: number; earlier: number; at: number }

/**
 * Creates a reader. A key is told at its first end packet; repeats of the end packet, late packets of a key
 * already told and packets of a lost beginning change nothing. @source RFC 4733 §2.5
 */
export function createDigitReader(clockRate: number, timeoutMs: number): DigitReader {
  let open: OpenKey | undefined
  const told: number[] = []

  const tell = (key: OpenKey): Digit => {
    told.push(key.segment)
    if (told.length > rememberedEvents) told.shift()
    return {
      digit: keys[key.code] as string,
      durationMs: Math.round(((key.earlier + key.duration) * 1000) / clockRate),
    }
  }

  return {
    onPacket({ buffer, payloadStart, payloadEnd, timestamp }, now) {
      if (payloadEnd - payloadStart < 4) return undefined
      const code = buffer[payloadStart] as number
      if (code >= keys.length || told.includes(timestamp)) return undefined
      const ended = (buffer[payloadStart + 1] as number) >= 128
      const duration = buffer.readUInt16BE(payloadStart + 2)
      let missed: Digit | undefined
      if (open && open.segment !== timestamp) {
        const ahead = (timestamp - open.segment) >>> 0
        if (ahead >= 0x8000_0000) return undefined
        if (code === open.code && ahead === segmentLength) {
          told.push(open.segment)
          open.earlier += segmentLength
          open.segment = timestamp
          open.duration = 0
        } else {
          missed = tell(open)
          open = undefined
        }
      }
      open ??= { code, segment: timestamp, duration: 0, earlier: 0, at: now }
      open.duration = Math.max(open.duration, duration)
      open.at = now
      if (!ended) return missed
      if (missed) return missed
      const key = tell(open)
      open = undefined
      return key
    },
    onTime(now) {
      if (!open || now - open.at < timeoutMs) return undefined
      const key = tell(open)
      open = undefined
      return key
    },
  }
}
