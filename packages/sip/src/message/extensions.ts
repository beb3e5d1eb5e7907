import { parseNumber, splitOutside, trimmed } from './grammar.ts'
import { getHeader, getHeaders, type HasHeaders } from './headers.ts'
import { type NameAddress, parseNameAddress } from './name-address.ts'
import { noParams, type Params, parseParams, tokenOrQuoted } from './params.ts'

const maxSeconds = 2 ** 32 - 1

/** A value with parameters: what Content-Type, Event, Reason and others hold before the first semicolon, and after. */
type Valued = { value: string; params: Params }

function parseValued(text: string): Valued | undefined {
  const semicolon = text.indexOf(';')
  const params = semicolon < 0 ? noParams : parseParams(text, semicolon)
  const value = trimmed(text, 0, semicolon < 0 ? text.length : semicolon)
  return params && value !== '' ? { value, params } : undefined
}

/** How long a call lives without a refresh. @source RFC 4028 §4 */
export type SessionExpires = { seconds: number; refresher?: 'uac' | 'uas' }

/** The Session-Expires header, or `undefined` where it is missing or malformed. */
export function sessionExpires(message: HasHeaders): SessionExpires | undefined {
  const read = parseValued(getHeader(message, 'Session-Expires') ?? '')
  const seconds = read && parseNumber(read.value, maxSeconds)
  if (read === undefined || seconds === undefined) return undefined
  const refresher = read.params.get('refresher')?.toLowerCase()
  return refresher === 'uac' || refresher === 'uas' ? { seconds, refresher } : { seconds }
}

/** Writes a Session-Expires value. */
export function formatSessionExpires({ seconds, refresher }: SessionExpires): string {
  return refresher ? `${seconds};refresher=${refresher}` : String(seconds)
}

/** The shortest session interval in seconds; 90 where there is none. @source RFC 4028 §5 */
export function minSessionExpires(message: HasHeaders): number {
  const read = parseValued(getHeader(message, 'Min-SE') ?? '')
  return (read && parseNumber(read.value, maxSeconds)) ?? 90
}

/** Which reliable provisional response a PRACK answers. @source RFC 3262 §7.2 */
export type RAck = { rseq: number; sequence: number; method: string }

/** The RAck header, or `undefined` where it is missing or malformed. */
export function rack(message: HasHeaders): RAck | undefined {
  const parts = (getHeader(message, 'RAck') ?? '').split(/[ \t]+/)
  const rseq = parseNumber(parts[0] ?? '', maxSeconds)
  const sequence = parseNumber(parts[1] ?? '', maxSeconds)
  const method = parts[2]
  if (parts.length !== 3 || !method || rseq === undefined || sequence === undefined) return undefined
  return { rseq, sequence, method }
}

/** The number of a reliable provisional response, or `undefined`. @source RFC 3262 §7.1 */
export function rseq(message: HasHeaders): number | undefined {
  return parseNumber(getHeader(message, 'RSeq') ?? '', maxSeconds)
}

/** When to try again, in seconds, or `undefined` where it is missing or malformed. @source RFC 3261 §20.33 */
export function retryAfter(message: HasHeaders): number | undefined {
  const text = getHeader(message, 'Retry-After') ?? ''
  let end = 0
  while (end < text.length && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++
  // A comment or parameters may follow.
  const next = text.charAt(end)
  return next === '' || ' \t(;'.includes(next) ? parseNumber(text.slice(0, end), maxSeconds) : undefined
}

/** Names a dialog: the one to replace, to join, or to act upon. Tags are those of whoever receives it. @source RFC 3891 §3 */
export type DialogReference = {
  callId: string
  /** The receiver's own tag. */
  toTag: string
  /** The other party's tag. */
  fromTag: string
  /** Only an early dialog may be replaced. */
  earlyOnly: boolean
}

/** Reads the value of Replaces, Join or Target-Dialog; `undefined` where it is malformed. */
export function parseReplaces(text: string): DialogReference | undefined {
  const read = parseValued(text)
  const target = read?.params.has('local-tag')
  const toTag = read?.params.get(target ? 'local-tag' : 'to-tag')
  const fromTag = read?.params.get(target ? 'remote-tag' : 'from-tag')
  if (!read || !toTag || !fromTag) return undefined
  return { callId: read.value, toTag, fromTag, earlyOnly: read.params.has('early-only') }
}

/** The Replaces header, or `undefined` where it is missing or malformed. */
export function replaces(message: HasHeaders): DialogReference | undefined {
  const text = getHeader(message, 'Replaces')
  return text === undefined ? undefined : parseReplaces(text)
}

/** Writes a Replaces value; inside of a Refer-To URI it goes into `headers`, whose escaping `formatUri` does. */
export function formatReplaces(dialog: Omit<DialogReference, 'earlyOnly'> & { earlyOnly?: boolean }): string {
  const early = dialog.earlyOnly ? ';early-only' : ''
  return `${dialog.callId};to-tag=${dialog.toTag};from-tag=${dialog.fromTag}${early}`
}

/** Where to a REFER sends; its URI's `headers` may hold `replaces`. @source RFC 3515 §2.1 */
export function referTo(message: HasHeaders): NameAddress | undefined {
  const text = getHeader(message, 'Refer-To')
  return text === undefined ? undefined : parseNameAddress(text)
}

/** Who asked for a transfer. @source RFC 3892 §2 */
export function referredBy(message: HasHeaders): NameAddress | undefined {
  const text = getHeader(message, 'Referred-By')
  return text === undefined ? undefined : parseNameAddress(text)
}

/** Why a request was sent, or a call ended. @source RFC 3326 §2 */
export type Reason = {
  /** `SIP`, `Q.850` or another, as it was written. */
  protocol: string
  cause?: number
  text?: string
}

/** Every Reason that can be read. */
export function reasons(message: HasHeaders): Reason[] {
  const result: Reason[] = []
  for (const line of getHeaders(message, 'Reason'))
    for (const part of splitOutside(line, ',') ?? []) {
      const read = parseValued(part)
      if (!read) continue
      const reason: Reason = { protocol: read.value }
      const cause = parseNumber(read.params.get('cause') ?? '', 999_999)
      if (cause !== undefined) reason.cause = cause
      const text = read.params.get('text')
      if (text !== undefined) reason.text = text
      result.push(reason)
    }
  return result
}

/** Writes a Reason value. */
export function formatReason({ protocol, cause, text }: Reason): string {
  const words = text === undefined ? '' : `;text=${quoted(text)}`
  return `${protocol}${cause === undefined ? '' : `;cause=${cause}`}${words}`
}

function quoted(text: string): string {
  const written = tokenOrQuoted(text)
  return written.startsWith('"') ? written : `"${written}"`
}

/** A media type. @source RFC 3261 §20.15 */
export type ContentType = {
  /** Lower-case, without parameters: `application/sdp`. */
  mediaType: string
  params: Params
}

/** Reads a media type with its parameters; `undefined` where it is malformed. */
export function parseContentType(text: string): ContentType | undefined {
  const read = parseValued(text)
  if (!read) return undefined
  const slash = read.value.indexOf('/')
  const type = trimmed(read.value, 0, slash).toLowerCase()
  const subtype = trimmed(read.value, slash + 1, read.value.length).toLowerCase()
  return slash > 0 && type !== '' && subtype !== ''
    ? { mediaType: `${type}/${subtype}`, params: read.params }
    : undefined
}

/** What the body is, or `undefined` where Content-Type is missing or malformed. */
export function contentType(message: HasHeaders): ContentType | undefined {
  const text = getHeader(message, 'Content-Type')
  return text === undefined ? undefined : parseContentType(text)
}

/** What a subscription is about. @source RFC 6665 §8.2.1 */
export type Event = { name: string; id?: string; params: Params }

/** The Event header, or `undefined` where it is missing or malformed. */
export function event(message: HasHeaders): Event | undefined {
  const read = parseValued(getHeader(message, 'Event') ?? '')
  if (!read) return undefined
  const id = read.params.get('id')
  return { name: read.value, params: read.params, ...(id === undefined ? {} : { id }) }
}

/** How a subscription stands. @source RFC 6665 §8.2.3 */
export type SubscriptionState = {
  /** `active`, `pending`, `terminated` or another, lower-case. */
  state: string
  expiresSeconds?: number
  reason?: string
  retryAfterSeconds?: number
}

/** The Subscription-State header, or `undefined` where it is missing or malformed. */
export function subscriptionState(message: HasHeaders): SubscriptionState | undefined {
  const read = parseValued(getHeader(message, 'Subscription-State') ?? '')
  if (!read) return undefined
  const result: SubscriptionState = { state: read.value.toLowerCase() }
  const expiresSeconds = parseNumber(read.params.get('expires') ?? '', maxSeconds)
  if (expiresSeconds !== undefined) result.expiresSeconds = expiresSeconds
  const retryAfterSeconds = parseNumber(read.params.get('retry-after') ?? '', maxSeconds)
  if (retryAfterSeconds !== undefined) result.retryAfterSeconds = retryAfterSeconds
  const reason = read.params.get('reason')
  if (reason !== undefined) result.reason = reason
  return result
}

/** What a server wants to add to its response. @source RFC 3261 §20.43 */
export type Warning = {
  /** 300 to 399. */
  code: number
  /** Host or pseudonym of who warns. */
  agent: string
  text: string
}

/** Every Warning that can be read. */
export function warnings(message: HasHeaders): Warning[] {
  const result: Warning[] = []
  for (const line of getHeaders(message, 'Warning'))
    for (const part of splitOutside(line, ',') ?? []) {
      const open = part.indexOf('"')
      const words = trimmed(part, 0, Math.max(0, open)).split(/[ \t]+/)
      const code = parseNumber(words[0] ?? '', 999)
      const agent = words[1]
      const text = parseParams(`;t=${part.slice(open)}`, 0)?.get('t')
      if (code === undefined || code < 100 || !agent || words.length !== 2 || text === undefined) continue
      result.push({ code, agent, text })
    }
  return result
}

/** Writes a Warning value. */
export function formatWarning({ code, agent, text }: Warning): string {
  return `${code} ${agent} ${quoted(text)}`
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Reads a Date value into epoch milliseconds; `undefined` where it is malformed or not in GMT. @source RFC 3261 §20.17 */
export function parseDate(text: string): number | undefined {
  const parts = text.split(' ')
  const [weekday = '', day = '', monthName = '', year = '', time = '', zone] = parts
  const clock = time.split(':').map(part => (part.length === 2 ? (parseNumber(part, 60) ?? -1) : -1))
  const [hours = -1, minutes = -1, seconds = -1] = clock
  const month = months.indexOf(monthName)
  const date = day.length === 2 ? (parseNumber(day, 31) ?? 0) : 0
  const fits =
    parts.length === 6 &&
    zone === 'GMT' &&
    weekday.endsWith(',') &&
    days.includes(weekday.slice(0, -1)) &&
    month >= 0 &&
    date > 0 &&
    year.length === 4 &&
    clock.length === 3 &&
    hours >= 0 &&
    hours < 24 &&
    minutes >= 0 &&
    minutes < 60 &&
    seconds >= 0
  const fullYear = parseNumber(year, 9_999)
  return fits && fullYear !== undefined ? Date.UTC(fullYear, month, date, hours, minutes, seconds) : undefined
}

/** Writes a Date value from epoch milliseconds. @source RFC 3261 §20.17 */
export function formatDate(atMs: number): string {
  return new Date(atMs).toUTCString()
}
