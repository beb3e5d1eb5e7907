import { isCallId, isToken, parseNumber, trimmed } from './grammar.ts'
import { canonicalHeaderName, knownNameAt } from './header-names.ts'
import { addHeader, getHeader } from './headers.ts'
import type { RawHeaders, SipMessage, SipRequest } from './message.types.ts'
import type { MessageLimits, MessageProblem, MessageProblemCode } from './message-problem.ts'
import { decodeText } from './text.ts'
import { cseq, fromAddress, requestUri, toAddress, topVia } from './typed.ts'
import { isSipUri } from './uri.ts'
import { parseVia, parseVias } from './via.ts'

/** A start line with its headers, the body still to come. */
export type Head = {
  ok: true
  message: SipMessage
  /** What Content-Length says. */
  contentLength: number | undefined
}

/** A start line with headers that are no message; a stream may still skip over its body. */
export type BrokenHead = { ok: false; problem: MessageProblem; contentLength: number | undefined }

const noBody = new Uint8Array(0)

/** Headers that may stand once, beside those every message needs; each has a bit. @source RFC 3261 §7.3.1, §20 */
const singular: ReadonlyMap<string, number> = new Map(
  [
    'Authentication-Info',
    'Content-Disposition',
    'Content-Length',
    'Content-Type',
    'Date',
    'Event',
    'Expires',
    'Max-Forwards',
    'MIME-Version',
    'Min-Expires',
    'Min-SE',
    'RAck',
    'Refer-To',
    'Referred-By',
    'Replaces',
    'Retry-After',
    'RSeq',
    'Session-Expires',
    'Subscription-State',
    'Timestamp',
  ].map((name, index) => [name, 1 << index]),
)

/**
 * Reads a start line and headers, given without the empty line that ends them.
 *
 * @source RFC 3261 §7.1 to §7.3, §8.1.1, §18.3
 */
export function readHead(bytes: Uint8Array, limits: MessageLimits): Head | BrokenHead {
  const text = decodeText(bytes)
  const lineEnd = text.indexOf('\r\n')
  const message = readStartLine(lineEnd < 0 ? text : text.slice(0, lineEnd))
  if ('code' in message) return broken(text, message.code, message.detail, message.status)
  const fault = lineEnd < 0 ? undefined : readHeaders(text, lineEnd + 2, message.headers, limits.maxHeaders)
  if (fault) return broken(text, fault.code, fault.detail, fault.status)
  const wrong = checkHead(message)
  if (wrong) return broken(text, wrong.code, wrong.detail, 400)
  return { ok: true, message, contentLength: readContentLength(message.headers) }
}

type Fault = { code: MessageProblemCode; detail: string; status: number }

function fault(code: MessageProblemCode, detail: string, status = 400): Fault {
  return { code, detail, status }
}

function readStartLine(line: string): SipMessage | Fault {
  if (line.startsWith('SIP/')) return readStatusLine(line)
  const first = line.indexOf(' ')
  const second = line.indexOf(' ', first + 1)
  if (first < 0 || second < 0) return fault('malformedStartLine', 'The start line has no three parts.')
  const version = line.slice(second + 1)
  // RFC 3261 §7.1: the version is written in capitals, and compares without case.
  if (version !== 'SIP/2.0' && version.toUpperCase() !== 'SIP/2.0') return readWrongVersion(version)
  const method = line.slice(0, first)
  if (!isToken(method)) return fault('malformedStartLine', 'The method is no token.')
  return { kind: 'request', method, requestUri: line.slice(first + 1, second), headers: [], body: noBody }
}

/** Only what would otherwise be a right start line tells another version (RFC 4475 §3.1.2.16). */
function readWrongVersion(version: string): Fault {
  const dot = version.indexOf('.')
  const right =
    version.slice(0, 4).toUpperCase() === 'SIP/' &&
    parseNumber(version.slice(4, dot), 999_999) !== undefined &&
    parseNumber(version.slice(dot + 1), 999_999) !== undefined
  return right
    ? fault('unsupportedVersion', 'Only SIP/2.0 is spoken here.', 505)
    : fault('malformedStartLine', 'The start line does not end in SIP/2.0.')
}

/** RFC 3261 §7.2. The reason may be empty; its space is often left out then. */
function readStatusLine(line: string): SipMessage | Fault {
  if (!line.startsWith('SIP/2.0 ')) return fault('unsupportedVersion', 'Only SIP/2.0 is spoken here.', 505)
  const status =
    line.length === 11 || line.charCodeAt(11) === 0x20 ? parseNumber(line.slice(8, 11), 699) : undefined
  if (status === undefined || status < 100) return fault('malformedStartLine', 'The status code is none.')
  return { kind: 'response', status, reason: line.slice(12), headers: [], body: noBody }
}

function readHeaders(
  text: string,
  start: number,
  headers: RawHeaders,
  maxHeaders: number,
): Fault | undefined {
  let position = start
  while (position < text.length) {
    let end = text.indexOf('\r', position)
    if (end < 0) end = text.length
    const feed = text.indexOf('\n', position)
    // A carriage return or line feed alone could read as another header behind the next proxy.
    if (end === text.length ? feed >= 0 : feed !== end + 1)
      return fault('malformedHeader', 'A line break is not CR LF.')
    const code = text.charCodeAt(position)
    if (code === 0x20 || code === 0x09) {
      // A folded line: one space in place of break and indentation (RFC 3261 §7.3.1).
      if (headers.length === 0) return fault('malformedHeader', 'The first header line is a continuation.')
      const more = trimmed(text, position, end)
      const before = headers[headers.length - 1] ?? ''
      headers[headers.length - 1] = before === '' ? more : more === '' ? before : `${before} ${more}`
    } else {
      const colon = text.indexOf(':', position)
      if (colon < 0 || colon >= end) return fault('malformedHeader', 'A header line has no colon.')
      let nameEnd = colon
      while (nameEnd > position && text.charCodeAt(nameEnd - 1) <= 0x20) nameEnd--
      let name = knownNameAt(text, position, nameEnd)
      if (name === undefined) {
        if (!isToken(text, position, nameEnd)) return fault('malformedHeader', 'A header name is no token.')
        name = canonicalHeaderName(text.slice(position, nameEnd))
      }
      if (headers.length >= 2 * maxHeaders) return fault('tooLarge', 'There are too many headers.', 513)
      headers.push(name, trimmed(text, colon + 1, end))
    }
    position = end + 2
  }
  return undefined
}

/** What every message needs, once and well formed. @source RFC 3261 §8.1.1, §20 table 2 */
function checkHead(message: SipMessage): Fault | undefined {
  const { headers } = message
  let from = 0
  let to = 0
  let callIds = 0
  let cseqs = 0
  let vias = 0
  let seen = 0
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name === 'Via') vias++
    else if (name === 'From') from++
    else if (name === 'To') to++
    else if (name === 'Call-ID') callIds++
    else if (name === 'CSeq') cseqs++
    else {
      const bit = singular.get(name) ?? 0
      if (seen & bit) return fault('repeatedHeader', `${name} stands twice.`)
      seen |= bit
    }
  }
  if (vias === 0) return fault('missingHeader', 'Via is missing.')
  if (from !== 1) return amount('From', from)
  if (to !== 1) return amount('To', to)
  if (callIds !== 1) return amount('Call-ID', callIds)
  if (cseqs !== 1) return amount('CSeq', cseqs)
  if (!topVia(message)) return malformed('Via')
  if (!fromAddress(message)) return malformed('From')
  if (!toAddress(message)) return malformed('To')
  if (!isCallId(getHeader(message, 'Call-ID') ?? '')) return malformed('Call-ID')
  const sequence = cseq(message)
  if (!sequence) return malformed('CSeq')
  if (message.kind === 'request') {
    const uri = requestUri(message)
    if (!uri) return fault('malformedRequestUri', 'The Request-URI is malformed.')
    // RFC 3261 §19.1.1 table 1: no headers in a Request-URI.
    if (isSipUri(uri) && uri.headers.size > 0)
      return fault('malformedRequestUri', 'The Request-URI has headers.')
    if (sequence.method !== message.method)
      return fault('methodMismatch', 'CSeq names another method than the start line.')
  }
  const length = getHeader(message, 'Content-Length')
  if (length !== undefined && parseNumber(length, Number.MAX_SAFE_INTEGER) === undefined)
    return malformed('Content-Length')
  return undefined
}

function amount(name: string, count: number): Fault {
  return count === 0
    ? fault('missingHeader', `${name} is missing.`)
    : fault('repeatedHeader', `${name} stands twice.`)
}

function malformed(name: string): Fault {
  return fault('malformedHeader', `${name} is malformed.`)
}

function readContentLength(headers: RawHeaders): number | undefined {
  const text = getHeader({ headers }, 'Content-Length')
  return text === undefined ? undefined : parseNumber(text, Number.MAX_SAFE_INTEGER)
}

/** What a broken head still says: enough to answer it, and where a stream goes on. */
function broken(text: string, code: MessageProblemCode, detail: string, status: number): BrokenHead {
  const salvaged = salvage(text)
  const lengths = salvaged.headers.filter(
    (_, i) => i % 2 === 1 && salvaged.headers[i - 1] === 'Content-Length',
  )
  const same = lengths.every(length => length === lengths[0])
  return {
    ok: false,
    problem: describeProblem(code, detail, status, salvaged),
    contentLength: same ? readContentLength(salvaged.headers) : undefined,
  }
}

/** A problem with a request's answer, where there can be one. */
export function describeProblem(
  code: MessageProblemCode,
  detail: string,
  status: number,
  read: SipMessage,
): MessageProblem {
  // RFC 3261 §17.1.1.3: an ACK is never answered; no response ever is.
  if (read.kind === 'response' || read.method === 'ACK' || cseq(read)?.method === 'ACK')
    return { code, detail }
  for (const name of ['From', 'To', 'Call-ID', 'CSeq'] as const)
    if (getHeader(read, name) === undefined) return { code, detail }
  if (!topVia(read)) return { code, detail }
  return { code, status, detail, partial: read }
}

const answerable: ReadonlySet<string> = new Set(['From', 'To', 'Call-ID', 'CSeq', 'Content-Length'])

/** Broken on purpose, a head may be nothing but lines: no more work is done for it than for a right one. */
const maxSalvagedLines = 256

/** A topmost Via whose parameters are malformed still says where to answer to. */
function readableVia(value: string): string {
  if (parseVias([value])) return value
  const [sentBy = ''] = value.split(/[;,]/, 1)
  return parseVia(sentBy) ? trimmed(sentBy, 0, sentBy.length) : value
}

/** Reads what can be read of a broken head, line by line; never fails. */
function salvage(text: string): SipRequest | SipMessage {
  const lines = text.split('\r\n', maxSalvagedLines)
  const start = lines[0] ?? ''
  const method = start.slice(0, Math.max(0, start.indexOf(' ')))
  const result: SipMessage = start.startsWith('SIP/')
    ? { kind: 'response', status: 0, reason: '', headers: [], body: noBody }
    : { kind: 'request', method: isToken(method) ? method : '', requestUri: '', headers: [], body: noBody }
  const unfolded: string[] = []
  for (const line of lines.slice(1)) {
    const code = line.charCodeAt(0)
    if ((code === 0x20 || code === 0x09) && unfolded.length > 0)
      unfolded.push(`${unfolded.pop()} ${line.trim()}`)
    else unfolded.push(line)
  }
  for (const line of unfolded) {
    const colon = line.indexOf(':')
    const name = canonicalHeaderName(line.slice(0, Math.max(0, colon)).trim())
    const value = trimmed(line, colon + 1, line.length)
    if (value.includes('\r') || value.includes('\n')) continue
    if (name === 'Via') addHeader(result, name, topVia(result) ? value : readableVia(value))
    else if (name === 'Content-Length') addHeader(result, name, value)
    else if (answerable.has(name) && getHeader(result, name) === undefined) addHeader(result, name, value)
  }
  return result
}
