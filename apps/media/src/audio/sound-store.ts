import type { PlaySource } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import { createProgressTone } from '../phone/progress-tone.ts'
import { createSoundVersions, type SoundVersions } from '../phone/sound-versions.ts'
import { createMusic } from './music.ts'
import { createOpusEncoder, frameMs, frameSamples, sampleRate } from './opus.ts'
import { createResampler } from './resample.ts'
import { createSilence, createTone, type SoundStream } from './sound-stream.ts'
import { readWav } from './wav.ts'

/** A sound ready to be sent: one Opus packet for every 20 ms. */
export type EncodedSound = {
  packets: Uint8Array[]
  durationMs: number
  bytes: number
  /** The same in other codecs. */
  versions: SoundVersions
}

/** Encodes each source once and keeps it: a thousand callers on the same music cost one encoding. */
export type SoundStore = {
  /** @throws DomainError `not-found` or `media-failed` when the file cannot be read or is not a sound. */
  load(source: PlaySource, gain: number): Promise<EncodedSound>
  readonly bytes: number
}

/** What the store needs of the file system. */
export type SoundFiles = {
  stat(path: string): Promise<{ size: number; mtimeMs: number }>
  read(path: string): Promise<Buffer>
}

const maxFileBytes = 64 * 1024 * 1024
/** Frames encoded before packets in flight get their turn: about a millisecond. */
const framesPerSlice = 8
const bitrate = 40_000
const complexity = 5

async function encode(stream: SoundStream, gain: number, pause: () => Promise<void>): Promise<EncodedSound> {
  const encoder = createOpusEncoder(bitrate, complexity)
  const frame = new Int16Array(frameSamples)
  const packets: Uint8Array[] = []
  const count = Math.max(1, Math.ceil(stream.total / frameSamples))
  let bytes = 0
  for (let f = 0; f < count; f++) {
    if (f % framesPerSlice === 0) await pause()
    const samples = stream.next(frameSamples)
    for (let i = 0; i < frameSamples; i++) {
      const value = (samples[i] ?? 0) * gain * 32_767
      frame[i] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : Math.round(value)
    }
    const packet = encoder.encode(frame)
    bytes += packet.length
    packets.push(packet)
  }
  return { packets, durationMs: count * frameMs, bytes, versions: createSoundVersions(packets) }
}

/** Creates a store that forgets the least recently used sounds beyond `maxBytes` of packets. */
export function createSoundStore(options: {
  files: SoundFiles
  maxBytes: number
  pause(): Promise<void>
}): SoundStore {
  const kept = new Map<string, EncodedSound>()
  const underWay = new Map<string, Promise<EncodedSound>>()
  let bytes = 0

  const keep = (key: string, sound: EncodedSound): void => {
    kept.set(key, sound)
    bytes += sound.bytes
    for (const [oldKey, old] of kept) {
      if (bytes <= options.maxBytes || oldKey === key) break
      kept.delete(oldKey)
      bytes -= old.bytes
    }
  }

  const openFile = async (path: string): Promise<SoundStream> => {
    const { rate, samples } = await readWav(await options.files.read(path), options.pause)
    return createResampler(samples, rate, sampleRate)
  }

  const statFile = async (path: string): Promise<string> => {
    try {
      const { size, mtimeMs } = await options.files.stat(path)
      if (size > maxFileBytes) throw new DomainError('media-failed', 'The sound file is larger than 64 MB')
      return `${path} ${size} ${mtimeMs}`
    } catch (error) {
      if (error instanceof DomainError) throw error
      throw new DomainError('not-found', 'The sound file cannot be read')
    }
  }

  const describe = async (source: PlaySource): Promise<[key: string, open: () => Promise<SoundStream>]> => {
    switch (source.kind) {
      case 'file':
        return [`file ${await statFile(source.path)}`, () => openFile(source.path)]
      case 'tone':
        return [
          `tone ${source.hz} ${source.durationMs}`,
          async () => createTone(source.hz, source.durationMs),
        ]
      case 'silence':
        return [`silence ${source.durationMs}`, async () => createSilence(source.durationMs)]
      case 'music':
        return ['music', async () => createMusic()]
      case 'progress':
        return [
          `progress ${source.tone} ${source.country}`,
          async () => createProgressTone(source.tone, source.country),
        ]
    }
  }

  return {
    get bytes() {
      return bytes
    },
    async load(source, gain) {
      const [name, open] = await describe(source)
      const key = `${name} ${gain}`
      const sound = kept.get(key)
      if (sound) {
        kept.delete(key)
        kept.set(key, sound)
        return sound
      }
      const started = underWay.get(key)
      if (started) return started
      const work = (async () => {
        const encoded = await encode(await open(), gain, options.pause)
        keep(key, encoded)
        return encoded
      })().finally(() => underWay.delete(key))
      underWay.set(key, work)
      return work
    },
  }
}
