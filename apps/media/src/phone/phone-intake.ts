import { createSpeakingWatch } from '../room/speaking.ts'
import { createDigitReader, type Digit } from '../rtp/digits.ts'
import { createReception, type Reception, type ReceptionQuality } from '../rtp/reception.ts'
import type { RtpPacket } from '../rtp/rtp-packet.ts'
import { codecs, type SoundCodec, samplesOf } from './codecs.ts'
import type { Agreement } from './negotiation.ts'
import { createToneDetector, type ToneDetector } from './tone-detector.ts'

/** What an intake finds in a phone's packets. */
export type PhoneIntakeListener = {
  onSound(packet: RtpPacket, now: number): void
  onCodec(): void
  /** A packet of the sound stream that the others must not receive. */
  onWithheldSound(packet: RtpPacket): void
  onDigit(digit: Digit, way: 'events' | 'tones'): void
  onSpeaking(speaking: boolean, level: number): void
}

/** Everything that arrives from a phone. */
export type PhoneIntake = {
  /** Stands for the present stream of sound toward outgoing ones. */
  soundSource(): object
  readonly codec: SoundCodec
  /** The phone sends nothing while nobody speaks, so that silence is no fault. */
  readonly pausesInSilence: boolean
  /** Whether a packet is of the kinds agreed on. */
  isAgreed(packet: RtpPacket): boolean
  onRtp(packet: RtpPacket, now: number): void
  /** Goes on by a new agreement; what is the same stays. */
  agree(agreement: Agreement): void
  receptions(): Reception[]
  soundQuality(): ReceptionQuality
  onTime(now: number): void
  end(): void
}

const digitTimeoutMs = 300
/** Every third packet's level is looked at: sixty milliseconds apart. */
const levelPeriodPackets = 3
/** Samples looked at in one packet for its level. */
const levelStep = 4

/** Level in dB below full scale, 0 to 127. @source RFC 6464 §3 */
function levelOf(payload: Uint8Array, table: Int16Array): number {
  let energy = 0
  let count = 0
  for (let i = 0; i < payload.length; i += levelStep, count++) {
    const sample = table[payload[i] as number] as number
    energy += sample * sample
  }
  const root = Math.sqrt(energy / Math.max(1, count))
  return root < 1 ? 127 : Math.min(127, Math.max(0, Math.round(-20 * Math.log10(root / 32_768))))
}

/** Creates an intake that knows no packet yet. */
export function createPhoneIntake(listener: PhoneIntakeListener): PhoneIntake {
  const speaking = createSpeakingWatch()
  let agreement: Agreement | undefined
  let digits = createDigitReader(8_000, digitTimeoutMs)
  let digitClock = 8_000
  let tones: ToneDetector | undefined
  let toneSamples = new Int16Array(160)
  let soundSource: object = {}
  let codec: SoundCodec = codecs.pcma
  let table: Int16Array | undefined
  let reception: Reception | undefined
  let levelCountdown = 0
  let pausesInSilence = false

  const useCodec = (used: SoundCodec): void => {
    codec = used
    table = samplesOf(used)
  }

  const listen = (payload: Uint8Array, now: number): void => {
    if (!table) return
    if (--levelCountdown < 0) {
      levelCountdown = levelPeriodPackets - 1
      const level = levelOf(payload, table)
      const changed = speaking.onLevel(level, now)
      if (changed !== undefined) listener.onSpeaking(changed, level)
    }
    if (!tones) return
    if (toneSamples.length !== payload.length) toneSamples = new Int16Array(payload.length)
    for (let i = 0; i < payload.length; i++) toneSamples[i] = table[payload[i] as number] as number
    const digit = tones.onSamples(toneSamples)
    if (digit) listener.onDigit(digit, 'tones')
  }

  const onSound = (packet: RtpPacket, used: SoundCodec, now: number): void => {
    if (reception?.ssrc !== packet.ssrc || used !== codec) {
      if (reception) soundSource = {}
      reception = createReception(packet.ssrc, used.clockRate)
      if (used !== codec) {
        useCodec(used)
        listener.onCodec()
      }
    }
    reception.onPacket(packet.sequence, packet.timestamp, now)
    if (table) listen(packet.buffer.subarray(packet.payloadStart, packet.payloadEnd), now)
    listener.onSound(packet, now)
  }

  const withhold = (packet: RtpPacket): void => {
    if (reception?.ssrc === packet.ssrc) reception.onUntimedPacket(packet.sequence)
    listener.onWithheldSound(packet)
  }

  return {
    soundSource: () => soundSource,
    get codec() {
      return codec
    },
    get pausesInSilence() {
      return pausesInSilence
    },
    isAgreed({ payloadType }) {
      if (!agreement) return false
      return (
        agreement.arrives.has(payloadType) ||
        payloadType === agreement.digitsIn?.type ||
        payloadType === agreement.comfortType
      )
    },
    onRtp(packet, now) {
      const used = agreement?.arrives.get(packet.payloadType)
      if (used) {
        onSound(packet, used, now)
        return
      }
      withhold(packet)
      if (packet.payloadType === agreement?.digitsIn?.type) {
        const digit = digits.onPacket(packet, now)
        if (digit) listener.onDigit(digit, 'events')
      } else {
        // Comfort noise: what follows is a pause. @source RFC 3389 §4
        pausesInSilence = true
      }
    },
    agree(next) {
      const first = !agreement
      agreement = next
      const clock = next.digitsIn?.clockRate ?? digitClock
      if (clock !== digitClock) {
        digitClock = clock
        digits = createDigitReader(clock, digitTimeoutMs)
      }
      if (next.digitsIn) tones = undefined
      else tones ??= createToneDetector()
      if (first || ![...next.arrives.values()].includes(codec)) useCodec(next.sends.codec)
    },
    receptions: () => (reception ? [reception] : []),
    soundQuality: () => reception?.quality() ?? { lossRatio: 0, jitterMs: 0 },
    onTime(now) {
      const digit = digits.onTime(now)
      if (digit) listener.onDigit(digit, 'events')
    },
    end() {
      const digit = digits.onTime(Number.POSITIVE_INFINITY)
      if (digit) listener.onDigit(digit, 'events')
    },
  }
}
