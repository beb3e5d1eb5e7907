/** Sound as 16-bit samples of one channel. */
export type Pcm = { sampleRate: number; samples: Int16Array }

const HEADER_BYTES = 44
/** Level that prompts are brought to, as root mean square of full scale: about −20 dB. */
const TARGET_RMS = 0.1
const PEAK_LIMIT = 0.89
/** Below this a sample counts as silence, of full scale. */
const SILENCE = 0.004

/**
 * Reads mono 16-bit PCM.
 * @throws Error when the bytes are anything else.
 */
export function readWav(bytes: Buffer): Pcm {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== 'RIFF')
    throw new Error('not a WAV file')
  let sampleRate = 0
  let offset = 12
  while (offset + 8 <= bytes.length) {
    const chunk = bytes.toString('latin1', offset, offset + 4)
    const length = bytes.readUInt32LE(offset + 4)
    const start = offset + 8
    if (chunk === 'fmt ') {
      if (bytes.readUInt16LE(start) !== 1 || bytes.readUInt16LE(start + 2) !== 1)
        throw new Error('not mono PCM')
      if (bytes.readUInt16LE(start + 14) !== 16) throw new Error('not 16-bit')
      sampleRate = bytes.readUInt32LE(start + 4)
    }
    if (chunk === 'data') {
      if (sampleRate === 0) throw new Error('no format before data')
      // A program that writes to a pipe leaves the length open: then the sound goes on to the end.
      const end = length === 0 || start + length > bytes.length ? bytes.length : start + length
      const count = Math.floor((end - start) / 2)
      const samples = new Int16Array(count)
      for (let index = 0; index < count; index++) samples[index] = bytes.readInt16LE(start + index * 2)
      return { sampleRate, samples }
    }
    offset = start + length + (length % 2)
  }
  throw new Error('no data in the WAV file')
}

/** Writes mono 16-bit PCM. */
export function writeWav({ sampleRate, samples }: Pcm): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + samples.length * 2, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(sampleRate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  for (let index = 0; index < samples.length; index++) {
    bytes.writeInt16LE(samples[index] ?? 0, HEADER_BYTES + index * 2)
  }
  return bytes
}

/** Brings speech to one level, and cuts the silence around it down to a breath. */
export function polish({ sampleRate, samples }: Pcm): Pcm {
  const threshold = SILENCE * 32_768
  let first = samples.findIndex(sample => Math.abs(sample) > threshold)
  if (first < 0) return { sampleRate, samples }
  let last = samples.findLastIndex(sample => Math.abs(sample) > threshold)
  first = Math.max(0, first - Math.round(sampleRate * 0.08))
  last = Math.min(samples.length - 1, last + Math.round(sampleRate * 0.25))
  const kept = samples.subarray(first, last + 1)
  let squares = 0
  let peak = 0
  for (const sample of kept) {
    squares += sample * sample
    peak = Math.max(peak, Math.abs(sample))
  }
  const rms = Math.sqrt(squares / kept.length) / 32_768
  const gain = Math.min(TARGET_RMS / rms, (PEAK_LIMIT * 32_768) / peak)
  return { sampleRate, samples: kept.map(sample => Math.round(sample * gain)) }
}

/** Two soft bell notes, for when nothing can speak. */
export function chime(): Pcm {
  const sampleRate = 22_050
  const samples = new Int16Array(Math.round(sampleRate * 1.4))
  const notes = [
    { hz: 659.26, at: 0 },
    { hz: 523.25, at: 0.35 },
  ]
  for (const { hz, at } of notes) {
    for (let index = Math.round(at * sampleRate); index < samples.length; index++) {
      const t = index / sampleRate - at
      const envelope = Math.min(1, t / 0.01) * Math.exp(-3.2 * t)
      const wave = Math.sin(2 * Math.PI * hz * t) + 0.3 * Math.sin(4 * Math.PI * hz * t) * Math.exp(-4 * t)
      samples[index] = (samples[index] ?? 0) + Math.round(6_000 * envelope * wave)
    }
  }
  return { sampleRate, samples }
}
