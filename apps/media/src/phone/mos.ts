import type { LegQuality } from '@guichet/contract/media'
import type { CodecName } from './codecs.ts'

/**
 * How much a codec impairs by itself, and how well it bears loss (in percent). @source ITU-T G.113 appendix I for
 * G.711 with concealment; for the wide-band codecs taken on the narrow-band scale, where they impair nothing
 */
const impairments: Record<CodecName, { own: number; robustness: number }> = {
  pcmu: { own: 0, robustness: 25.1 },
  pcma: { own: 0, robustness: 25.1 },
  g722: { own: 0, robustness: 20 },
  opus: { own: 0, robustness: 27 },
}

/** Delay of packetising, of a listener's buffer beyond the jitter, and of the codec. */
const ownDelayMs = 60
const bestRating = 93.2

/**
 * Estimates the mean opinion score, 1 to 4.5, of a direction. @source ITU-T G.107 §7 with all but delay, codec and
 * random loss at their defaults; annex B for the score of a rating
 */
export function estimateMos(quality: LegQuality, codec: CodecName): number {
  const { own, robustness } = impairments[codec]
  const delayMs = (quality.rttMs ?? 0) / 2 + 2 * quality.jitterMs + ownDelayMs
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0)
  const lossPercent = quality.lossRatio * 100
  const lossImpairment = own + ((95 - own) * lossPercent) / (lossPercent + robustness)
  const rating = Math.max(0, Math.min(100, bestRating - delayImpairment - lossImpairment))
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
  return Math.round(Math.max(1, Math.min(4.5, score)) * 100) / 100
}
