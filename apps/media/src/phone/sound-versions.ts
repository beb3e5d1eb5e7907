import { createOpusDecoder, type OpusDecoder } from '../audio/opus.ts'
import { codecs, type SoundCodec, type SoundEncoder } from './codecs.ts'

/** A prepared sound in whatever codec a listener has. */
export type SoundVersions = {
  /** The packet of 20 ms at a position. */
  packetAt(codec: SoundCodec, position: number): Uint8Array
}

type Version = { packets: Map<number, Uint8Array>; decoder: OpusDecoder; encoder: SoundEncoder; next: number }

/** Frames that a decoder starting in the middle is led in by. */
const leadIn = 4
/** A step back or further ahead than this begins anew there, instead of holding up the packets in flight. */
const maxStep = 10

/**
 * Creates the versions of a sound kept as Opus. Each is made once, a frame at a time as listeners get there, and
 * serves all who come after: a hundred callers waiting on the phone cost one encoding.
 */
export function createSoundVersions(opusPackets: readonly Uint8Array[]): SoundVersions {
  const versions = new Map<SoundCodec, Version>()

  const begin = (codec: SoundCodec, packets: Map<number, Uint8Array>, position: number): Version => {
    const version: Version = {
      packets,
      decoder: createOpusDecoder(),
      encoder: codec.createEncoder(5),
      next: Math.max(0, position - leadIn),
    }
    versions.set(codec, version)
    return version
  }

  return {
    packetAt(codec, position) {
      if (codec === codecs.opus) return opusPackets[position] as Uint8Array
      let version = versions.get(codec) ?? begin(codec, new Map(), position)
      const made = version.packets.get(position)
      if (made) return made
      if (version.next > position || position - version.next > maxStep) {
        version = begin(codec, version.packets, position)
      }
      let packet = codec.silence
      while (version.next <= position) {
        const pcm = version.decoder.decode(opusPackets[version.next] as Uint8Array)
        packet = pcm ? version.encoder.encode(pcm) : codec.silence
        if (!version.packets.has(version.next)) version.packets.set(version.next, packet)
        version.next++
      }
      return packet
    },
  }
}
