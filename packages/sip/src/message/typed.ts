import { isToken, parseNumber, skipBlanks, splitOutside, trimmed } from './grammar.ts'
import { getHeader, getHeaderList, getHeaders, type HasHeaders } from './headers.ts'
import type { SipMessage, SipRequest } from './message.types.ts'
import { type NameAddress, parseNameAddress, parseNameAddresses } from './name-address.ts'
import { parseUri, type Uri } from './uri.ts'
import { parseVia, parseVias, type Via } from './via.ts'

/** The sequence number and method that a transaction carries. @source RFC 3261 §20.16 */
export type CSeq = { sequence: number; method: string }

/** The greatest sequence number a CSeq may have. @source RFC 3261 §8.1.1.5 */
export const maxSequence = 2 ** 31 - 1

/**
 * What was read of a message's most asked-for headers. Each entry knows the text it was read from, so that a header changed
 * afterwards is read again.
 */
class Parsed {
  readonly message: HasHeaders
  viaText: string | undefined = undefined
  via: Via | undefined = undefined
  fromText: string | undefined = undefined
  from: NameAddress | undefined = undefined
  toText: string | undefined = undefined
  to: NameAddress | undefined = undefined
  cseqText: string | undefined = undefined
  cseq: CSeq | undefined = undefined
  uriText: string | undefined = undefined
  uri: Uri | undefined = undefined
  contactText: string | undefined = undefined
  contacts: Contacts | undefined = undefined

  constructor(message: HasHeaders) {
    this.message = message
  }
}

/**
 * The last few messages, which are those that questions are about: while one is handled it is asked for the same headers over
 * and over, later hardly ever. A WeakMap of all messages costs more than reading them again.
 */
const recent: Parsed[] = []
const recentSize = 8
let nextSlot = 0
let latest: Parsed | undefined

function parsedOf(message: HasHeaders): Parsed {
  if (latest?.message === message) return latest
  let parsed = recent.find(one => one.message === message)
  if (!parsed) {
    parsed = new Parsed(message)
    recent[nextSlot] = parsed
    nextSlot = (nextSlot + 1) % recentSize
  }
  latest = parsed
  return parsed
}

/** The topmost Via, or `undefined` where it is missing or malformed. */
export function topVia(message: HasHeaders): Readonly<Via> | undefined {
  const text = getHeader(message, 'Via')
  if (text === undefined) return undefined
  const parsed = parsedOf(message)
  if (parsed.viaText !== text) {
    parsed.viaText = text
    parsed.via = parseVia(text.includes(',') ? (splitOutside(text, ',')?.[0] ?? '') : text)
  }
  return parsed.via
}

/** Every Via, topmost first; `undefined` where one is malformed. */
export function allVias(message: HasHeaders): Via[] | undefined {
  return parseVias(getHeaders(message, 'Via'))
}

/** The From address, or `undefined` where it is missing or malformed. */
export function fromAddress(message: HasHeaders): Readonly<NameAddress> | undefined {
  const text = getHeader(message, 'From')
  if (text === undefined) return undefined
  const parsed = parsedOf(message)
  if (parsed.fromText !== text) {
    parsed.fromText = text
    parsed.from = parseNameAddress(text)
  }
  return parsed.from
}

/** The To address, or `undefined` where it is missing or malformed. */
export function toAddress(message: HasHeaders): Readonly<NameAddress> | undefined {
  const text = getHeader(message, 'To')
  if (text === undefined) return undefined
  const parsed = parsedOf(message)
  if (parsed.toText !== text) {
    parsed.toText = text
    parsed.to = parseNameAddress(text)
  }
  return parsed.to
}

/** The From tag, or `undefined`: peers of RFC 2543 send none. */
export function fromTag(message: HasHeaders): string | undefined {
  return fromAddress(message)?.params.get('tag')
}

/** The To tag, or `undefined`: a request outside of a dialog. */
export function toTag(message: HasHeaders): string | undefined {
  return toAddress(message)?.params.get('tag')
}

/** The Call-ID, which compares byte for byte; empty where it is missing. */
export function callId(message: HasHeaders): string {
  return getHeader(message, 'Call-ID') ?? ''
}

/** The CSeq, or `undefined` where it is missing or malformed. */
export function cseq(message: HasHeaders): Readonly<CSeq> | undefined {
  const text = getHeader(message, 'CSeq')
  if (text === undefined) return undefined
  const parsed = parsedOf(message)
  if (parsed.cseqText !== text) {
    parsed.cseqText = text
    parsed.cseq = parseCSeq(text)
  }
  return parsed.cseq
}

/** Reads `1 INVITE`; `undefined` where it is malformed or its number is 2³¹ or more. */
export function parseCSeq(value: string): CSeq | undefined {
  let end = 0
  while (end < value.length && value.charCodeAt(end) >= 0x30 && value.charCodeAt(end) <= 0x39) end++
  const start = skipBlanks(value, end)
  if (start === end || !isToken(value, start)) return undefined
  const sequence = parseNumber(value.slice(0, end), maxSequence)
  return sequence === undefined ? undefined : { sequence, method: value.slice(start) }
}

/** The Request-URI, or `undefined` where it is malformed. */
export function requestUri(request: SipRequest): Uri | undefined {
  const parsed = parsedOf(request)
  if (parsed.uriText !== request.requestUri) {
    parsed.uriText = request.requestUri
    parsed.uri = parseUri(request.requestUri)
  }
  return parsed.uri
}

/** `*` in a REGISTER that removes everything, else addresses. @source RFC 3261 §10.2.2 */
export type Contacts = '*' | readonly NameAddress[]

/** Every Contact: empty where there is none, `undefined` where one is malformed. */
export function contacts(message: HasHeaders): Contacts | undefined {
  const lines = getHeaders(message, 'Contact')
  if (lines.length === 0) return []
  const parsed = parsedOf(message)
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join(',')
  if (parsed.contactText !== text) {
    parsed.contactText = text
    parsed.contacts = parseContactHeader(lines)
  }
  return parsed.contacts
}

/** Reads the lines of a Contact header: `*` alone, or addresses; `undefined` where they are malformed. */
export function parseContactHeader(lines: readonly string[]): Contacts | undefined {
  if (lines.length === 1 && lines[0] === '*') return '*'
  return parseNameAddresses(lines)
}

/** The route set that remains: empty where there is none, `undefined` where an element is malformed. */
export function routes(message: HasHeaders): NameAddress[] | undefined {
  return parseNameAddresses(getHeaders(message, 'Route'))
}

/** The recorded routes, topmost first: empty where there are none, `undefined` where an element is malformed. */
export function recordRoutes(message: HasHeaders): NameAddress[] | undefined {
  return parseNameAddresses(getHeaders(message, 'Record-Route'))
}

/** The path to a registering phone; as `routes`. @source RFC 3327 */
export function paths(message: HasHeaders): NameAddress[] | undefined {
  return parseNameAddresses(getHeaders(message, 'Path'))
}

/** Who the network says is calling: at most a SIP and a tel URI; `undefined` where malformed. @source RFC 3325 §9.1 */
export function assertedIdentities(message: HasHeaders): NameAddress[] | undefined {
  return parseNameAddresses(getHeaders(message, 'P-Asserted-Identity'))
}

/** What must stay private: lower-case tokens such as `id`, `user`, `none`. @source RFC 3323 §4.2 */
export function privacy(message: HasHeaders): string[] {
  const tokens = getHeaders(message, 'Privacy').flatMap(line => line.split(/[;,]/))
  return tokens.map(token => token.trim().toLowerCase()).filter(token => token !== '')
}

/** Headers that hold option tags. @source RFC 3261 §19.2 */
export type OptionTagHeader = 'Supported' | 'Require' | 'Proxy-Require' | 'Unsupported'

/** Whether an option tag (`100rel`, `timer`, `replaces`) stands in a header, in any case. */
export function hasOptionTag(message: HasHeaders, name: OptionTagHeader, tag: string): boolean {
  if (getHeader(message, name) === undefined) return false
  return getHeaderList(message, name).some(one => one.toLowerCase() === tag.toLowerCase())
}

/** The required option tags that are not among the supported ones: what a 420 lists. @source RFC 3261 §8.2.2.3 */
export function unsupportedTags(
  message: HasHeaders,
  supported: readonly string[],
  name: 'Require' | 'Proxy-Require' = 'Require',
): string[] {
  return getHeaderList(message, name).filter(tag => !supported.includes(tag.toLowerCase()))
}

/** Whether a message's Allow names a method; `undefined` where it has no Allow at all. @source RFC 3261 §20.5 */
export function allows(message: SipMessage, method: string): boolean | undefined {
  if (getHeader(message, 'Allow') === undefined) return undefined
  return getHeaderList(message, 'Allow').includes(method)
}

/** A whole number that stands alone in a header, or `undefined` where it is missing, malformed or too great. */
export function numberHeader(
  message: HasHeaders,
  name: 'Max-Forwards' | 'Min-Expires' | 'RSeq' | 'Expires' | 'Content-Length' | 'Flow-Timer' | 'Max-Breadth',
  maximum = 2 ** 32 - 1,
): number | undefined {
  const text = getHeader(message, name)
  return text === undefined ? undefined : parseNumber(trimmed(text, 0, text.length), maximum)
}

/** How many hops are left, 0 to 255. @source RFC 3261 §20.22 */
export function maxForwards(message: HasHeaders): number | undefined {
  return numberHeader(message, 'Max-Forwards', 255)
}

/** Seconds until a registration, subscription or invitation ends. @source RFC 3261 §20.19 */
export function expires(message: HasHeaders): number | undefined {
  return numberHeader(message, 'Expires')
}

/** Seconds a contact asks for: its own parameter, else the Expires header, else `undefined`. @source RFC 3261 §10.2.1.1 */
export function contactExpires(message: HasHeaders, contact: NameAddress): number | undefined {
  const own = contact.params.get('expires')
  if (own === undefined) return expires(message)
  // A malformed value counts as 3600 (RFC 3261 §20.10 and §20.19).
  return parseNumber(own, 2 ** 32 - 1) ?? 3_600
}
