import { randomBytes } from 'node:crypto'
import { maxSdpLength } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import type { Direction } from '../sdp/offer.ts'
import { type CodecName, codecOfSdpName, codecs, type SoundCodec } from './codecs.ts'
import { type CryptoLine, readCryptoLines, writeCryptoLine } from './srtp-keys.ts'

/** A codec and the payload type it has in one description. */
export type NumberedCodec = { codec: SoundCodec; type: number }
/** Where packets go. */
export type RemoteAddress = { address: string; port: number }

/** What a phone's description says about its sound; every field has been checked against its grammar. */
export type PhoneDescription = {
  /** Position of the section among all, and the others, to be refused in place. */
  sectionIndex: number
  sections: readonly { media: string; profile: string; formats: string }[]
  profile: string
  secure: boolean
  remote: RemoteAddress
  rtcpRemote: RemoteAddress
  /** The description carries a hold in the old way, by an address of zeros. @source RFC 3264 §8.4 */
  zeroAddress: boolean
  rtcpMux: boolean
  codecs: readonly NumberedCodec[]
  /** Telephone events by their clock rate. */
  digits: readonly { type: number; clockRate: number }[]
  comfortType: number | undefined
  direction: Direction
  crypto: readonly CryptoLine[]
}

const maxLines = 1_000
const maxSections = 8
const secureProfiles = ['RTP/SAVP', 'RTP/SAVPF']
const plainProfiles = ['RTP/AVP', 'RTP/AVPF']

function refuse(detail: string): never {
  throw new DomainError('media-failed', `Description refused: ${detail}`)
}

type Section = { media: string; connection: string | undefined; attributes: string[] }

function split(sdp: string): { connection: string | undefined; attributes: string[]; sections: Section[] } {
  if (sdp.length > maxSdpLength) refuse('it is longer than 64 kB')
  const lines = sdp.split(/\r?\n/)
  if (lines.length > maxLines) refuse('it has too many lines')
  if (lines[0] !== 'v=0') refuse('it does not start with v=0')
  const sections: Section[] = []
  const attributes: string[] = []
  let connection: string | undefined
  for (const line of lines) {
    const section = sections.at(-1)
    const value = line.slice(2)
    if (line.startsWith('m=')) sections.push({ media: value, connection: undefined, attributes: [] })
    else if (line.startsWith('a=')) (section?.attributes ?? attributes).push(value)
    else if (line.startsWith('c=')) {
      if (section) section.connection ??= value
      else connection ??= value
    }
  }
  if (sections.length === 0) refuse('it has no media section')
  if (sections.length > maxSections) refuse(`it has more than ${maxSections} media sections`)
  return { connection, attributes, sections }
}

/** An IPv4 address in four plain decimal numbers, or `undefined`. */
function readAddress(text: string): string | undefined {
  const parts = text.split('.')
  const fine =
    parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return fine ? text : undefined
}

/** Packets may go to a host, not to groups, to everyone or to this machine's wildcard. @source RFC 6890 §2.2.2 */
function checkTarget({ address, port }: RemoteAddress): RemoteAddress {
  const first = Number(address.split('.')[0])
  if (first >= 224 || first === 0) refuse('its address is not that of a host')
  if (port < 1_024 || port > 65_535) refuse('its port is not one for media')
  return { address, port }
}

const valuesOf = (attributes: readonly string[], name: string): string[] =>
  attributes
    .filter(attribute => attribute.startsWith(`${name}:`))
    .map(attribute => attribute.slice(name.length + 1))

function readCodecs(formats: readonly string[], attributes: readonly string[]) {
  const maps = new Map<number, string>()
  for (const value of valuesOf(attributes, 'rtpmap')) {
    const match = /^(\d{1,3}) +(\S+)/.exec(value)
    if (match) maps.set(Number(match[1]), match[2] as string)
  }
  const voice: NumberedCodec[] = []
  const digits: { type: number; clockRate: number }[] = []
  let comfortType: number | undefined
  for (const format of formats) {
    const type = /^\d{1,3}$/.test(format) ? Number(format) : 128
    // 64 to 95 would be taken for RTCP on a shared port. @source RFC 5761 §4
    if (type > 127 || (type >= 64 && type <= 95)) continue
    const map = maps.get(type)
    const name = map?.toLowerCase() ?? (type === 13 ? 'cn/8000' : undefined)
    const event = name && /^telephone-event\/(8000|16000|48000)$/.exec(name)
    if (event) digits.push({ type, clockRate: Number(event[1]) })
    else if (name === 'cn/8000') comfortType = type
    else {
      const codec = map
        ? codecOfSdpName(map)
        : Object.values(codecs).find(({ staticType }) => staticType === type)
      if (codec && !voice.some(known => known.codec === codec)) voice.push({ codec, type })
    }
  }
  return { codecs: voice, digits, comfortType }
}

function readDirection(session: readonly string[], section: readonly string[]): Direction {
  const names = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const
  const own = names.find(name => section.includes(name))
  return own ?? names.find(name => session.includes(name)) ?? 'sendrecv'
}

function readRtcpAddress(section: Section, remote: RemoteAddress, mux: boolean): RemoteAddress {
  if (mux) return remote
  const [value] = valuesOf(section.attributes, 'rtcp')
  const match = value && /^(\d{1,5})(?: IN IP4 (\S+))?$/.exec(value)
  const port = match ? Number(match[1]) : remote.port + 1
  const address = (match?.[2] && readAddress(match[2])) || remote.address
  // A report is not worth a refusal: without a usable address it goes where the sound goes.
  return port >= 1_024 && port <= 65_535 && address === remote.address ? { address, port } : remote
}

/**
 * Reads a phone's offer or answer: the first usable audio section, secure ones first where `preferSecure`.
 * @source RFC 8866 (SDP), RFC 3264 (offer/answer), RFC 4568 (crypto lines), RFC 3605 (rtcp)
 * @throws DomainError `media-failed` with the reason.
 */
export function readPhoneDescription(sdp: string, preferSecure: boolean): PhoneDescription {
  const { connection, attributes, sections } = split(sdp)
  const usable = sections.flatMap((section, index) => {
    const [media = '', port = '', profile = '', ...formats] = section.media.trim().split(/ +/)
    if (media !== 'audio' || !/^\d{1,5}$/.test(port) || port === '0') return []
    const secure = secureProfiles.includes(profile)
    if (!secure && !plainProfiles.includes(profile)) return []
    return [{ section, index, port: Number(port), profile, formats, secure }]
  })
  const chosen = usable.find(({ secure }) => secure === preferSecure) ?? usable[0]
  if (!chosen) refuse('it has no audio section over plain or SDES-protected RTP')
  const { section } = chosen
  const match = /^IN IP4 (\S+)$/.exec((section.connection ?? connection ?? '').trim())
  const address = match?.[1] && readAddress(match[1])
  if (!address) refuse('its connection line names no IPv4 address')
  const zeroAddress = address === '0.0.0.0'
  const remote = zeroAddress ? { address, port: chosen.port } : checkTarget({ address, port: chosen.port })
  const rtcpMux = section.attributes.includes('rtcp-mux')
  const read = readCodecs(chosen.formats, section.attributes)
  if (read.codecs.length === 0) refuse('it has no codec that we have')
  return {
    sectionIndex: chosen.index,
    sections: sections.map(({ media }) => {
      const [kind = '', , profile = '', ...formats] = media.split(' ')
      return {
        media: /^[a-z]{1,20}$/.test(kind) ? kind : 'application',
        profile: /^[A-Za-z/]{1,24}$/.test(profile) ? profile : 'RTP/AVP',
        formats: formats.find(format => /^[A-Za-z0-9.+-]{1,32}$/.test(format)) ?? '0',
      }
    }),
    profile: chosen.profile,
    secure: chosen.secure,
    remote,
    rtcpRemote: zeroAddress ? remote : readRtcpAddress(section, remote, rtcpMux),
    zeroAddress,
    rtcpMux,
    ...read,
    direction: readDirection(attributes, section.attributes),
    crypto: readCryptoLines(valuesOf(section.attributes, 'crypto')),
  }
}

/** What we say about our side. */
export type OwnDescription = {
  /** Numbers of the `o=` line; `version` grows with every change. @source RFC 3264 §8 */
  sessionId: string
  version: number
  address: string
  port: number
  profile: string
  codecs: readonly NumberedCodec[]
  digits: readonly { type: number; clockRate: number }[]
  comfortType: number | undefined
  direction: Direction
  rtcpMux: boolean
  crypto: readonly CryptoLine[]
}

function writeSection(own: OwnDescription): string[] {
  const types = [...own.codecs, ...own.digits].map(({ type }) => type)
  if (own.comfortType !== undefined) types.push(own.comfortType)
  return [
    `m=audio ${own.port} ${own.profile} ${types.join(' ')}`,
    ...own.codecs.flatMap(({ codec, type }) => [
      `a=rtpmap:${type} ${codec.sdpName}`,
      ...(codec.name === 'opus' ? [`a=fmtp:${type} useinbandfec=1`] : []),
    ]),
    ...own.digits.flatMap(({ type, clockRate }) => [
      `a=rtpmap:${type} telephone-event/${clockRate}`,
      `a=fmtp:${type} 0-15`,
    ]),
    ...(own.comfortType === undefined ? [] : [`a=rtpmap:${own.comfortType} CN/8000`]),
    'a=ptime:20',
    `a=${own.direction}`,
    ...(own.rtcpMux ? ['a=rtcp-mux'] : [`a=rtcp:${own.port + 1}`]),
    ...own.crypto.map(line => `a=crypto:${writeCryptoLine(line)}`),
  ]
}

/** Writes our description; as an answer, the other sections of `offer` are refused in their places. */
export function writePhoneDescription(own: OwnDescription, offer?: PhoneDescription): string {
  const lines = [
    'v=0',
    `o=guichet ${own.sessionId} ${own.version} IN IP4 ${own.address}`,
    's=-',
    `c=IN IP4 ${own.address}`,
    't=0 0',
  ]
  if (!offer) lines.push(...writeSection(own))
  else {
    offer.sections.forEach(({ media, profile, formats }, index) => {
      if (index === offer.sectionIndex) lines.push(...writeSection(own))
      else lines.push(`m=${media} 0 ${profile} ${formats}`)
    })
  }
  return `${lines.join('\r\n')}\r\n`
}

/** A session id for the `o=` line: digits alone. @source RFC 8866 §5.2 */
export function newSessionId(): string {
  return String(randomBytes(6).readUIntBE(0, 6))
}

/** Payload types of an offer of ours. */
const ownTypes: Record<CodecName, number> = { pcmu: 0, pcma: 8, g722: 9, opus: 107 }

/** Our offer's codecs in the order given, with telephone events at each clock they need. */
export function numberOwnCodecs(
  names: readonly CodecName[],
): Pick<OwnDescription, 'codecs' | 'digits' | 'comfortType'> {
  const wide = names.includes('opus')
  const narrow = names.some(name => name !== 'opus')
  return {
    codecs: names.map(name => ({ codec: codecs[name], type: ownTypes[name] })),
    digits: [
      ...(narrow ? [{ type: 101, clockRate: 8_000 }] : []),
      ...(wide ? [{ type: 102, clockRate: 48_000 }] : []),
    ],
    comfortType: undefined,
  }
}

/** The telephone events that go with a codec: those of its clock, else any. @source RFC 4733 §2.1 */
export function digitsFor<D extends { clockRate: number }>(
  digits: readonly D[],
  codec: SoundCodec,
): D | undefined {
  return digits.find(({ clockRate }) => clockRate === codec.clockRate) ?? digits[0]
}

/** Seen from the other side. @source RFC 3264 §6.1 */
export const mirroredDirection: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}
