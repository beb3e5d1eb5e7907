import { parseNumber } from '../message/grammar.ts'
import type {
  SdpAttribute,
  SdpConnection,
  SdpCrypto,
  SdpDirection,
  SdpFormat,
  SdpMedia,
  SessionDescription,
} from './sdp.types.ts'

/** Whatever has attributes: a session or a media section. */
type HasAttributes = { attributes: SdpAttribute[] }

/** The value of the first attribute of this name; empty for one without a value, `undefined` where there is none. */
export function getAttribute(section: HasAttributes, name: string): string | undefined {
  const found = section.attributes.find(attribute => attribute.name === name)
  return found && (found.value ?? '')
}

/** The values of all attributes of this name. */
export function getAttributes(section: HasAttributes, name: string): string[] {
  return section.attributes.filter(one => one.name === name).map(one => one.value ?? '')
}

const directions: readonly SdpDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

/** The direction a section names itself, if any. */
function ownDirection(section: HasAttributes): SdpDirection | undefined {
  return directions.find(direction => section.attributes.some(one => one.name === direction))
}

/** Where a stream is to be sent to: its own connection, else the session's. */
export function connectionOf(session: SessionDescription, media: SdpMedia): SdpConnection | undefined {
  return media.connection ?? session.connection
}

/** Whether the address is the old sign for hold: `0.0.0.0`, or `::`. @source RFC 3264 §8.4 */
export function isHoldAddress({ address }: SdpConnection): boolean {
  return address === '0.0.0.0' || address === '::'
}

/**
 * What the writer of a description is ready to do: its attribute, else the session's, else both ways; without receiving where
 * the address is `0.0.0.0`.
 *
 * @source RFC 8866 §6.7, RFC 3264 §8.4
 */
export function directionOf(session: SessionDescription, media: SdpMedia): SdpDirection {
  const direction = ownDirection(media) ?? ownDirection(session) ?? 'sendrecv'
  const connection = connectionOf(session, media)
  if (!connection || !isHoldAddress(connection)) return direction
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive'
}

/** Payload types that mean something without `a=rtpmap`. @source RFC 3551 §6 table 4 */
const staticFormats: Record<number, { encoding: string; clockRateHz: number }> = {
  0: { encoding: 'PCMU', clockRateHz: 8_000 },
  3: { encoding: 'GSM', clockRateHz: 8_000 },
  4: { encoding: 'G723', clockRateHz: 8_000 },
  8: { encoding: 'PCMA', clockRateHz: 8_000 },
  // 16 kHz sound, whose clock is 8 kHz by an old mistake (RFC 3551 §4.5.2).
  9: { encoding: 'G722', clockRateHz: 8_000 },
  13: { encoding: 'CN', clockRateHz: 8_000 },
  15: { encoding: 'G728', clockRateHz: 8_000 },
  18: { encoding: 'G729', clockRateHz: 8_000 },
}

/** The RTP formats of a stream in their order, each payload type once; those that nothing explains are left out. */
export function formatsOf(media: SdpMedia): SdpFormat[] {
  const maps = byPayloadType(getAttributes(media, 'rtpmap'))
  const parameters = byPayloadType(getAttributes(media, 'fmtp'))
  const formats: SdpFormat[] = []
  // A line may repeat a number thousands of times, and every answer would.
  for (const payloadType of new Set(media.formats.map(text => parseNumber(text, 127)))) {
    if (payloadType === undefined) continue
    const map = maps.get(payloadType)
    const format = map === undefined ? staticFormat(payloadType) : parseMap(payloadType, map)
    if (!format) continue
    const own = parameters.get(payloadType)
    formats.push(own === undefined ? format : { ...format, parameters: own })
  }
  return formats
}

/** Splits `101 telephone-event/8000` at its first space; the first of a payload type counts. */
function byPayloadType(values: readonly string[]): Map<number, string> {
  const result = new Map<number, string>()
  for (const value of values) {
    const space = value.indexOf(' ')
    const payloadType = parseNumber(value.slice(0, Math.max(0, space)), 127)
    if (payloadType !== undefined && !result.has(payloadType))
      result.set(payloadType, value.slice(space + 1).trim())
  }
  return result
}

function staticFormat(payloadType: number): SdpFormat | undefined {
  const known = staticFormats[payloadType]
  return known && { payloadType, ...known, channels: 1 }
}

function parseMap(payloadType: number, map: string): SdpFormat | undefined {
  const [encoding = '', clock = '', channels = '1', ...more] = map.split('/')
  const clockRateHz = parseNumber(clock, 2 ** 31)
  const count = parseNumber(channels, 255)
  if (encoding === '' || !clockRateHz || !count || more.length > 0) return undefined
  return { payloadType, encoding, clockRateHz, channels: count }
}

/** Milliseconds of sound in a packet, where the description says. @source RFC 8866 §6.4 */
export function packetTimeOf(media: SdpMedia): number | undefined {
  const value = Number(getAttribute(media, 'ptime'))
  return Number.isFinite(value) && value > 0 && value <= 1_000 ? value : undefined
}

/** Where RTCP is to be sent to, if not to the port after RTP's. @source RFC 3605 §2.1 */
export function rtcpOf(media: SdpMedia): { port: number; address?: string } | undefined {
  const [port = '', , , address] = (getAttribute(media, 'rtcp') ?? '').split(' ')
  const read = parseNumber(port, 65_535)
  if (read === undefined) return undefined
  return address === undefined || address === '' ? { port: read } : { port: read, address }
}

/** The keys a stream offers or takes. @source RFC 4568 §9.1 */
export function cryptosOf(media: SdpMedia): SdpCrypto[] {
  const cryptos: SdpCrypto[] = []
  for (const value of getAttributes(media, 'crypto')) {
    const [tag = '', suite = '', keyParams = '', ...sessionParams] = value
      .split(' ')
      .filter(word => word !== '')
    const number = parseNumber(tag, 999_999_999)
    if (number === undefined || suite === '' || !keyParams.startsWith('inline:')) continue
    cryptos.push({ tag: number, suite, keyParams, sessionParams })
  }
  return cryptos
}

/** Writes the value of `a=crypto`. */
export function formatCrypto({ tag, suite, keyParams, sessionParams }: SdpCrypto): string {
  return [tag, suite, keyParams, ...sessionParams].join(' ')
}
