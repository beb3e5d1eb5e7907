import { BlockList, isIPv6 } from 'node:net'
import type { Clock, Log } from '../../platform/index.ts'

/** What is known of where a message came from. */
export type SourceKind =
  | { kind: 'trunk'; trunkId: string }
  /** A place that phones may register from. */
  | { kind: 'phones' }
  | { kind: 'stranger' }

/** Lets in whom we know, and no faster than they need. */
export type SourceGuard = {
  /** Whether a message from there is to be read at all; strangers and the banned get no answer. */
  admits(address: string): boolean
  kindOf(address: string): SourceKind
  /** Addresses of trunks as looked up now; the ones before are forgotten. */
  setTrunks(trunks: ReadonlyMap<string, string>): void
  /** A wrong password, or a user who does not exist: after some of them the address is banned for a while. */
  failed(address: string): void
}

/** Messages from one address: a busy carrier sends thousands a second, a phone a few. */
const budgets = {
  trunk: { perSecond: 20_000, burst: 40_000 },
  phones: { perSecond: 5_000, burst: 10_000 },
} as const
const maxFailures = 8
const failureWindowMs = 600_000
const banMs = 600_000
const maxRemembered = 20_000

/** @see SourceGuard; `phoneNetworks` are addresses with prefix length, as 192.168.0.0/16. */
export function createSourceGuard(deps: {
  phoneNetworks: readonly string[]
  clock: Clock
  log: Log
}): SourceGuard {
  const { clock, log } = deps
  const phones = new BlockList()
  for (const network of deps.phoneNetworks) {
    const [address = '', length = ''] = network.split('/')
    phones.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  let trunkIds: ReadonlyMap<string, string> = new Map()
  const tokens = new Map<string, { left: number; at: number }>()
  const failures = new Map<string, { count: number; since: number; bannedUntil: number }>()

  function kindOf(address: string): SourceKind {
    const trunkId = trunkIds.get(address)
    if (trunkId !== undefined) return { kind: 'trunk', trunkId }
    if (phones.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return { kind: 'phones' }
    return { kind: 'stranger' }
  }

  function takeToken(address: string, budget: { perSecond: number; burst: number }): boolean {
    const now = clock.now()
    const bucket = tokens.get(address) ?? { left: budget.burst, at: now }
    bucket.left = Math.min(budget.burst, bucket.left + ((now - bucket.at) / 1_000) * budget.perSecond)
    bucket.at = now
    remember(tokens, address, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }

  return {
    kindOf,
    admits(address) {
      const source = kindOf(address)
      if (source.kind === 'stranger') return false
      if (source.kind === 'phones' && (failures.get(address)?.bannedUntil ?? 0) > clock.now()) return false
      return takeToken(address, budgets[source.kind])
    },
    setTrunks(trunks) {
      trunkIds = trunks
    },
    failed(address) {
      const now = clock.now()
      const known = failures.get(address)
      const entry =
        known === undefined || now - known.since > failureWindowMs
          ? { count: 0, since: now, bannedUntil: 0 }
          : known
      entry.count += 1
      // The words and the key are what a filter of fail2ban looks for: docs/telephony.md.
      log.warn({ sipSource: address, failures: entry.count }, 'SIP authentication failed')
      if (entry.count >= maxFailures) {
        entry.bannedUntil = now + banMs
        entry.count = 0
        log.warn({ sipSource: address, banMs }, 'SIP source banned')
      }
      remember(failures, address, entry)
    },
  }
}

/** Remembers the addresses seen last, so that a flood of forged ones cannot fill the memory. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > maxRemembered) map.delete(map.keys().next().value as string)
}
