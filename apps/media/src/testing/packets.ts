import { buildPacket, parseRtp, type RtpHeader, type RtpPacket } from '../rtp/rtp-packet.ts'

/** A received packet made up for a test. */
export function makePacket(
  header: Partial<RtpHeader> = {},
  payload: Uint8Array = new Uint8Array([0xf8, 1]),
): RtpPacket {
  const full = { payloadType: 111, marker: false, sequence: 1, timestamp: 960, ssrc: 7, ...header }
  const packet = parseRtp(buildPacket(full, payload))
  if (!packet) throw new Error('the made-up packet does not parse')
  return packet
}

/** A small deterministic generator of numbers from 0 to 1, for tests that try many inputs. */
export function createTestRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}

/** A mono tone as 16-bit frames of 960 samples at 48 kHz. */
export function toneFrames(hz: number, frames: number, amplitude = 8_000): Int16Array[] {
  return Array.from({ length: frames }, (_, f) =>
    Int16Array.from({ length: 960 }, (_, i) =>
      Math.round(amplitude * Math.sin((2 * Math.PI * hz * (f * 960 + i)) / 48_000)),
    ),
  )
}

/** Root mean square of samples. */
export function rms(samples: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2
  return Math.sqrt(sum / Math.max(1, samples.length))
}

/** Strength of one frequency in samples, relative to their length (a full sine of amplitude a gives about a). */
export function strengthOf(hz: number, samples: ArrayLike<number>, rate = 48_000): number {
  let re = 0
  let im = 0
  for (let i = 0; i < samples.length; i++) {
    const angle = (2 * Math.PI * hz * i) / rate
    re += (samples[i] as number) * Math.cos(angle)
    im += (samples[i] as number) * Math.sin(angle)
  }
  return (2 * Math.hypot(re, im)) / Math.max(1, samples.length)
}
