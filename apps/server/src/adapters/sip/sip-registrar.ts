import { createHmac, randomBytes } from 'node:crypto'
import {
  type Binding,
  createDigestServer,
  createNonceWindow,
  type DigestHashes,
  type DigestServerOptions,
  decideRegistration,
  getHeader,
  isSipUri,
  type SipRequest,
  sortBindings,
  type TransportAddress,
  toAddress,
} from '@guichet/sip'
import type { DeviceAccount, SipDirectoryPort } from '../../modules/telephony/telephony.ports.ts'
import type { Clock, Log } from '../../platform/index.ts'
import type { SourceGuard } from './source-guard.ts'

/** What to answer a request that had to prove itself. */
export type Proof = { ok: true; device: DeviceAccount } | { ok: false; status: number; headers: string[] }

/** Knows desk phones by their passwords, and where they can be reached. */
export type SipRegistrar = {
  /** Checks who sends a request. What is unknown and what is wrong look the same from outside. */
  prove(request: SipRequest, from: TransportAddress): Promise<Proof>
  register(request: SipRequest, from: TransportAddress): Promise<{ status: number; headers: string[] }>
  /** Where a device can be reached now, the best first. */
  bindingsOf(username: string): Binding[]
}

/** Phones that give up when a challenge of SHA-256 stands beside one of MD5, instead of passing it by (RFC 8760 §2.4). */
const failsOnSha256 = [/^baresip v[01]\./]

/** @see SipRegistrar */
export function createSipRegistrar(deps: {
  realm: string
  directory: SipDirectoryPort
  hashes: DigestHashes
  guard: SourceGuard
  clock: Clock
  log: Log
}): SipRegistrar {
  const { directory, guard, clock, log } = deps
  const key = randomBytes(32)
  const about: DigestServerOptions = {
    realm: deps.realm,
    hashes: deps.hashes,
    hmac: text => createHmac('sha256', key).update(text).digest('hex'),
    randomToken: () => randomBytes(12).toString('hex'),
    nonceWindow: createNonceWindow(),
  }
  const digest = createDigestServer(about)
  const olderDigest = createDigestServer({ ...about, algorithms: ['MD5'] })
  const bindings = new Map<string, readonly Binding[]>()

  function challenge(request: SipRequest, from: TransportAddress, stale: boolean): Proof {
    const isOlder = failsOnSha256.some(pattern => pattern.test(getHeader(request, 'User-Agent') ?? ''))
    const values = (isOlder ? olderDigest : digest).challenge(clock.now(), { stale, binding: from.address })
    return { ok: false, status: 401, headers: values.flatMap(value => ['WWW-Authenticate', value]) }
  }

  async function prove(request: SipRequest, from: TransportAddress): Promise<Proof> {
    const credentials = digest.readCredentials(request, 'server')
    if (credentials === undefined) return challenge(request, from, false)
    const { username } = credentials
    // 403: a phone that hears it stops trying. The same for users who do not exist.
    if (guard.isLockedOut(from.address, username)) return { ok: false, status: 403, headers: [] }
    const device = await directory.device(username)
    const { method, requestUri, body } = request
    const verdict = digest.check(
      credentials,
      { method, requestUri, body },
      device === null ? undefined : { ha1: { MD5: device.ha1.md5, 'SHA-256': device.ha1.sha256 } },
      clock.now(),
      from.address,
    )
    if (verdict.ok && device !== null) return { ok: true, device }
    const isStale = !verdict.ok && verdict.stale
    if (!isStale) guard.failed(from.address, username)
    return challenge(request, from, isStale)
  }

  return {
    prove,
    async register(request, from) {
      const proof = await prove(request, from)
      if (!proof.ok) return proof
      const { username } = proof.device
      const uri = toAddress(request)?.uri
      // RFC 3261 §10.3 step 4: a phone may register for nobody but itself.
      if (uri === undefined || !isSipUri(uri) || uri.user !== username) return { status: 403, headers: [] }
      const decision = decideRegistration(request, bindings.get(username) ?? [], from, clock.now())
      if (decision.bindings.length === 0) bindings.delete(username)
      else bindings.set(username, decision.bindings)
      if (decision.status === 200)
        log.info({ deviceId: proof.device.id, bindings: decision.bindings.length }, 'desk phone registered')
      return decision
    },
    bindingsOf(username) {
      const now = clock.now()
      return sortBindings((bindings.get(username) ?? []).filter(({ expiresAt }) => expiresAt > now))
    },
  }
}
