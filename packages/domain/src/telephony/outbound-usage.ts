import type { OutboundLimits, OutboundRate, OutboundRules } from './outbound-rules.ts'

/** A call to the outside, as far as it costs. Instants in epoch ms. */
export type OutboundCall = {
  startedAt: number
  /** Null while it rings, or when nobody answered. */
  answeredAt: number | null
  /** Null while it goes on. */
  endedAt: number | null
  centsPerMinute: number
}

/** What somebody has used of their limits. */
export type OutboundUsage = { callsLastMinute: number; concurrentCalls: number; spentCents: number }

const minuteMs = 60_000

/** Highest price of a minute to a number. */
export function centsPerMinuteTo(
  e164: string,
  rules: Pick<OutboundRules, 'rates' | 'defaultCentsPerMinute'>,
): number {
  let best: OutboundRate | undefined
  for (const rate of rules.rates) {
    if (e164.startsWith(rate.prefix) && rate.prefix.length > (best?.prefix.length ?? 0)) best = rate
  }
  return best?.centsPerMinute ?? rules.defaultCentsPerMinute
}

/** What a call has cost until now: every minute begun counts whole, as carriers bill. */
export function costOf({ answeredAt, endedAt, centsPerMinute }: OutboundCall, now: number): number {
  if (answeredAt === null) return 0
  const minutes = Math.max(1, Math.ceil(((endedAt ?? now) - answeredAt) / minuteMs))
  return minutes * centsPerMinute
}

/** Adds up the calls of one user or trunk since the day began. */
export function usageOf(calls: readonly OutboundCall[], now: number): OutboundUsage {
  const usage: OutboundUsage = { callsLastMinute: 0, concurrentCalls: 0, spentCents: 0 }
  for (const call of calls) {
    if (call.startedAt > now - minuteMs) usage.callsLastMinute++
    if (call.endedAt === null) usage.concurrentCalls++
    usage.spentCents += costOf(call, now)
  }
  return usage
}

/** The limit that one more call would break; null when there is none. */
export function brokenLimit(usage: OutboundUsage, limits: OutboundLimits): keyof OutboundLimits | null {
  if (usage.concurrentCalls >= limits.concurrentCalls) return 'concurrentCalls'
  if (usage.callsLastMinute >= limits.callsPerMinute) return 'callsPerMinute'
  if (usage.spentCents >= limits.spendPerDayCents) return 'spendPerDayCents'
  return null
}

/**
 * When a call that goes on must end, in epoch ms, because its next minute would cost more than is left of the day's
 * limit; `spentByOthersCents` is what all other calls have cost. Infinity when nothing limits it.
 */
export function moneyRunsOutAt(
  { answeredAt, centsPerMinute }: Pick<OutboundCall, 'answeredAt' | 'centsPerMinute'>,
  spentByOthersCents: number,
  spendPerDayCents: number,
): number {
  if (answeredAt === null || centsPerMinute === 0) return Number.POSITIVE_INFINITY
  const minutes = Math.max(1, Math.floor((spendPerDayCents - spentByOthersCents) / centsPerMinute))
  return answeredAt + minutes * minuteMs
}
