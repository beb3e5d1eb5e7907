import type { Ticker } from '../audio/ticker.ts'
import type { OutgoingSlot, RtpOut } from '../rtp/rtp-out.ts'
import type { SoundCodec, SoundEncoder } from './codecs.ts'
import { toneFrame } from './dtmf.ts'

/** Presses keys toward a leg. */
export type DigitSender = {
  /** Keys are being sent: the leg is to be sent nothing else. */
  readonly busy: boolean
  /** Adds keys; commas are pauses. Returns when, from now, the last will have been sent. */
  add(digits: string, durationMs: number, gapMs: number): number
  stop(): void
}

/** How keys go out: as events of a payload type and clock, or else as tones in a codec. */
export type DigitFormat = {
  codec: SoundCodec
  type: number
  events: { type: number; clockRate: number } | undefined
}

type Step = { digit: string | undefined; frames: number }

const frameMs = 20
const pauseMs = 500
/** The end of an event is told this often, against loss. @source RFC 4733 §2.5.1.4 */
const endPackets = 3
/** Power of an event in dBm0, without the sign. */
const eventVolume = 10
const eventCodes = '0123456789*#ABCD'

/** Creates a sender; `format` is asked anew for every key, `transmit` sends one packet. @source RFC 4733 §2.3, §2.5 */
export function createDigitSender(options: {
  ticker: Ticker
  out: RtpOut
  format(): DigitFormat | undefined
  transmit(payloadType: number, slot: OutgoingSlot, payload: Uint8Array): void
}): DigitSender {
  const { ticker, out, transmit } = options
  const source = {}
  let steps: Step[] = []
  let frame = 0
  let eventStart = 0
  let encoder: { codec: SoundCodec; encoder: SoundEncoder } | undefined
  let stopTicking: (() => void) | undefined

  const sendEvent = (
    digit: string,
    last: boolean,
    events: { type: number; clockRate: number },
    format: DigitFormat,
    now: number,
  ) => {
    const payload = new Uint8Array(4)
    const duration = ((frame + 1) * events.clockRate * frameMs) / 1000
    payload[0] = eventCodes.indexOf(digit)
    payload[1] = eventVolume | (last ? 0x80 : 0)
    payload[2] = duration >> 8
    payload[3] = duration & 0xff
    for (let i = 0; i < (last ? endPackets : 1); i++) {
      const slot = out.generate(source, i === 0 ? format.codec.frameUnits : 0, now)
      if (frame === 0) eventStart = slot.timestamp
      transmit(events.type, { ...slot, timestamp: eventStart, marker: frame === 0 }, payload)
    }
  }

  const sendTone = (digit: string | undefined, format: DigitFormat, now: number) => {
    if (encoder?.codec !== format.codec)
      encoder = { codec: format.codec, encoder: format.codec.createEncoder(5) }
    const sound = digit === undefined ? new Int16Array(960) : toneFrame(digit, frame)
    const slot = out.generate(source, format.codec.frameUnits, now)
    transmit(format.type, slot, encoder.encoder.encode(sound))
  }

  const tick = (now: number): void => {
    const step = steps[0]
    if (!step) return
    const format = options.format()
    if (format) {
      out.useClock(format.codec.clockRate)
      const last = frame === step.frames - 1
      if (!format.events) sendTone(step.digit, format, now)
      else if (step.digit !== undefined) sendEvent(step.digit, last, format.events, format, now)
    }
    frame++
    if (frame < step.frames) return
    frame = 0
    steps.shift()
    if (steps.length === 0) stop()
  }

  const stop = (): void => {
    steps = []
    frame = 0
    encoder = undefined
    stopTicking?.()
    stopTicking = undefined
  }

  return {
    get busy() {
      return steps.length > 0
    },
    add(digits, durationMs, gapMs) {
      for (const digit of digits) {
        if (digit === ',') steps.push({ digit: undefined, frames: pauseMs / frameMs })
        else {
          steps.push({ digit, frames: Math.ceil(durationMs / frameMs) })
          steps.push({ digit: undefined, frames: Math.ceil(gapMs / frameMs) })
        }
      }
      stopTicking ??= ticker.add(tick)
      return (steps.reduce((sum, { frames }) => sum + frames, 0) - frame) * frameMs
    },
    stop,
  }
}
