import { createOpusDecoder, createOpusEncoder, frameSamples, opusDuration } from '../audio/opus.ts'
import { createConcealment } from './concealment.ts'
import { compressG711, expandG711, type G711Law, g711Expansion, g711Silence } from './g711.ts'
import { createG722Decoder, createG722Encoder } from './g722.ts'
import { createDownsampler, createUpsampler } from './rate.ts'

/** Codecs of sound, named as in the phone's requests of the media port. */
export type CodecName = 'opus' | 'pcmu' | 'pcma' | 'g722'

/** Packets to sound at 48 kHz; arrays are only valid until the next call. */
export type SoundDecoder = {
  /** Sound of a packet, or `undefined` when it cannot be decoded. */
  decode(payload: Uint8Array): Int16Array | undefined
  /** Sound in place of a lost packet of 20 ms or so. */
  conceal(): Int16Array | undefined
}

/** Frames of 20 ms at 48 kHz to packets. */
export type SoundEncoder = { encode(frame: Int16Array): Uint8Array }

/** A codec as the rooms use it: how its packets are timed, decoded and made. */
export type SoundCodec = {
  readonly name: CodecName
  /** RTP clock, which for G.722 is not its sampling rate. @source RFC 3551 §4.5.2 */
  readonly clockRate: number
  /** Clock units of 20 ms. */
  readonly frameUnits: number
  /** Name, clock and channels in SDP. */
  readonly sdpName: string
  /** Payload type where RFC 3551 fixes one. */
  readonly staticType: number | undefined
  /** A packet of 20 ms of quiet. */
  readonly silence: Uint8Array
  /** Clock units a payload lasts, 0 when it is malformed. */
  durationOf(payload: Uint8Array): number
  createDecoder(): SoundDecoder
  /** `effort` matters for Opus alone. */
  createEncoder(effort: 0 | 2 | 5 | 8): SoundEncoder
}

const narrowUnits = 160
/** Longest packet believed, 120 ms. */
const maxNarrowUnits = 960
const opusBitrate = 40_000

const narrowDuration = (payload: Uint8Array): number =>
  payload.length <= maxNarrowUnits ? payload.length : 0

/** Wraps a codec of `rate` hertz: sound is brought to 48 kHz and what is lost is invented. */
function createConcealingDecoder(
  rate: number,
  expand: (payload: Uint8Array, out: Int16Array) => void,
): SoundDecoder {
  const perByte = rate / 8_000
  const raise = createUpsampler(48_000 / rate)
  const concealment = createConcealment(rate)
  let samples = new Int16Array(narrowUnits * perByte)
  return {
    decode(payload) {
      if (narrowDuration(payload) === 0) return undefined
      if (samples.length !== payload.length * perByte) samples = new Int16Array(payload.length * perByte)
      expand(payload, samples)
      concealment.heard(samples)
      return raise(samples)
    },
    conceal() {
      const invented = concealment.invent(narrowUnits * perByte)
      return invented && raise(invented)
    },
  }
}

function createG711Codec(name: 'pcmu' | 'pcma', law: G711Law, staticType: number): SoundCodec {
  return {
    name,
    clockRate: 8_000,
    frameUnits: narrowUnits,
    sdpName: `${name.toUpperCase()}/8000`,
    staticType,
    silence: new Uint8Array(narrowUnits).fill(g711Silence[law]),
    durationOf: narrowDuration,
    createDecoder: () => createConcealingDecoder(8_000, (payload, out) => expandG711(law, payload, out)),
    createEncoder() {
      const lower = createDownsampler(6)
      return { encode: frame => compressG711(law, lower(frame)) }
    },
  }
}

/** Quiet as an encoder makes it once its scales have come to rest. */
function settledG722Silence(): Uint8Array {
  const frames = 20
  return createG722Encoder()
    .encode(new Int16Array(narrowUnits * 2 * frames))
    .slice(-narrowUnits)
}

const opus: SoundCodec = {
  name: 'opus',
  clockRate: 48_000,
  frameUnits: frameSamples,
  sdpName: 'opus/48000/2',
  staticType: undefined,
  // @source RFC 6716 §3.1, configuration 31, empty CELT frame
  silence: new Uint8Array([0xf8, 0xff, 0xfe]),
  durationOf: opusDuration,
  createDecoder: createOpusDecoder,
  createEncoder: effort => createOpusEncoder(opusBitrate, effort),
}

const g722: SoundCodec = {
  name: 'g722',
  clockRate: 8_000,
  frameUnits: narrowUnits,
  sdpName: 'G722/8000',
  staticType: 9,
  silence: settledG722Silence(),
  durationOf: narrowDuration,
  createDecoder() {
    const decoder = createG722Decoder()
    return createConcealingDecoder(16_000, (payload, out) => decoder.decode(payload, out))
  },
  createEncoder() {
    const encoder = createG722Encoder()
    const lower = createDownsampler(3)
    return { encode: frame => encoder.encode(lower(frame)) }
  },
}

/** Every codec by name. */
export const codecs: Readonly<Record<CodecName, SoundCodec>> = {
  opus,
  pcmu: createG711Codec('pcmu', 'u', 0),
  pcma: createG711Codec('pcma', 'a', 8),
  g722,
}

/** The codec that an `rtpmap` value such as `PCMA/8000` names, if it is ours. Case does not matter. @source RFC 8866 §6.6 */
export function codecOfSdpName(sdpName: string): SoundCodec | undefined {
  const wanted = sdpName.toLowerCase().replace(/^((?:pcm[au]|g722)\/8000)\/1$/, '$1')
  return Object.values(codecs).find(codec => codec.sdpName.toLowerCase() === wanted)
}

/** The table of samples of a codec that can be read without decoding, or `undefined`. */
export function samplesOf(codec: SoundCodec): Int16Array | undefined {
  if (codec.name === 'pcmu') return g711Expansion('u')
  return codec.name === 'pcma' ? g711Expansion('a') : undefined
}
