/** What to make of a leg's silence. */
export type Liveness = {
  onRtp(now: number): void
  onRtcp(now: number): void
  isSilent(now: number): boolean
}

/** A browser that sends sound sends fifty packets a second: two seconds without are a cut. */
const soundSilenceMs = 2_000
/** One that sends no track still reports at least every five seconds. */
const reportSilenceMs = 12_000
/** Reports arriving while sound is absent this long show that only the sound stopped. */
const soundStoppedMs = 1_000

/** Watches what arrives from a leg, from `now` on. */
export function createLiveness(now: number): Liveness {
  let lastRtpAt: number | undefined
  let lastAnyAt = now
  let soundExpected = false

  return {
    onRtp(at) {
      lastRtpAt = at
      lastAnyAt = at
      soundExpected = true
    },
    onRtcp(at) {
      lastAnyAt = at
      if (lastRtpAt !== undefined && at - lastRtpAt > soundStoppedMs) soundExpected = false
    },
    isSilent: at => at - lastAnyAt > (soundExpected ? soundSilenceMs : reportSilenceMs),
  }
}
