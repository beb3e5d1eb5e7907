import { getHeader, getHeaders } from '../message/headers.ts'
import type { SipResponse } from '../message/message.types.ts'
import { formatDigest, parseAuthHeader } from './auth-header.ts'
import type { DigestAlgorithm, DigestHashes, DigestSecret, DigestTarget } from './digest.types.ts'
import { computeResponse, type DigestInput, readAlgorithm } from './digest-response.ts'

/** Whom to be for a realm. */
export type DigestIdentity = { username: string; secret: DigestSecret }

/** What a digest client needs. */
export type DigestClientOptions = {
  hashes: DigestHashes
  /** A strong random token for each answer's cnonce. */
  randomToken(): string
  /**
   * The identity for a realm, or `undefined` to let the challenge stand.
   *
   * @param account What the owner of the request named, such as a trunk.
   */
  identityFor(realm: string, account: string | undefined): DigestIdentity | undefined
  /** How many challenges are remembered for later requests; 1,000 where nothing is said. */
  capacity?: number
}

/** A request that was challenged, or is about to be sent. */
export type ChallengedTarget = DigestTarget & {
  account?: string | undefined
  /** How often this request was challenged before. */
  attempt?: number
}

/** The answering side. */
export type DigestClient = {
  /**
   * The headers that answer a 401 or 407, flat (`Authorization`, value): one for each realm, by the best algorithm known.
   * `undefined` where there is nothing to answer with, or where the answer was refused already: the secret is wrong.
   */
  answer(response: SipResponse, target: ChallengedTarget): string[] | undefined
  /** The headers for another request of the same account, by what was learned before: saves the challenge. Empty at first. */
  headersFor(target: ChallengedTarget): string[]
}

type Challenge = {
  header: 'Authorization' | 'Proxy-Authorization'
  realm: string
  nonce: string
  algorithm: DigestAlgorithm
  opaque: string | undefined
  qop: 'auth' | 'auth-int' | undefined
  stale: boolean
  /** How often the nonce was used. */
  count: number
}

const rank: Record<DigestAlgorithm, number> = { 'SHA-256': 2, MD5: 1 }

/** Creates the answering side; it remembers challenges and counts their nonces. @source RFC 3261 §22.2, §22.3; RFC 8760 §2.4 */
export function createDigestClient(options: DigestClientOptions): DigestClient {
  const { hashes, randomToken, identityFor, capacity = 1_000 } = options
  const learned = new Map<string, { account: string | undefined; challenge: Challenge }>()
  /** Calls whose challenge was answered: the same again, not stale, means that the secret is wrong. */
  const answered = new Set<string>()

  function remember(account: string | undefined, challenge: Challenge): void {
    const key = `${account ?? ''}|${challenge.header}|${challenge.realm}`
    learned.delete(key)
    learned.set(key, { account, challenge })
    for (const [oldest] of learned) {
      if (learned.size <= capacity) break
      learned.delete(oldest)
    }
  }

  /** Whether this call's challenge was answered before, and is from now on. */
  function wasAnswered(key: string): boolean {
    if (answered.has(key)) return true
    answered.add(key)
    for (const oldest of answered) {
      if (answered.size <= capacity) break
      answered.delete(oldest)
    }
    return false
  }

  function write(challenge: Challenge, target: ChallengedTarget): string | undefined {
    const identity = identityFor(challenge.realm, target.account)
    if (!identity) return undefined
    const { realm, nonce, algorithm, qop, opaque } = challenge
    const input: DigestInput = {
      algorithm,
      username: identity.username,
      realm,
      nonce,
      uri: target.requestUri,
    }
    if (qop) {
      challenge.count++
      input.protection = { qop, nc: challenge.count.toString(16).padStart(8, '0'), cnonce: randomToken() }
    }
    const response = computeResponse(input, identity.secret, target, hashes)
    if (response === undefined) return undefined
    const { username, uri, protection } = input
    const counted = protection ? { qop: protection.qop, cnonce: protection.cnonce, nc: protection.nc } : {}
    return formatDigest(
      { username, realm, nonce, uri, response, algorithm, opaque, ...counted },
      'credentials',
    )
  }

  return {
    answer(response, target) {
      const headers: string[] = []
      const callId = getHeader(response, 'Call-ID') ?? ''
      for (const challenge of bestChallenges(response, challenge => canAnswer(challenge, target))) {
        const key = `${callId}|${challenge.header}|${challenge.realm}`
        if ((target.attempt ?? 0) === 0) answered.delete(key)
        if (wasAnswered(key) && !challenge.stale) return undefined
        remember(target.account, challenge)
        const value = write(challenge, target)
        if (value !== undefined) headers.push(challenge.header, value)
      }
      return headers.length > 0 ? headers : undefined
    },

    headersFor(target) {
      const headers: string[] = []
      for (const { account, challenge } of learned.values()) {
        if (account !== target.account) continue
        const value = write(challenge, target)
        if (value !== undefined) headers.push(challenge.header, value)
      }
      return headers
    },
  }

  /** A secret kept as a hash answers its own algorithm only. */
  function canAnswer(challenge: Challenge, target: ChallengedTarget): boolean {
    const identity = identityFor(challenge.realm, target.account)
    if (!identity) return false
    return 'password' in identity.secret || identity.secret.ha1[challenge.algorithm] !== undefined
  }
}

/** For each realm the best challenge that can be answered. @source RFC 8760 §2.4 */
function bestChallenges(response: SipResponse, canAnswer: (challenge: Challenge) => boolean): Challenge[] {
  const best = new Map<string, Challenge>()
  for (const challenge of readChallenges(response)) {
    const key = `${challenge.header}|${challenge.realm}`
    const known = best.get(key)
    if ((!known || rank[challenge.algorithm] > rank[known.algorithm]) && canAnswer(challenge))
      best.set(key, challenge)
  }
  return [...best.values()]
}

function readChallenges(response: SipResponse): Challenge[] {
  const challenges: Challenge[] = []
  for (const name of ['WWW-Authenticate', 'Proxy-Authenticate'] as const) {
    const header = name === 'WWW-Authenticate' ? 'Authorization' : 'Proxy-Authorization'
    for (const value of getHeaders(response, name)) {
      const read = parseAuthHeader(value)
      const realm = read?.params.get('realm')
      const nonce = read?.params.get('nonce')
      const algorithm = readAlgorithm(read?.params.get('algorithm'))
      if (read?.scheme !== 'digest' || realm === undefined || nonce === undefined || !algorithm) continue
      const qop = bestQop(read.params.get('qop'))
      if (qop === 'unknown') continue
      const stale = read.params.get('stale')?.toLowerCase() === 'true'
      challenges.push({
        header,
        realm,
        nonce,
        algorithm,
        opaque: read.params.get('opaque'),
        qop,
        stale,
        count: 0,
      })
    }
  }
  return challenges
}

/** `auth` where it is offered; without any qop the form of RFC 2069. @source RFC 7616 §3.3, §3.4.3 */
function bestQop(offered: string | undefined): 'auth' | 'auth-int' | undefined | 'unknown' {
  if (offered === undefined) return undefined
  const options = offered.split(',').map(option => option.trim().toLowerCase())
  if (options.includes('auth')) return 'auth'
  return options.includes('auth-int') ? 'auth-int' : 'unknown'
}
