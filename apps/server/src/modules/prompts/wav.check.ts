import { MAX_SOUND_BYTES, MAX_SOUND_MS } from '@guichet/contract'
import {
  NotASoundError,
  SoundTooBigError,
  SoundTooLongError,
  UnsupportedSoundError,
} from './prompts.errors.ts'

/** Judges a WAV file while it arrives. Throws as soon as it is known to be refused, and nothing else than that. */
export type WavCheck = {
  /** @throws NotASoundError, UnsupportedSoundError, SoundTooLongError, SoundTooBigError */
  push(chunk: Uint8Array): void
  /** What arrived, now that all of it has. @throws as `push` does */
  end(): { durationMs: number; sizeBytes: number }
}

const RIFF_BYTES = 12
const HEAD_BYTES = 8
const MAX_FORMAT_BYTES = 1_024
const MAX_CHANNELS = 8
const [MIN_RATE, MAX_RATE] = [4_000, 192_000]
const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xfffe

type Format = { rate: number; bytesPerFrame: number }

/**
 * @see WavCheck
 * @source Multimedia Programming Interface and Data Specifications 1.0, "Waveform Audio File Format"; what is
 * accepted is what the media process reads.
 */
export function createWavCheck(): WavCheck {
  let held = Buffer.alloc(0)
  let sizeBytes = 0
  let skip = 0
  let isRiff = false
  let format: Format | null = null
  let sound: { format: Format; announcedBytes: number; arrivedBytes: number } | null = null

  const durationOf = ({ rate, bytesPerFrame }: Format, bytes: number) =>
    (Math.floor(bytes / bytesPerFrame) * 1_000) / rate

  /** Takes one part off the front; false when more of it must arrive first. */
  function takePart(): boolean {
    if (skip > 0) {
      const dropped = Math.min(skip, held.length)
      skip -= dropped
      held = held.subarray(dropped)
      return skip === 0
    }
    if (!isRiff) {
      if (held.length < RIFF_BYTES) return false
      if (held.toString('latin1', 0, 4) !== 'RIFF' || held.toString('latin1', 8, 12) !== 'WAVE')
        throw new NotASoundError('it does not begin as one')
      isRiff = true
      held = held.subarray(RIFF_BYTES)
      return true
    }
    if (held.length < HEAD_BYTES) return false
    const name = held.toString('latin1', 0, 4)
    const length = held.readUInt32LE(4)
    if (name === 'fmt ') {
      if (length < 16 || length > MAX_FORMAT_BYTES) throw new NotASoundError('its format part is broken')
      if (held.length < HEAD_BYTES + length) return false
      format = readFormat(held.subarray(HEAD_BYTES, HEAD_BYTES + length))
      skip = length & 1
      held = held.subarray(HEAD_BYTES + length)
      return true
    }
    if (name === 'data') {
      if (format === null) throw new NotASoundError('its sound comes before its format')
      // Programs that write to a pipe announce more than they have: only lengths that can be true are refused now.
      if (length <= MAX_SOUND_BYTES && durationOf(format, length) > MAX_SOUND_MS)
        throw new SoundTooLongError()
      sound = { format, announcedBytes: length, arrivedBytes: held.length - HEAD_BYTES }
      held = Buffer.alloc(0)
      return false
    }
    skip = length + (length & 1)
    held = held.subarray(HEAD_BYTES)
    return true
  }

  return {
    push(chunk) {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_SOUND_BYTES) throw new SoundTooBigError()
      if (sound !== null) {
        sound.arrivedBytes += chunk.length
        return
      }
      held = Buffer.concat([held, chunk])
      while (takePart()) if (held.length === 0) return
    },
    end() {
      if (!isRiff) throw new NotASoundError('it does not begin as one')
      if (sound === null) throw new NotASoundError('it ends before its sound')
      const durationMs = durationOf(sound.format, Math.min(sound.arrivedBytes, sound.announcedBytes))
      if (durationMs < 1) throw new NotASoundError('its sound is empty')
      if (durationMs > MAX_SOUND_MS) throw new SoundTooLongError()
      return { durationMs: Math.round(durationMs), sizeBytes }
    },
  }
}

function readFormat(part: Buffer): Format {
  const named = part.readUInt16LE(0)
  const coding = named === EXTENSIBLE && part.length >= 26 ? part.readUInt16LE(24) : named
  const channels = part.readUInt16LE(2)
  const rate = part.readUInt32LE(4)
  const bits = part.readUInt16LE(14)
  if (coding !== PCM && coding !== FLOAT)
    throw new UnsupportedSoundError(`its coding, number ${coding}, is not PCM`)
  if (coding === FLOAT ? bits !== 32 : ![8, 16, 24, 32].includes(bits))
    throw new UnsupportedSoundError(`it has ${bits} bits a sample`)
  if (channels < 1 || channels > MAX_CHANNELS) throw new UnsupportedSoundError(`it has ${channels} channels`)
  if (rate < MIN_RATE || rate > MAX_RATE) throw new UnsupportedSoundError(`its rate is ${rate} Hz`)
  return { rate, bytesPerFrame: (bits / 8) * channels }
}
