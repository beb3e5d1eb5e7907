import { createJitterBuffer, type JitterBuffer } from './jitter-buffer.ts'
import { createOpusDecoder, frameSamples } from './opus.ts'

/** One source of a mix: packets in, one frame of PCM out per tick. */
export type SourceDecoder = {
  readonly buffer: JitterBuffer
  /** The next frame, or `undefined` for silence. The array is only valid until the next call. */
  nextFrame(): Int16Array | undefined
}

/** Frames invented while the buffer of a source that is already heard fills for the first time. */
const bridgedFrames = 4

/**
 * Creates a decoder behind a jitter buffer. `lastHeard` is the packet the listeners were relayed last: the
 * sound is drawn out from there until the buffer has filled, so that going over to a mix leaves no hole.
 */
export function createSourceDecoder(lastHeard?: Uint8Array): SourceDecoder {
  const buffer = createJitterBuffer()
  const decoder = createOpusDecoder()
  const frame = new Int16Array(frameSamples)
  let left: Int16Array = new Int16Array(0)
  let bridge = lastHeard && decoder.decode(lastHeard) ? bridgedFrames : 0

  const nextPcm = (): Int16Array | undefined => {
    const playout = buffer.pull()
    if (playout.kind === 'nothing') return bridge-- > 0 ? decoder.conceal() : undefined
    bridge = 0
    if (playout.kind === 'lost') return decoder.conceal()
    return decoder.decode(playout.payload) ?? decoder.conceal()
  }

  return {
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
