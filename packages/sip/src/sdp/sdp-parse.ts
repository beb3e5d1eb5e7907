import { parseNumber } from '../message/grammar.ts'
import { decodeText } from '../message/text.ts'
import type { SdpAttribute, SdpConnection, SdpMedia, SdpOrigin, SessionDescription } from './sdp.types.ts'

/** A description, or in one English sentence why the text is none; never holds what the text says. */
export type SdpResult = { ok: true; session: SessionDescription } | { ok: false; detail: string }

const maxLines = 2_000
const maxMedia = 32

/**
 * Reads a session description. Strict where a call depends on it (version, origin, connections, media lines), tolerant
 * elsewhere: unknown lines are passed over, attributes are kept. Never throws.
 *
 * @source RFC 8866 §5, §9
 */
export function parseSdp(source: string | Uint8Array): SdpResult {
  const text = typeof source === 'string' ? source : decodeText(source)
  const lines = text.split('\n', maxLines + 1)
  if (lines.length > maxLines) return wrong('There are too many lines.')
  let session: SessionDescription | undefined
  let media: SdpMedia | undefined
  let hasVersion = false
  for (const raw of lines) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '') continue
    // RFC 8866 §5: no whitespace beside the equals sign.
    if (line.charCodeAt(1) !== 0x3d) return wrong('A line is not of the form type=value.')
    if (line.includes('\r')) return wrong('A line holds a carriage return.')
    const type = line.charAt(0)
    const value = line.slice(2)
    if (!hasVersion) {
      if (type !== 'v' || value.trim() !== '0') return wrong('The description does not begin with v=0.')
      hasVersion = true
    } else if (!session) {
      const origin = type === 'o' ? parseOrigin(value) : undefined
      if (!origin) return wrong('The origin is missing or malformed.')
      session = { origin, name: '-', bandwidths: [], timings: [], attributes: [], media: [] }
    } else if (type === 'm') {
      media = parseMediaLine(value)
      if (!media) return wrong('A media line is malformed.')
      if (session.media.length === maxMedia) return wrong('There are too many media lines.')
      session.media.push(media)
    } else if (type === 'c') {
      const connection = parseConnection(value)
      if (!connection) return wrong('A connection is malformed.')
      const target: { connection?: SdpConnection } = media ?? session
      // Several addresses of one stream (RFC 8866 §5.7) are for multicast: the first one counts.
      target.connection ??= connection
    } else readOther(type, value, session, media)
  }
  return session ? { ok: true, session } : wrong('The origin is missing or malformed.')
}

function wrong(detail: string): SdpResult {
  return { ok: false, detail }
}

function readOther(
  type: string,
  value: string,
  session: SessionDescription,
  media: SdpMedia | undefined,
): void {
  const target = media ?? session
  if (type === 'a') target.attributes.push(parseAttribute(value))
  else if (type === 'b') target.bandwidths.push(value)
  else if (type === 's' && !media) session.name = value
  else if (type === 't' && !media) session.timings.push(value)
  else if (type === 'i' && media) media.title = value
}

function parseAttribute(value: string): SdpAttribute {
  const colon = value.indexOf(':')
  return colon < 0 ? { name: value } : { name: value.slice(0, colon), value: value.slice(colon + 1) }
}

/** Some write more than one space, which the grammar forbids and nobody minds. */
function words(value: string): string[] {
  return value.split(' ').filter(word => word !== '')
}

function parseOrigin(value: string): SdpOrigin | undefined {
  const parts = words(value)
  const [username = '', sessionId = '', sessionVersion = '', ...connection] = parts
  const address = parseConnection(connection.join(' '))
  if (parts.length !== 6 || !address || !isDigits(sessionId) || !isDigits(sessionVersion)) return undefined
  return { username, sessionId, sessionVersion, ...address }
}

function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return false
  }
  return text !== ''
}

function parseConnection(value: string): SdpConnection | undefined {
  const [network = '', type = '', address = '', ...more] = words(value)
  const addressType = type.toUpperCase()
  if (network.toUpperCase() !== 'IN' || more.length > 0) return undefined
  if (addressType !== 'IP4' && addressType !== 'IP6') return undefined
  // A TTL or a number of addresses may follow for multicast.
  const slash = address.indexOf('/')
  const host = slash < 0 ? address : address.slice(0, slash)
  return isHost(host) ? { addressType, address: host } : undefined
}

/** Letters, digits, dots, colons, dashes: whatever else it is, it is no part of another line. */
function isHost(host: string): boolean {
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i)
    const isAlphanumeric =
      (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
    if (!isAlphanumeric && code !== 0x2d && code !== 0x2e && code !== 0x3a && code !== 0x5f) return false
  }
  return host !== ''
}

function parseMediaLine(value: string): SdpMedia | undefined {
  const [kind = '', ports = '', protocol = '', ...formats] = words(value)
  const slash = ports.indexOf('/')
  const port = parseNumber(slash < 0 ? ports : ports.slice(0, slash), 65_535)
  const portCount = slash < 0 ? undefined : parseNumber(ports.slice(slash + 1), 65_535)
  if (port === undefined || protocol === '' || formats.length === 0) return undefined
  if (slash >= 0 && portCount === undefined) return undefined
  const media: SdpMedia = { kind, port, protocol, formats, bandwidths: [], attributes: [] }
  if (portCount !== undefined) media.portCount = portCount
  return media
}
