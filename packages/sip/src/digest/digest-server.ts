import { getHeaders, type HasHeaders } from '../message/headers.ts'
import type { Params } from '../message/params.ts'
import { isSipUri, isTelUri, parseUri, type Uri } from '../message/uri.ts'
import { formatDigest, parseAuthHeader } from './auth-header.ts'
import type { DigestAlgorithm, DigestHashes, DigestSecret, DigestTarget } from './digest.types.ts'
import { computeResponse, type DigestInput, equalInConstantTime, readAlgorithm } from './digest-response.ts'
import type { NonceWindow } from './nonce-window.ts'

/** Who challenges: a server with 401 and Authorization, a proxy with 407 and Proxy-Authorization. @source RFC 3261 §22.2, §22.3 */
export type DigestRole = 'server' | 'proxy'

/** Credentials as they were sent, not yet checked. */
export type DigestCredentials = {
  username: string
  realm: string
  algorithm: DigestAlgorithm
  nonce: string
  uri: string
  response: string
  protection?: { qop: 'auth' | 'auth-int'; nc: string; cnonce: string }
}

/** What credentials are worth. */
export type DigestVerdict =
  | { ok: true; username: string }
  | {
      ok: false
      reason: 'unknownUser' | 'wrongResponse' | 'wrongUri' | 'stale' | 'replayed' | 'foreignNonce'
      /** The secret may be right and only the nonce too old: challenge with `stale`, and count no failure. */
      stale: boolean
    }

/** What a digest server needs. */
export type DigestServerOptions = {
  /** What users see; also what their secrets are bound to. */
  realm: string
  hashes: DigestHashes
  /** A keyed hash (HMAC-SHA-256) with a key that all nodes share and nobody else has; answers in hexadecimal. */
  hmac(text: string): string
  /** A strong random token for each nonce, of characters that need no quoting. */
  randomToken(): string
  nonceWindow: NonceWindow
  /** In the order in which they are offered. SHA-256, then MD5, where nothing is said. @source RFC 8760 §2.4 */
  algorithms?: readonly DigestAlgorithm[]
  /** How long a nonce is good for; five minutes where nothing is said. */
  nonceLifetimeMs?: number
}

/** Challenges and checks. Knows no users: their secrets are handed in. */
export type DigestServer = {
  /**
   * The values of WWW-Authenticate or Proxy-Authenticate, one for each algorithm, the preferred first.
   *
   * @param binding What the nonce is bound to, such as the source address; the same text is needed to check it.
   */
  challenge(nowMs: number, options?: { stale?: boolean; binding?: string }): string[]
  /** The credentials a request has for this realm, if any can be read. */
  readCredentials(request: HasHeaders, role: DigestRole): DigestCredentials | undefined
  /**
   * Checks credentials. Where the user is unknown pass no secret: the work done is the same.
   *
   * @source RFC 7616 §3.4.6, RFC 3261 §22.4
   */
  check(
    credentials: DigestCredentials,
    target: DigestTarget,
    secret: DigestSecret | undefined,
    nowMs: number,
    binding?: string,
  ): DigestVerdict
}

const defaultAlgorithms: readonly DigestAlgorithm[] = ['SHA-256', 'MD5']
const defaultLifetimeMs = 300_000

/** Creates the challenging side. Nonces carry their time and a keyed hash, so that no table of them is needed. */
export function createDigestServer(options: DigestServerOptions): DigestServer {
  const { realm, hashes, hmac, randomToken, nonceWindow } = options
  const algorithms = options.algorithms ?? defaultAlgorithms
  const lifetimeMs = options.nonceLifetimeMs ?? defaultLifetimeMs

  function sign(issued: string, token: string, binding: string): string {
    return hmac(`${issued}:${token}:${realm}:${binding}`).slice(0, 32)
  }

  /** When a nonce of ours was issued, or `undefined` for any other. */
  function issuedAt(nonce: string, binding: string): number | undefined {
    const [issued = '', token = '', signature = '', ...more] = nonce.split('.')
    const genuine = equalInConstantTime(sign(issued, token, binding), signature)
    return genuine && more.length === 0 ? Number.parseInt(issued, 36) : undefined
  }

  function isRight(credentials: DigestCredentials, target: DigestTarget, secret: DigestSecret): boolean {
    const input: DigestInput = credentials
    const expected = computeResponse(input, secret, target, hashes)
    return expected !== undefined && equalInConstantTime(expected, credentials.response.toLowerCase())
  }

  return {
    challenge(nowMs, { stale = false, binding = '' } = {}) {
      const issued = nowMs.toString(36)
      const token = randomToken()
      const nonce = `${issued}.${token}.${sign(issued, token, binding)}`
      return algorithms.map(algorithm =>
        formatDigest(
          { realm, nonce, qop: 'auth', algorithm, stale: stale ? 'true' : undefined },
          'challenge',
        ),
      )
    },

    readCredentials(request, role) {
      const name = role === 'server' ? 'Authorization' : 'Proxy-Authorization'
      for (const value of getHeaders(request, name)) {
        const header = parseAuthHeader(value)
        // RFC 3261 §22.3: credentials for other realms pass by.
        if (header?.scheme !== 'digest' || header.params.get('realm') !== realm) continue
        const credentials = readDigest(realm, header.params)
        if (credentials && algorithms.includes(credentials.algorithm)) return credentials
      }
      return undefined
    },

    check(credentials, target, secret, nowMs, binding = '') {
      const right = isRight(credentials, target, secret ?? { password: '' }) && secret !== undefined
      if (!secret) return { ok: false, reason: 'unknownUser', stale: false }
      const issuedAtMs = issuedAt(credentials.nonce, binding)
      if (!right) return { ok: false, reason: 'wrongResponse', stale: false }
      // RFC 7616 §3.3: stale tells a right answer to an old nonce from a wrong one.
      if (issuedAtMs === undefined) return { ok: false, reason: 'foreignNonce', stale: true }
      if (nowMs - issuedAtMs > lifetimeMs) return { ok: false, reason: 'stale', stale: true }
      if (!namesSame(credentials.uri, target.requestUri))
        return { ok: false, reason: 'wrongUri', stale: false }
      // Without qop nothing counts: such a nonce is good once.
      const count = credentials.protection ? Number.parseInt(credentials.protection.nc, 16) : 0
      const verdict = nonceWindow.use(credentials.nonce, issuedAtMs, count)
      if (verdict === 'fresh') return { ok: true, username: credentials.username }
      return verdict === 'forgotten'
        ? { ok: false, reason: 'stale', stale: true }
        : { ok: false, reason: 'replayed', stale: true }
    },
  }
}

function readDigest(realm: string, params: Params): DigestCredentials | undefined {
  const algorithm = readAlgorithm(params.get('algorithm'))
  const username = params.get('username')
  const nonce = params.get('nonce')
  const uri = params.get('uri')
  const response = params.get('response')
  // RFC 7616 §3.4.4: userhash is not offered, so nobody may send it.
  if (params.get('userhash')?.toLowerCase() === 'true') return undefined
  if (!algorithm || username === undefined || !nonce || !uri || !response) return undefined
  const credentials: DigestCredentials = { username, realm, algorithm, nonce, uri, response }
  const qop = params.get('qop')?.toLowerCase()
  if (qop === undefined) return credentials
  const nc = params.get('nc') ?? ''
  const cnonce = params.get('cnonce')
  if (!/^[0-9a-f]{8}$/i.test(nc) || !cnonce || (qop !== 'auth' && qop !== 'auth-int')) return undefined
  return { ...credentials, protection: { qop, nc, cnonce } }
}

/** Proxies and phones rewrite ports and parameters: scheme apart, user and host must agree. @source RFC 3261 §22.4 (5) */
function namesSame(left: string, right: string): boolean {
  if (left === right) return true
  const one = parseUri(left)
  const other = parseUri(right)
  return one !== undefined && other !== undefined && nameOf(one) === nameOf(other)
}

function nameOf(uri: Uri): string {
  if (isSipUri(uri)) return `${uri.user ?? ''}@${uri.host}`
  return isTelUri(uri) ? `tel:${uri.number}` : uri.text
}
