import { DomainError } from '@guichet/domain'

/** Mono sound as floating-point samples between -1 and 1. */
export type Sound = { rate: number; samples: Float32Array }

const maxChannels = 8
/** Samples read before packets in flight get their turn: less than a millisecond. */
const samplesPerSlice = 16_384
const formatPcm = 1
const formatFloat = 3
const formatExtensible = 0xfffe

function refuse(detail: string): never {
  throw new DomainError('media-failed', `Sound file refused: ${detail}`)
}

type Format = { format: number; channels: number; rate: number; bits: number }

function readFormat(buffer: Buffer, at: number, length: number): Format {
  if (length < 16) refuse('its format chunk is too short')
  const format = buffer.readUInt16LE(at)
  return {
    format: format === formatExtensible && length >= 26 ? buffer.readUInt16LE(at + 24) : format,
    channels: buffer.readUInt16LE(at + 2),
    rate: buffer.readUInt32LE(at + 4),
    bits: buffer.readUInt16LE(at + 14),
  }
}

function sampleReader(format: Format): (buffer: Buffer, at: number) => number {
  if (format.format === formatFloat && format.bits === 32) return (buffer, at) => buffer.readFloatLE(at)
  if (format.format !== formatPcm) refuse('it is not PCM')
  switch (format.bits) {
    case 8:
      return (buffer, at) => ((buffer[at] as number) - 128) / 128
    case 16:
      return (buffer, at) => buffer.readInt16LE(at) / 32_768
    case 24:
      return (buffer, at) => buffer.readIntLE(at, 3) / 8_388_608
    case 32:
      return (buffer, at) => buffer.readInt32LE(at) / 2_147_483_648
    default:
      return refuse(`${format.bits} bits per sample are not supported`)
  }
}

/**
 * Reads a WAV file and mixes its channels into one. A length that runs past the end (streamed files) is cut.
 * Long files are read in slices with a pause before each, so that the packets of calls do not wait.
 * @throws DomainError `media-failed` when it is not a WAV file of PCM.
 */
export async function readWav(buffer: Buffer, pause: () => Promise<void>): Promise<Sound> {
  if (buffer.length < 12 || buffer.toString('latin1', 0, 4) !== 'RIFF') refuse('it is not a WAV file')
  if (buffer.toString('latin1', 8, 12) !== 'WAVE') refuse('it is not a WAV file')
  let format: Format | undefined
  for (let at = 12; at + 8 <= buffer.length; ) {
    const name = buffer.toString('latin1', at, at + 4)
    const start = at + 8
    const length = Math.min(buffer.readUInt32LE(at + 4), buffer.length - start)
    if (name === 'fmt ') format = readFormat(buffer, start, length)
    if (name === 'data') {
      if (!format) refuse('its data come before its format')
      return readSamples(buffer.subarray(start, start + length), format, pause)
    }
    at = start + length + (length & 1)
  }
  return refuse('it has no data')
}

async function readSamples(data: Buffer, format: Format, pause: () => Promise<void>): Promise<Sound> {
  const { channels, rate, bits } = format
  if (channels < 1 || channels > maxChannels) refuse(`${channels} channels are not supported`)
  if (rate < 4_000 || rate > 192_000) refuse(`a rate of ${rate} Hz is not supported`)
  const read = sampleReader(format)
  const width = bits / 8
  const samples = new Float32Array(Math.floor(data.length / (width * channels)))
  for (let i = 0; i < samples.length; i++) {
    if (i % samplesPerSlice === 0) await pause()
    let sum = 0
    for (let c = 0; c < channels; c++) sum += read(data, (i * channels + c) * width)
    const value = sum / channels
    samples[i] = Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0
  }
  return { rate, samples }
}
