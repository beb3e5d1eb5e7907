import { encodeText } from '../message/text.ts'
import type { SdpAttribute, SdpConnection, SdpMedia, SessionDescription } from './sdp.types.ts'

/** Writes a session description; a line break within a value becomes a space. @source RFC 8866 §5, §9 */
export function formatSdp(session: SessionDescription): string {
  const { origin, name, connection, bandwidths, timings, attributes } = session
  const { username, sessionId, sessionVersion } = origin
  const lines = [
    'v=0',
    `o=${username} ${sessionId} ${sessionVersion} ${formatConnection(origin)}`,
    // RFC 8866 §5.3: a session without a name is written with one dash.
    `s=${name === '' ? '-' : name}`,
    ...(connection ? [`c=${formatConnection(connection)}`] : []),
    ...bandwidths.map(bandwidth => `b=${bandwidth}`),
    ...(timings.length === 0 ? ['t=0 0'] : timings.map(timing => `t=${timing}`)),
    ...attributes.map(formatAttribute),
    ...session.media.flatMap(formatMedia),
  ]
  return `${lines.map(line => line.replace(/[\r\n]+/g, ' ')).join('\r\n')}\r\n`
}

/** Writes a session description as the bytes of a message's body. */
export function serializeSdp(session: SessionDescription): Uint8Array {
  return encodeText(formatSdp(session))
}

function formatConnection({ addressType, address }: SdpConnection): string {
  return `IN ${addressType} ${address}`
}

function formatAttribute({ name, value }: SdpAttribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`
}

function formatMedia(media: SdpMedia): string[] {
  const { kind, port, portCount, protocol, formats, title, connection, bandwidths, attributes } = media
  const ports = portCount === undefined ? port : `${port}/${portCount}`
  return [
    `m=${kind} ${ports} ${protocol} ${formats.join(' ')}`,
    ...(title === undefined ? [] : [`i=${title}`]),
    ...(connection ? [`c=${formatConnection(connection)}`] : []),
    ...bandwidths.map(bandwidth => `b=${bandwidth}`),
    ...attributes.map(formatAttribute),
  ]
}
