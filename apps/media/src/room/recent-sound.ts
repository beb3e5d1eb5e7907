import type { SoundCodec } from '../phone/codecs.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'

/**
 * What a stream said last, for a decoder that takes over in its middle. An Opus decoder needs eight packets to get
 * into the stream; they are copied, since keeping the packets would carry every received buffer over into the old
 * generation, where collecting them costs as much as forwarding. Other codecs need their last packet alone.
 */
export type RecentSound = {
  note(packet: RtpPacket, codec: SoundCodec): void
  /** Payloads of `codec`, oldest first; valid until the next `note`. None when the last was of another codec. */
  payloads(codec: SoundCodec): Uint8Array[]
}

const slots = 8

type Slot = { bytes: Buffer; length: number }

/** Creates an empty memory. */
export function createRecentSound(): RecentSound {
  const ring: Slot[] = []
  let count = 0
  let last: RtpPacket | undefined
  let lastCodec: SoundCodec | undefined

  const slotFor = (length: number): Slot => {
    const index = count % slots
    const slot = ring[index]
    if (slot && slot.bytes.length >= length) return slot
    const made = { bytes: Buffer.alloc(length), length: 0 }
    ring[index] = made
    return made
  }

  return {
    note(packet, codec) {
      if (codec !== lastCodec) {
        lastCodec = codec
        count = 0
        last = undefined
      }
      if (codec.name !== 'opus') {
        last = packet
        return
      }
      const slot = slotFor(packet.payloadEnd - packet.payloadStart)
      slot.length = packet.buffer.copy(slot.bytes, 0, packet.payloadStart, packet.payloadEnd)
      count++
    },
    payloads(codec) {
      if (codec !== lastCodec) return []
      if (last) return [last.buffer.subarray(last.payloadStart, last.payloadEnd)]
      const kept = Math.min(count, slots)
      return Array.from({ length: kept }, (_, i) => {
        const slot = ring[(count - kept + i) % slots] as Slot
        return slot.bytes.subarray(0, slot.length)
      })
    },
  }
}
