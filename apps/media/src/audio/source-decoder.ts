import { codecs, type SoundCodec, type SoundDecoder } from '../phone/codecs.ts'
import { createJitterBuffer, type JitterBuffer } from './jitter-buffer.ts'
import { frameSamples } from './opus.ts'

/** One source of a mix: packets in, one frame of PCM out per tick. */
export type SourceDecoder = {
  readonly codec: SoundCodec
  readonly buffer: JitterBuffer
  /** The next frame, or `undefined` for silence. The array is only valid until the next call. */
  nextFrame(): Int16Array | undefined
}

/** Frames invented while the buffer of a source that is already heard fills for the first time. */
const bridgedFrames = 4

/**
 * Creates a decoder behind a jitter buffer. `history` holds the packets that the listeners were relayed last:
 * a decoder that starts in the middle of a stream is too quiet for a tenth of a second, so it is warmed up
 * with them, and the sound is drawn out from there until the buffer has filled. Going over to a mix thus
 * leaves no hole.
 */
export function createSourceDecoder(
  history: readonly Uint8Array[] = [],
  codec: SoundCodec = codecs.opus,
): SourceDecoder {
  const buffer = createJitterBuffer(codec)
  const decoder = warmDecoder(history, codec)
  // Drawing out changes a decoder's state; the real sound must go on from where it was.
  const bridging = history.length > 0 ? warmDecoder(history, codec) : undefined
  const frame = new Int16Array(frameSamples)
  let left: Int16Array = new Int16Array(0)
  let bridge = bridging ? bridgedFrames : 0

  const nextPcm = (): Int16Array | undefined => {
    const playout = buffer.pull()
    if (playout.kind === 'nothing') return bridge-- > 0 ? bridging?.conceal() : undefined
    bridge = 0
    if (playout.kind === 'lost') return decoder.conceal()
    return decoder.decode(playout.payload) ?? decoder.conceal()
  }

  return {
    codec,
    buffer,
    nextFrame() {
      let filled = 0
      let heard = false
      while (filled < frameSamples) {
        if (left.length === 0) {
          const pcm = nextPcm()
          if (!pcm || pcm.length === 0) break
          left = pcm
        }
        const part = left.subarray(0, frameSamples - filled)
        frame.set(part, filled)
        filled += part.length
        left = left.subarray(part.length)
        heard = true
      }
      if (!heard) return undefined
      frame.fill(0, filled)
      return frame
    },
  }
}

function warmDecoder(history: readonly Uint8Array[], codec: SoundCodec): SoundDecoder {
  const decoder = codec.createDecoder()
  for (const packet of history) decoder.decode(packet)
  return decoder
}
