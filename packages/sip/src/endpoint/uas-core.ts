import { contentType } from '../message/extensions.ts'
import { getHeader } from '../message/headers.ts'
import type { SipRequest } from '../message/message.types.ts'
import { maxForwards, requestUri, unsupportedTags } from '../message/typed.ts'

/** What a request must pass before anybody looks at it. */
export type RequestRules = {
  /** Every method that is answered at all. */
  allow: readonly string[]
  /** Option tags, lower-case. */
  supported: readonly string[]
}

/** Why a request is refused, and what the answer has to add. */
export type Refusal = { status: number; headers: readonly string[] }

/** Methods whose requests live within a call alone. */
export const callMethods: readonly string[] = ['BYE', 'PRACK', 'UPDATE', 'INFO', 'NOTIFY', 'REFER']

/** Looks a request over; undefined when nothing speaks against it. @source RFC 3261 §8.2 */
export function inspectRequest(request: SipRequest, rules: RequestRules): Refusal | undefined {
  const { method } = request
  // §8.2.1 asks for 405 even where the method is unknown altogether; 501 is for proxies' sake and says less
  if (!rules.allow.includes(method)) return { status: 405, headers: ['Allow', rules.allow.join(', ')] }
  // §8.2.2.1
  const uri = requestUri(request)
  if (uri === undefined) return { status: 400, headers: [] }
  if (!['sip', 'sips', 'tel'].includes(uri.scheme)) return { status: 416, headers: [] }
  const hops = maxForwards(request)
  if (hops === undefined && getHeader(request, 'Max-Forwards') !== undefined)
    return { status: 400, headers: [] }
  // §16.3: we call on behalf of callers, so a call that has used its hops up goes no further; OPTIONS may ask at the last one
  if (hops === 0 && method === 'INVITE') return { status: 483, headers: [] }
  // §8.2.2.3
  const unsupported = unsupportedTags(request, rules.supported)
  if (unsupported.length > 0) return { status: 420, headers: ['Unsupported', unsupported.join(', ')] }
  return inspectBody(request)
}

/** @source RFC 3261 §8.2.3, §20.11: a body that may be ignored refuses nothing */
function inspectBody(request: SipRequest): Refusal | undefined {
  if (request.body.length === 0) return undefined
  const optional = /;[ \t]*handling[ \t]*=[ \t]*optional/i.test(
    getHeader(request, 'Content-Disposition') ?? '',
  )
  if (optional) return undefined
  const encoding = getHeader(request, 'Content-Encoding')?.toLowerCase()
  if (encoding !== undefined && encoding !== 'identity') {
    return { status: 415, headers: ['Accept-Encoding', 'identity'] }
  }
  const describes = request.method === 'INVITE' || request.method === 'UPDATE' || request.method === 'PRACK'
  if (describes && contentType(request)?.mediaType !== 'application/sdp') {
    return { status: 415, headers: ['Accept', 'application/sdp'] }
  }
  return undefined
}
