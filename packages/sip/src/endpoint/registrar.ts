import { getHeader, getHeaderList, getHeaders } from '../message/headers.ts'
import type { SipRequest, TransportAddress } from '../message/message.types.ts'
import type { NameAddress } from '../message/name-address.ts'
import { callId, contactExpires, contacts, cseq, expires, hasOptionTag } from '../message/typed.ts'
import { parseUri, urisEqual } from '../message/uri.ts'

/** Where somebody can be reached. */
export type Binding = {
  /** As the phone wrote it. */
  contactUri: string
  /** 0 to 1; the greater is tried first. */
  q: number
  /** Milliseconds of the clock `now` comes from. */
  expiresAt: number
  callId: string
  sequence: number
  /** The proxies on the way, as Route values. @source RFC 3327 */
  path: readonly string[]
  /** Where the REGISTER came from: the way back through a stream or a NAT. */
  flow: TransportAddress
  /** Names the device; with `regId` it finds the binding whatever its Contact says. @source RFC 5626 §6 */
  instanceId: string | undefined
  regId: string | undefined
  userAgent: string | undefined
}

/** What a registrar grants. */
export type RegistrarSettings = {
  /** Below this many seconds a REGISTER is answered 423. */
  minExpiresS: number
  maxExpiresS: number
  /** Granted where none is asked for. */
  defaultExpiresS: number
  /** Devices of one user. */
  maxBindings: number
}

/** An hour at most, a minute at least, ten devices. */
export const defaultRegistrarSettings: RegistrarSettings = {
  minExpiresS: 60,
  maxExpiresS: 3_600,
  defaultExpiresS: 3_600,
  maxBindings: 10,
}

/** What to answer, and the bindings to keep from now on (unchanged for a failure). */
export type RegistrarDecision = { status: number; headers: string[]; bindings: readonly Binding[] }

/**
 * Takes a REGISTER whose sender has been authenticated, and decides what becomes of the user's bindings. Loading and storing
 * them is the owner's: nothing here waits.
 *
 * @source RFC 3261 §10.3 steps 6 to 8
 */
export function decideRegistration(
  request: SipRequest,
  current: readonly Binding[],
  from: TransportAddress,
  now: number,
  settings: RegistrarSettings = defaultRegistrarSettings,
): RegistrarDecision {
  const live = current.filter(({ expiresAt }) => expiresAt > now)
  const refuse = (status: number, headers: string[] = []) => ({ status, headers, bindings: live })
  const asked = contacts(request)
  if (asked === undefined) return refuse(400)
  const sequence = cseq(request)?.sequence ?? 0
  const id = callId(request)
  /** Step 7: what comes late from the same phone must not undo what came after it. */
  const late = (binding: Binding) => binding.callId === id && sequence <= binding.sequence

  if (asked === '*') {
    // Step 6: only to remove everything, and only alone
    if (expires(request) !== 0) return refuse(400)
    if (live.some(late)) return refuse(500)
    return accept(request, [], now)
  }

  let bindings = live
  for (const contact of asked) {
    const wanted = contactExpires(request, contact) ?? settings.defaultExpiresS
    const known = bindings.find(binding => isSame(binding, contact))
    if (known !== undefined && late(known)) return refuse(500)
    if (wanted > 0 && wanted < settings.minExpiresS) {
      return refuse(423, ['Min-Expires', String(settings.minExpiresS)])
    }
    bindings = bindings.filter(binding => binding !== known)
    if (wanted === 0) continue
    bindings.push({
      contactUri: contact.uriText,
      q: qOf(contact),
      expiresAt: now + Math.min(wanted, settings.maxExpiresS) * 1_000,
      callId: id,
      sequence,
      path: getHeaders(request, 'Path'),
      flow: from,
      instanceId: contact.params.get('+sip.instance'),
      regId: contact.params.get('reg-id'),
      userAgent: getHeader(request, 'User-Agent'),
    })
  }
  if (bindings.length > settings.maxBindings) return refuse(403)
  return accept(request, bindings, now)
}

function isSame(binding: Binding, contact: NameAddress): boolean {
  const instance = contact.params.get('+sip.instance')
  if (instance !== undefined && contact.params.has('reg-id')) {
    return binding.instanceId === instance && binding.regId === contact.params.get('reg-id')
  }
  const uri = parseUri(binding.contactUri)
  return uri !== undefined && urisEqual(uri, contact.uri)
}

function qOf(contact: NameAddress): number {
  const q = Number.parseFloat(contact.params.get('q') ?? '1')
  return q >= 0 && q <= 1 ? q : 1
}

function accept(request: SipRequest, bindings: Binding[], now: number): RegistrarDecision {
  const headers = sortBindings(bindings).flatMap(binding => [
    'Contact',
    `<${binding.contactUri}>${binding.q === 1 ? '' : `;q=${binding.q}`};expires=${Math.ceil((binding.expiresAt - now) / 1_000)}`,
  ])
  for (const path of getHeaders(request, 'Path')) headers.push('Path', path)
  // RFC 5626 §6: the phone learns that its flow is kept; only where nobody stands between
  const direct = getHeaderList(request, 'Via').length === 1
  if (
    direct &&
    hasOptionTag(request, 'Supported', 'outbound') &&
    bindings.some(({ regId }) => regId !== undefined)
  )
    headers.push('Require', 'outbound')
  return { status: 200, headers, bindings }
}

/** The best first: by q, then the latest. @source RFC 3261 §10.2.1.2 */
export function sortBindings(bindings: readonly Binding[]): Binding[] {
  return [...bindings].sort((left, right) => right.q - left.q || right.expiresAt - left.expiresAt)
}

/** How to call a binding: what `invite` wants. The flow is taken where the phone's own address may not be reachable. */
export function routeToBinding(binding: Binding): {
  to: string
  routes: readonly string[]
  flow?: TransportAddress
} {
  const direct = binding.path.length === 0
  return { to: binding.contactUri, routes: binding.path, ...(direct && { flow: binding.flow }) }
}
