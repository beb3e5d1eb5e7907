import type { ReceptionReport } from './rtcp-write.ts'
import { createUnwrapper } from './sequence.ts'

/** Loss and jitter of a stream over a period. `lossRatio` 0 to 1, `jitterMs` of the RFC's running estimate. */
export type ReceptionQuality = { lossRatio: number; jitterMs: number }

/** Statistics of one received stream, as RFC 3550 defines them. */
export type Reception = {
  readonly ssrc: number
  onPacket(sequence: number, timestamp: number, now: number): void
  /** Counts a packet whose timestamp says nothing about when it was sent (keypad digits). */
  onUntimedPacket(sequence: number): void
  onSenderReport(ntpMiddle: number, now: number): void
  /** The report due now; the loss it tells covers the time since the report before. */
  report(now: number): ReceptionReport
  /** Quality since the last call of this function; independent of `report`. */
  quality(): ReceptionQuality
}

/** Starts statistics for a stream. @source RFC 3550 §A.3 (loss), §A.8 (jitter) */
export function createReception(ssrc: number, clockRate: number): Reception {
  const unwrap = createUnwrapper(16)
  let first: number | undefined
  let highest = 0
  let packets = 0
  let transit: number | undefined
  let jitter = 0
  let lastSenderReport = 0
  let lastSenderReportAt = 0
  const reported = { expected: 0, packets: 0 }
  const measured = { expected: 0, packets: 0 }

  /** Whether the packet is the newest so far. */
  const count = (sequence: number): boolean => {
    const unwrapped = unwrap(sequence)
    first ??= unwrapped
    packets++
    if (packets > 1 && unwrapped < highest) return false
    highest = unwrapped
    return true
  }

  const expected = (): number => (first === undefined ? 0 : highest - first + 1)

  const lossSince = (mark: { expected: number; packets: number }): number => {
    const expectedNow = expected()
    const due = expectedNow - mark.expected
    const lost = due - (packets - mark.packets)
    mark.expected = expectedNow
    mark.packets = packets
    return due <= 0 || lost <= 0 ? 0 : lost / due
  }

  return {
    ssrc,
    onUntimedPacket(sequence) {
      count(sequence)
    },
    onPacket(sequence, timestamp, now) {
      if (!count(sequence)) return
      const arrival = (now * clockRate) / 1000
      const newTransit = (arrival - timestamp) % 4_294_967_296
      if (transit !== undefined) {
        const step = Math.abs(newTransit - transit)
        if (step < clockRate) jitter += (step - jitter) / 16
      }
      transit = newTransit
    },
    onSenderReport(ntpMiddle, now) {
      lastSenderReport = ntpMiddle
      lastSenderReportAt = now
    },
    report(now) {
      return {
        ssrc,
        lossRatio: lossSince(reported),
        cumulativeLost: Math.max(0, expected() - packets),
        highestSequence: highest,
        jitter,
        lastSenderReport,
        delaySinceLastSenderReport:
          lastSenderReport === 0 ? 0 : Math.round(((now - lastSenderReportAt) / 1000) * 65_536),
      }
    },
    quality() {
      return { lossRatio: lossSince(measured), jitterMs: (jitter * 1000) / clockRate }
    },
  }
}
