import { formatHostPort, isHexCode, parseHostPort } from './host.ts'
import { noParams, ParamList, type Params } from './params.ts'
import { decodeStrictly, encodeText } from './text.ts'

/** A SIP or SIPS URI. @source RFC 3261 §19.1 */
export type SipUri = {
  scheme: 'sip' | 'sips'
  /** Escapes resolved; absent where there is none. A user part that is no UTF-8 when unescaped stays as it was written. */
  user?: string
  /** Escapes resolved; deprecated by the RFC. */
  password?: string
  /** Lower-case; IPv6 without its brackets. */
  host: string
  port?: number
  /** By lower-case name, escapes resolved; `undefined` is a parameter without a value (`;lr`). */
  params: Params
  /** What stands after `?`, by lower-case name, escapes resolved. */
  headers: Params
}

/** A telephone number. @source RFC 3966 */
export type TelUri = {
  scheme: 'tel'
  /** As it was written, with its visual separators; `+` first where it is global. */
  number: string
  /** By lower-case name: `phone-context`, `ext`, `isub` and others. */
  params: Params
}

/** A URI of another scheme, kept as it is. */
export type OtherUri = {
  /** Lower-case. */
  scheme: string
  /** The whole URI as it was written. */
  text: string
}

export type Uri = SipUri | TelUri | OtherUri

/** Tells SIP and SIPS URIs from others. */
export function isSipUri(uri: Uri): uri is SipUri {
  return 'host' in uri
}

/** Tells telephone numbers from other URIs. */
export function isTelUri(uri: Uri): uri is TelUri {
  return 'number' in uri
}

/** Reads a URI: `sip:`, `sips:` and `tel:` in full, any other absolute URI as text. `undefined` where it is none. */
export function parseUri(text: string): Uri | undefined {
  const colon = text.indexOf(':')
  const scheme = colon > 0 && isScheme(text, colon) ? text.slice(0, colon).toLowerCase() : undefined
  if (scheme === undefined || !isPrintable(text)) return undefined
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(scheme, text, colon + 1)
  if (scheme === 'tel') return parseTelUri(text.slice(colon + 1))
  return colon + 1 < text.length ? { scheme, text } : undefined
}

function isScheme(text: string, end: number): boolean {
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    const letter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
    if (letter) continue
    const inside = (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e
    if (i === 0 || !inside) return false
  }
  return true
}

/** No space, control, quote or angle bracket stands in a URI; every `%` is an escape. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) return false
    if (code === 0x25 && !(isHexCode(text.charCodeAt(i + 1)) && isHexCode(text.charCodeAt(i + 2))))
      return false
  }
  return true
}

function parseSipUri(scheme: 'sip' | 'sips', text: string, start: number): SipUri | undefined {
  // The user part may hold `;`, `?` and `/`, so the `@` is looked for first (RFC 3261 §25.1 user-unreserved).
  const at = text.indexOf('@', start)
  const hostStart = at < 0 ? start : at + 1
  let hostEnd = hostStart
  while (hostEnd < text.length && text.charCodeAt(hostEnd) !== 0x3b && text.charCodeAt(hostEnd) !== 0x3f)
    hostEnd++
  const hostPort = parseHostPort(text.slice(hostStart, hostEnd))
  if (!hostPort) return undefined
  const question = text.indexOf('?', hostEnd)
  const paramsEnd = question < 0 ? text.length : question
  const params = hostEnd === paramsEnd ? noParams : parsePairs(text.slice(hostEnd + 1, paramsEnd), ';', false)
  const headers = question < 0 ? noParams : parsePairs(text.slice(question + 1), '&', true)
  if (!params || !headers) return undefined
  const { host, port } = hostPort
  if (at < 0) return withPort({ scheme, host, params, headers }, port)
  const userInfo = text.slice(start, at)
  const colon = userInfo.indexOf(':')
  const user = colon < 0 ? userInfo : userInfo.slice(0, colon)
  if (user === '' || !allIn(user, userTolerated)) return undefined
  const uri = withPort({ scheme, user: unescapeText(user), host, params, headers }, port)
  if (colon >= 0) {
    const password = userInfo.slice(colon + 1)
    if (!allIn(password, passwordUnreserved)) return undefined
    uri.password = unescapeText(password)
  }
  return uri
}

function withPort(uri: SipUri, port: number | undefined): SipUri {
  if (port !== undefined) uri.port = port
  return uri
}

/** More than any URI has; a thousand would make looking for doubles slow. */
const maxPairs = 64

function parsePairs(text: string, separator: string, areHeaders: boolean): Params | undefined {
  const pairs = new ParamList()
  const unreserved = areHeaders ? headerUnreserved : paramUnreserved
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    if (pairs.size === maxPairs) return undefined
    end = text.indexOf(separator, start)
    if (end < 0) end = text.length
    const pair = text.slice(start, end)
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? undefined : pair.slice(equals + 1)
    // The grammar wants a value after a parameter's equals sign, but some phones write `;transport=`.
    if (name === '' || (value === undefined && areHeaders)) return undefined
    if (!allIn(name, unreserved) || (value !== undefined && !allIn(value, unreserved))) return undefined
    const key = unescapeText(name).toLowerCase()
    // A parameter stands once (RFC 3261 §19.1.1); of headers that repeat the first is kept.
    const added = pairs.add(key, value === undefined ? undefined : unescapeText(value))
    if (!added && !areHeaders) return undefined
  }
  return pairs.size === 0 || text.endsWith(separator) ? undefined : pairs
}

function parseTelUri(text: string): TelUri | undefined {
  const semicolon = text.indexOf(';')
  const number = semicolon < 0 ? text : text.slice(0, semicolon)
  const params = semicolon < 0 ? noParams : parsePairs(text.slice(semicolon + 1), ';', false)
  if (!params || !isTelephone(number)) return undefined
  return { scheme: 'tel', number, params }
}

/** Digits, visual separators, `*`, `#` and letters A–F; at least one that is no separator. @source RFC 3966 §3 */
function isTelephone(number: string): boolean {
  let digits = 0
  for (let i = number.startsWith('+') ? 1 : 0; i < number.length; i++) {
    const code = number.charCodeAt(i)
    if (isHexCode(code) || code === 0x2a || code === 0x23) digits++
    else if (code !== 0x2d && code !== 0x2e && code !== 0x28 && code !== 0x29) return false
  }
  return digits > 0
}

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const unreserved = `${alphanumeric}-_.!~*'()`
/** @source RFC 3261 §25.1 */
const userUnreserved = setOf(`${unreserved}&=+$,;?/`)
/** `#` should be escaped, but dialling codes such as `*21#` arrive bare from many phones. */
const userTolerated = setOf(`${unreserved}&=+$,;?/#`)
const passwordUnreserved = setOf(`${unreserved}&=+$,`)
const paramUnreserved = setOf(`${unreserved}[]/:&+$`)
const headerUnreserved = setOf(`${unreserved}[]/?:+$`)

function setOf(characters: string): Uint8Array {
  const table = new Uint8Array(128)
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1
  return table
}

function allIn(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (table[code] !== 1 && code !== 0x25) return false
  }
  return true
}

/** Resolves %HH escapes; a text that is no UTF-8 then stays as it is. */
function unescapeText(text: string): string {
  if (!text.includes('%')) return text
  const bytes = new Uint8Array(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) === 0x25) {
      bytes[length++] = Number.parseInt(text.slice(i + 1, i + 3), 16)
      i += 2
    } else bytes[length++] = text.charCodeAt(i)
  }
  return decodeStrictly(bytes.subarray(0, length)) ?? text
}

function escapeText(text: string, table: Uint8Array): string {
  let plain = true
  for (let i = 0; plain && i < text.length; i++) plain = table[text.charCodeAt(i)] === 1
  if (plain) return text
  let result = ''
  for (const byte of encodeText(text))
    result +=
      table[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return result
}

/** Writes a URI, escaping what must be. */
export function formatUri(uri: Uri): string {
  if (isSipUri(uri)) {
    let result = `${uri.scheme}:`
    if (uri.user !== undefined) {
      result += escapeText(uri.user, userUnreserved)
      if (uri.password !== undefined) result += `:${escapeText(uri.password, passwordUnreserved)}`
      result += '@'
    }
    return result + formatHostPort(uri) + formatUriParams(uri.params) + formatUriHeaders(uri.headers)
  }
  if (isTelUri(uri)) return `tel:${uri.number}${formatUriParams(uri.params)}`
  return uri.text
}

function formatUriParams(params: Params): string {
  let result = ''
  for (const [name, value] of params) {
    result += `;${escapeText(name, paramUnreserved)}`
    if (value !== undefined) result += `=${escapeText(value, paramUnreserved)}`
  }
  return result
}

function formatUriHeaders(headers: Params): string {
  let result = ''
  for (const [name, value] of headers)
    result += `${result === '' ? '?' : '&'}${escapeText(name, headerUnreserved)}=${escapeText(value ?? '', headerUnreserved)}`
  return result
}

/**
 * Whether two URIs are equal: user and password by case, all else without; `user`, `ttl`, `method`, `maddr` and `transport` must
 * stand in both or in neither, other parameters count only where both have them; headers must be the same.
 *
 * @source RFC 3261 §19.1.4; RFC 3966 §4 for `tel:`
 */
export function urisEqual(left: Uri, right: Uri): boolean {
  if (isSipUri(left) && isSipUri(right)) return sipUrisEqual(left, right)
  if (isTelUri(left) && isTelUri(right)) return telUrisEqual(left, right)
  return !isSipUri(left) && !isTelUri(left) && 'text' in right && left.text === right.text
}

const decisiveParams = ['user', 'ttl', 'method', 'maddr', 'transport']

function sipUrisEqual(left: SipUri, right: SipUri): boolean {
  if (left.scheme !== right.scheme || left.user !== right.user || left.password !== right.password)
    return false
  // A port left out is not the same as the default one written down.
  if (left.host !== right.host || left.port !== right.port) return false
  for (const [name, value] of left.params)
    if (right.params.has(name) && !sameText(value, right.params.get(name))) return false
  for (const name of decisiveParams) if (left.params.has(name) !== right.params.has(name)) return false
  return sameParams(left.headers, right.headers)
}

function telUrisEqual(left: TelUri, right: TelUri): boolean {
  return bareNumber(left.number) === bareNumber(right.number) && sameParams(left.params, right.params)
}

function bareNumber(number: string): string {
  return number.replace(/[-.()]/g, '').toLowerCase()
}

function sameParams(left: Params, right: Params): boolean {
  if (left.size !== right.size) return false
  for (const [name, value] of left) if (!right.has(name) || !sameText(value, right.get(name))) return false
  return true
}

function sameText(left: string | undefined, right: string | undefined): boolean {
  return left?.toLowerCase() === right?.toLowerCase()
}
