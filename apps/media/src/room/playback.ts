import { createOpusDecoder, type OpusDecoder } from '../audio/opus.ts'
import type { EncodedSound } from '../audio/sound-store.ts'
import type { SoundCodec } from '../phone/codecs.ts'

/** A sound that repeats: in a room the same `key` goes on where it was stopped, at frame `place`. */
export type LoopedSound = { readonly key: string; readonly place: number }

/** A sound being played in a room; all who hear it hear the same moment of it. */
export type Playback = {
  readonly playId: string
  /** Legs it is for; `undefined` is everyone. */
  readonly legIds: readonly string[] | undefined
  /** What it repeats, and where it would go on; null when it ends by itself. */
  readonly loop: LoopedSound | null
  /** Packet of the present frame in a codec. */
  packetIn(codec: SoundCodec): Uint8Array
  /** Goes on by one frame; `false` at the end. */
  advance(): boolean
  /** PCM of the present frame, decoded once however many hear it in a mix. */
  frame(): Int16Array | undefined
}

/** Creates a playback before its first frame; with `loop` it repeats, from that place on. */
export function createPlayback(
  playId: string,
  legIds: readonly string[] | undefined,
  sound: EncodedSound,
  loop: LoopedSound | null,
): Playback {
  let position = (loop?.place ?? 0) - 1
  let decoder: OpusDecoder | undefined
  let decodedAt = -1
  let decoded: Int16Array | undefined

  return {
    playId,
    legIds,
    get loop() {
      return loop && { key: loop.key, place: (position + 1) % sound.packets.length }
    },
    packetIn: codec => sound.versions.packetAt(codec, position % sound.packets.length),
    advance() {
      if (loop === null && position + 1 >= sound.packets.length) return false
      position++
      return true
    },
    frame() {
      if (decodedAt !== position) {
        decoder ??= createOpusDecoder()
        decoded = decoder.decode(sound.packets[position % sound.packets.length] as Uint8Array)
        decodedAt = position
      }
      return decoded
    },
  }
}
