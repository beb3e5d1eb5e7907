import type { RtpPacket } from '../rtp/rtp-packet.ts'

/**
 * The last payloads of a stream, copied. Keeping the packets themselves would carry each received buffer over into
 * the old generation: with a thousand legs, collecting them cost as much as forwarding.
 */
export type RecentSound = {
  note(packet: RtpPacket): void
  /** Oldest first; valid until the next `note`. */
  payloads(): Uint8Array[]
  forget(): void
}

const slots = 8
const usualBytes = 160

type Slot = { bytes: Buffer; length: number }

/** Creates an empty memory of eight packets. */
export function createRecentSound(): RecentSound {
  const ring: Slot[] = []
  let count = 0

  const slotFor = (length: number): Slot => {
    const index = count % slots
    const slot = ring[index]
    if (slot && slot.bytes.length >= length) return slot
    const made = { bytes: Buffer.alloc(Math.max(usualBytes, length)), length: 0 }
    ring[index] = made
    return made
  }

  return {
    note({ buffer, payloadStart, payloadEnd }) {
      const slot = slotFor(payloadEnd - payloadStart)
      slot.length = buffer.copy(slot.bytes, 0, payloadStart, payloadEnd)
      count++
    },
    payloads() {
      const kept = Math.min(count, slots)
      return Array.from({ length: kept }, (_, i) => {
        const slot = ring[(count - kept + i) % slots] as Slot
        return slot.bytes.subarray(0, slot.length)
      })
    },
    forget() {
      count = 0
    },
  }
}
