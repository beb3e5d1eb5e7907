import { DomainError } from '@guichet/domain'
import type { Clock } from '../../platform/index.ts'

/** Thrown when too many sign-ins failed from one place or for one account. */
export class TooManySignInsError extends DomainError {
  constructor(retryAfterMs: number) {
    super('too-many-requests', 'Too many failed sign-ins; wait a few minutes and try again', {
      retryable: true,
      details: { retryAfterMs },
    })
  }
}

/** Failures allowed at once, and how long until one is forgotten. */
const limits = {
  /** One person who mistypes. */
  addressAndEmail: { failures: 10, forgetMs: 30_000 },
  /** One machine trying many accounts. */
  address: { failures: 50, forgetMs: 10_000 },
  /** Many machines trying one account. */
  email: { failures: 100, forgetMs: 60_000 },
} as const

const MAX_KEYS = 50_000

/** Slows guessing down without ever counting a sign-in that succeeds. */
export type SignInGuard = {
  /**
   * Admits one attempt, counted as failed until the result is called.
   * @throws TooManySignInsError `too-many-requests`
   */
  admit(address: string, email: string): () => void
}

/** A guard that remembers failures in memory. */
export function createSignInGuard(clock: Clock): SignInGuard {
  const failures = new Map<string, { count: number; at: number }>()

  function current(key: string, forgetMs: number): number {
    const entry = failures.get(key)
    if (entry === undefined) return 0
    return Math.max(0, entry.count - (clock.now() - entry.at) / forgetMs)
  }

  function add(key: string, forgetMs: number, amount: number): void {
    const count = Math.max(0, current(key, forgetMs) + amount)
    failures.delete(key)
    if (count > 0) failures.set(key, { count, at: clock.now() })
    if (failures.size > MAX_KEYS) failures.delete(failures.keys().next().value as string)
  }

  return {
    admit(address, email) {
      const account = email.trim().toLowerCase().slice(0, 200)
      const keys = [
        { key: `both ${address} ${account}`, ...limits.addressAndEmail },
        { key: `address ${address}`, ...limits.address },
        { key: `email ${account}`, ...limits.email },
      ]
      const waitMs = Math.max(
        ...keys.map(({ key, failures, forgetMs }) => (current(key, forgetMs) + 1 - failures) * forgetMs),
      )
      if (waitMs > 0) throw new TooManySignInsError(waitMs)
      for (const { key, forgetMs } of keys) add(key, forgetMs, 1)
      return () => {
        for (const { key, forgetMs } of keys) add(key, forgetMs, -1)
      }
    },
  }
}
