import { MAX_SOUND_BYTES, MAX_SOUND_MS, type PromptSound } from '@guichet/contract'

/** Why a file does not become a sound; the codes are those of the server. */
export class SoundFileError extends Error {
  readonly code: 'not-a-sound' | 'sound-too-long' | 'sound-too-big'

  constructor(code: SoundFileError['code']) {
    super(code)
    this.name = 'SoundFileError'
    this.code = code
  }
}

const HEADER_BYTES = 44
const SAMPLE_BYTES = 2
/** Samples per second, best first; calls are heard at 48,000 at most. */
const RATES = [48_000, 32_000, 24_000, 16_000]
const NAME_LENGTH = 100

/**
 * The best rate at which a mono sound of this length is small enough to be uploaded.
 * @throws SoundFileError `sound-too-long`
 */
export const rateFor = (seconds: number): number => {
  const rate = RATES.find(each => HEADER_BYTES + Math.ceil(seconds * each) * SAMPLE_BYTES <= MAX_SOUND_BYTES)
  if (seconds * 1000 > MAX_SOUND_MS || rate === undefined) throw new SoundFileError('sound-too-long')
  return rate
}

/** A WAV file of mono 16-bit samples, given as numbers from -1 to 1. */
export const encodeWav = (samples: Float32Array, rate: number): ArrayBuffer => {
  const bytes = new ArrayBuffer(HEADER_BYTES + samples.length * SAMPLE_BYTES)
  const view = new DataView(bytes)
  const write = (at: number, text: string) => {
    for (const [index, letter] of [...text].entries()) view.setUint8(at + index, letter.charCodeAt(0))
  }
  write(0, 'RIFF')
  view.setUint32(4, bytes.byteLength - 8, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * SAMPLE_BYTES, true)
  view.setUint16(32, SAMPLE_BYTES, true)
  view.setUint16(34, SAMPLE_BYTES * 8, true)
  write(36, 'data')
  view.setUint32(40, samples.length * SAMPLE_BYTES, true)
  for (let index = 0; index < samples.length; index++) {
    const level = Math.max(-1, Math.min(1, samples[index] ?? 0))
    view.setInt16(HEADER_BYTES + index * SAMPLE_BYTES, Math.round(level * 32_767), true)
  }
  return bytes
}

/** What a sound is called at first: its file's name without ending, as people write it. */
export const soundNameOf = (fileName: string): string =>
  fileName
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[_\s]+/g, ' ')
    .trim()
    .slice(0, NAME_LENGTH)
    .trim() || fileName.slice(0, NAME_LENGTH)

/** Sounds whose name holds what is searched, whatever its capitals and accents. */
export const findSounds = (sounds: readonly PromptSound[], search: string): PromptSound[] => {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const wanted = plain(search.trim())
  return sounds.filter(sound => plain(sound.name).includes(wanted))
}
