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
  /**
   * A wrong password, or a user who does not exist. A phone that keeps its wrong password is locked out by itself; an
   * address from which many users fail is banned with all that is behind it.
   */
  failed(address: string, username: string): void
  /** Whether a user fails from there too often to be heard again for a while. */
  isLockedOut(address: string, username: string): boolean
}

/** Messages from one address: a busy carrier sends thousands a second, a phone a few. */
const budgets = {
  trunk: { perSecond: 20_000, burst: 40_000 },
  phones: { perSecond: 5_000, burst: 10_000 },
} as const
const maxFailuresOfUser = 8
const maxFailedUsers = 5
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
  const lockedOut = new Map<string, { failures: number; since: number; until: number }>()
  const failed = new Map<string, { users: Set<string>; since: number; bannedUntil: number }>()

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
      if (source.kind === 'phones' && (failed.get(address)?.bannedUntil ?? 0) > clock.now()) return false
      return takeToken(address, budgets[source.kind])
    },
    setTrunks(trunks) {
      trunkIds = trunks
    },
    isLockedOut: (address, username) => (lockedOut.get(`${address} ${username}`)?.until ?? 0) > clock.now(),
    failed(address, username) {
      const now = clock.now()
      const isRecent = (entry: { since: number } | undefined) =>
        entry !== undefined && now - entry.since <= failureWindowMs
      const key = `${address} ${username}`
      const known = lockedOut.get(key)
      const ofUser = isRecent(known) && known ? known : { failures: 0, since: now, until: 0 }
      ofUser.failures += 1
      // The words and the key are what a filter of fail2ban looks for: docs/telephony.md.
      log.warn({ sipSource: address, failures: ofUser.failures }, 'SIP authentication failed')
      if (ofUser.failures >= maxFailuresOfUser) {
        ofUser.until = now + banMs
        ofUser.failures = 0
      }
      remember(lockedOut, key, ofUser)
      const seen = failed.get(address)
      const ofAddress =
        isRecent(seen) && seen ? seen : { users: new Set<string>(), since: now, bannedUntil: 0 }
      ofAddress.users.add(username)
      if (ofAddress.users.size >= maxFailedUsers) {
        ofAddress.bannedUntil = now + banMs
        ofAddress.users.clear()
        log.warn({ sipSource: address, banMs }, 'SIP source banned')
      }
      remember(failed, address, ofAddress)
    },
  }
}

/** Remembers the addresses seen last, so that a flood of forged ones cannot fill the memory. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > maxRemembered) map.delete(map.keys().next().value as string)
}
