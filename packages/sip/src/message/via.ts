import { isToken, isTokenCode, skipBlanks, splitOutside, trimmed } from './grammar.ts'
import { formatHostPort, type HostPort, parseHostPort } from './host.ts'
import { formatParams, type Params, parseParams } from './params.ts'

/** Where a request passed. @source RFC 3261 §20.42 */
export type Via = HostPort & {
  /** `UDP`, `TCP`, `TLS`, `SCTP`, `WS` or another, in capitals. */
  transport: string
  /** All parameters by lower-case name; those the stack needs stand beside them. */
  params: Params
  branch?: string
  /** The address the request came from, IPv6 without brackets. */
  received?: string
  /** `true` where the sender asks for it without a value, a port where it was filled in. @source RFC 3581 §3 */
  rport?: number | true
  maddr?: string
}

/** The branch prefix of RFC 3261; branches without it belong to RFC 2543. @source RFC 3261 §8.1.1.7 */
export const branchCookie = 'z9hG4bK'

/** Reads one Via element; `undefined` where it is malformed. @source RFC 3261 §25.1 via-parm */
export function parseVia(value: string): Via | undefined {
  const slash = value.indexOf('/')
  const secondSlash = value.indexOf('/', slash + 1)
  if (slash < 0 || secondSlash < 0) return undefined
  // `SIP / 2.0 / UDP` may have blanks around its slashes (RFC 4475 §3.1.1.1).
  // By the grammar name and version are any tokens; a request of another version is answered too (RFC 4475 §3.1.2.16).
  if (!isToken(trimmed(value, 0, slash)) || !isToken(trimmed(value, slash + 1, secondSlash))) return undefined
  const start = skipBlanks(value, secondSlash + 1)
  let end = start
  while (end < value.length && isTokenCode(value.charCodeAt(end))) end++
  if (end === start || skipBlanks(value, end) === end) return undefined
  const semicolon = value.indexOf(';', end)
  const sentBy = trimmed(value, end, semicolon < 0 ? value.length : semicolon)
  const hostPort = parseHostPort(sentBy) ?? parseSpaced(sentBy)
  const params = parseParams(value, semicolon < 0 ? value.length : semicolon)
  if (!hostPort || !params) return undefined
  const via: Via = { transport: transportOf(value.slice(start, end)), host: hostPort.host, params }
  if (hostPort.port !== undefined) via.port = hostPort.port
  const branch = params.get('branch')
  if (branch !== undefined) via.branch = branch
  const received = params.get('received')
  if (received !== undefined) via.received = withoutBrackets(received)
  const maddr = params.get('maddr')
  if (maddr !== undefined) via.maddr = withoutBrackets(maddr)
  if (params.has('rport')) via.rport = portOf(params.get('rport'))
  return via
}

/** The usual ones are compared first: an upper-case copy costs more. */
function transportOf(text: string): string {
  return text === 'UDP' || text === 'TCP' || text === 'TLS' ? text : text.toUpperCase()
}

/** `COLON` is `SWS ":" SWS`: blanks may stand around a port's colon. */
function parseSpaced(sentBy: string): HostPort | undefined {
  const colon = sentBy.lastIndexOf(':')
  if (colon < 0) return undefined
  return parseHostPort(`${trimmed(sentBy, 0, colon)}:${trimmed(sentBy, colon + 1, sentBy.length)}`)
}

/** RFC 5118 §4.5: `received` may be written with or without brackets. */
function withoutBrackets(address: string): string {
  return address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address
}

function portOf(text: string | undefined): number | true {
  const port = Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : true
}

/** Reads all Via elements of all lines, the topmost first; `undefined` where one is malformed. */
export function parseVias(lines: readonly string[]): Via[] | undefined {
  const vias: Via[] = []
  for (const line of lines)
    for (const part of splitOutside(line, ',') ?? ['']) {
      const via = parseVia(part)
      if (!via) return undefined
      vias.push(via)
    }
  return vias
}

/** Writes a Via element. `rport` set to `true` asks for symmetric answers (RFC 3581 §3). */
export function formatVia(via: {
  transport: string
  host: string
  port?: number | undefined
  branch?: string | undefined
  rport?: number | true | undefined
  received?: string | undefined
  params?: Params | undefined
}): string {
  const params = new Map(via.params)
  if (via.branch !== undefined) params.set('branch', via.branch)
  if (via.received !== undefined) params.set('received', via.received)
  if (via.rport !== undefined) params.set('rport', via.rport === true ? undefined : String(via.rport))
  const { host, port } = via
  const sentBy = formatHostPort(port === undefined ? { host } : { host, port })
  return `SIP/2.0/${via.transport.toUpperCase()} ${sentBy}${formatParams(params)}`
}
