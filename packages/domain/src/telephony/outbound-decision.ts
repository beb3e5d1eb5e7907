import { dayAt, instantOf } from '../calendars/index.ts'
import type { Destination, LineKind } from './destination.ts'
import type { OutboundLimits, OutboundRules } from './outbound-rules.ts'
import { brokenLimit, type OutboundUsage } from './outbound-usage.ts'

/** Why a number may not be called, whoever wants to. */
export type DestinationRefusal =
  | { because: 'closed' }
  | { because: 'lineKind'; kind: LineKind }
  | { because: 'refusedPrefix'; prefix: string }
  | { because: 'notAllowed'; country: string | null }

/** Why a call to the outside is refused; told to whoever wanted it. */
export type OutboundRefusal =
  | DestinationRefusal
  | { because: 'userLimit' | 'trunkLimit'; limit: keyof OutboundLimits }

export type OutboundDecision<R = OutboundRefusal> = { isAllowed: true } | { isAllowed: false; refusal: R }

/** Lines that cost what their owner likes, or that no plan can tell anything about: never called. */
const neverCalled: readonly LineKind[] = ['premium', 'satellite', 'personal', 'unknown']

const refuse = <R extends OutboundRefusal>(refusal: R) => ({ isAllowed: false, refusal }) as const

function longestPrefixOf(e164: string, prefixes: readonly string[]): string | null {
  let best: string | null = null
  for (const prefix of prefixes) {
    if (e164.startsWith(prefix) && prefix.length > (best?.length ?? 0)) best = prefix
  }
  return best
}

/** Whether the rules let anybody call a number, whoever calls and how often. */
export function decideDestination(
  destination: Destination,
  rules: OutboundRules,
): OutboundDecision<DestinationRefusal> {
  if (!rules.isOpen) return refuse({ because: 'closed' })
  const { e164, country, kind } = destination
  if (neverCalled.includes(kind)) return refuse({ because: 'lineKind', kind })
  const allowed = longestPrefixOf(e164, rules.allowedPrefixes)
  const refused = longestPrefixOf(e164, rules.refusedPrefixes)
  // Of an allowance and a refusal of the same length, the refusal counts.
  if (refused !== null && refused.length >= (allowed?.length ?? 0)) {
    return refuse({ because: 'refusedPrefix', prefix: refused })
  }
  const isAllowed = allowed !== null || (country !== null && rules.allowedCountries.includes(country))
  return isAllowed ? { isAllowed: true } : refuse({ because: 'notAllowed', country })
}

/** Whether this user may call this number over this trunk now. */
export function decideOutbound(
  destination: Destination,
  rules: OutboundRules,
  usage: { user: OutboundUsage; trunk: OutboundUsage },
): OutboundDecision {
  const decision = decideDestination(destination, rules)
  if (!decision.isAllowed) return decision
  const ofUser = brokenLimit(usage.user, rules.perUser)
  if (ofUser !== null) return refuse({ because: 'userLimit', limit: ofUser })
  const ofTrunk = brokenLimit(usage.trunk, rules.perTrunk)
  if (ofTrunk !== null) return refuse({ because: 'trunkLimit', limit: ofTrunk })
  return { isAllowed: true }
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** When the night began that an instant is part of, in epoch ms; null by day. */
export function nightBeganAt(night: OutboundRules['night'], now: number): number | null {
  if (night === null) return null
  const { timeZone } = night
  const from = minutesOf(night.from)
  const to = minutesOf(night.to)
  const today = dayAt(timeZone, now)
  for (const day of [today, today - 1]) {
    const began = instantOf(timeZone, day, from, 'first')
    const ends = instantOf(timeZone, to > from ? day : day + 1, to, 'first')
    if (now >= began && now < ends) return began
  }
  return null
}

/** Whether the calls since the night began are more than somebody should sleep through. */
export function isNightAlarm(night: OutboundRules['night'], callsThisNight: number): boolean {
  return night !== null && callsThisNight > night.alarmAfterCalls
}
