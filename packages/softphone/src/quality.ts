export type QualityRating = 'good' | 'fair' | 'poor'

/** How the connection is doing, measured over the last few seconds. */
export type Quality = {
  rating: QualityRating
  /** Share of packets lost on the way to us, 0 to 1. */
  lossRatio: number
  jitterMs: number
  /** Null until the other side has told. */
  roundTripMs: number | null
}

/** Counters at one moment. */
export type QualitySample = {
  packetsReceived: number
  packetsLost: number
  jitterMs: number
  roundTripMs: number | null
}

/** A word for the figures; the limits are where conversation begins to suffer. @source ITU-T G.114 for delay */
export function rateQuality(figures: Omit<Quality, 'rating'>): QualityRating {
  const roundTripMs = figures.roundTripMs ?? 0
  if (figures.lossRatio > 0.08 || figures.jitterMs > 80 || roundTripMs > 600) return 'poor'
  if (figures.lossRatio > 0.02 || figures.jitterMs > 35 || roundTripMs > 300) return 'fair'
  return 'good'
}

/** Quality between two samples; counters that ran backwards (a new connection) count from zero. */
export function compareSamples(before: QualitySample | null, after: QualitySample): Quality {
  const restarted = !before || after.packetsReceived < before.packetsReceived
  const received = after.packetsReceived - (restarted ? 0 : before.packetsReceived)
  const lost = Math.max(0, after.packetsLost - (restarted ? 0 : before.packetsLost))
  const figures = {
    lossRatio: received + lost === 0 ? 0 : lost / (received + lost),
    jitterMs: after.jitterMs,
    roundTripMs: after.roundTripMs,
  }
  return { ...figures, rating: rateQuality(figures) }
}

/** Reads the audio counters out of a statistics report; null before any packet came. */
export function readSample(report: Iterable<unknown>): QualitySample | null {
  let sample: QualitySample | null = null
  let roundTripMs: number | null = null
  for (const entry of report) {
    const stat = entry as Record<string, unknown>
    if (stat.type === 'inbound-rtp' && stat.kind === 'audio') {
      sample = {
        packetsReceived: Number(stat.packetsReceived ?? 0),
        packetsLost: Number(stat.packetsLost ?? 0),
        jitterMs: Number(stat.jitter ?? 0) * 1000,
        roundTripMs: null,
      }
    }
    if (stat.type === 'candidate-pair' && stat.nominated && typeof stat.currentRoundTripTime === 'number') {
      roundTripMs = stat.currentRoundTripTime * 1000
    }
  }
  return sample && { ...sample, roundTripMs }
}

/** A number that grows while anything at all arrives: media packets and answers to connectivity checks. */
export function readArrivals(report: Iterable<unknown>): number {
  let arrivals = 0
  for (const entry of report) {
    const stat = entry as Record<string, unknown>
    if (stat.type === 'inbound-rtp') arrivals += Number(stat.packetsReceived ?? 0)
    if (stat.type === 'candidate-pair') arrivals += Number(stat.responsesReceived ?? 0)
  }
  return arrivals
}
