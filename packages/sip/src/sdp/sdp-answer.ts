import type {
  SdpAttribute,
  SdpConnection,
  SdpCrypto,
  SdpDirection,
  SdpFormat,
  SdpMedia,
  SdpOrigin,
  SessionDescription,
} from './sdp.types.ts'
import {
  connectionOf,
  cryptosOf,
  directionOf,
  formatCrypto,
  formatsOf,
  getAttribute,
  isHoldAddress,
  packetTimeOf,
  rtcpOf,
} from './sdp-attributes.ts'

/** A codec we speak. */
export type SdpCodec = {
  /** `PCMA`, `opus`; compared without case. */
  encoding: string
  clockRateHz: number
  /** 1 where nothing is said; Opus is written with 2. */
  channels?: number
  /** For an offer: the number to name it by. An answer takes the offer's. */
  payloadType: number
  /** What our `a=fmtp` says. */
  parameters?: string
}

/** What we can do with an audio stream. */
export type SdpCapabilities = {
  /** In order of preference. */
  codecs: readonly SdpCodec[]
  /** Whose order counts in an answer. @source RFC 3264 §6.1: theirs should, ours may */
  order: 'ours' | 'theirs'
  /** Whether digits are taken as RFC 4733 events, for the clock rate of every codec that was agreed. */
  telephoneEvents: boolean
  /** What we want to do; the offer may allow less. */
  direction: SdpDirection
  /** `RTP/AVP`, `RTP/SAVP`: others are rejected. */
  protocols: readonly string[]
  /** RTP and RTCP on one port, if it is offered. @source RFC 5761 §5.1.1 */
  rtcpMux: boolean
  /** Milliseconds of sound in a packet. */
  packetTimeMs?: number
}

/** Where we receive, and who we are. */
export type SdpLocal = {
  origin: SdpOrigin
  connection: SdpConnection
  port: number
  /** RTCP's port, where it is not the one after. */
  rtcpPort?: number
  /**
   * Chooses one of the offered keys and returns the answer's: same tag and suite, our own key. Needed for RTP/SAVP.
   *
   * @source RFC 4568 §5.1.2
   */
  chooseCrypto?(offered: readonly SdpCrypto[]): SdpCrypto | undefined
}

/** What both sides agreed on for one stream. */
export type NegotiatedMedia = {
  /** Its place among the media lines. */
  index: number
  /** What is spoken, the preferred first, by the numbers that both sides send. */
  formats: SdpFormat[]
  /** RFC 4733 digits, for the clock rates of the formats. */
  telephoneEvents: SdpFormat[]
  /** Ours. */
  direction: SdpDirection
  /** The peer does not want to hear us: `sendonly`, `inactive` or `0.0.0.0`. */
  heldByPeer: boolean
  /** Where to send; absent where the peer named no address, or the old sign for hold. */
  remote?: { address: string; port: number; rtcpPort: number; rtcpAddress: string }
  rtcpMux: boolean
  packetTimeMs?: number
  /** The keys: ours protects what we send. */
  crypto?: { local: SdpCrypto; remote: SdpCrypto }
}

/** An answer and what it means, or why there can be none: answer the request with 488 then. */
export type SdpAnswer =
  | { ok: true; session: SessionDescription; media: NegotiatedMedia }
  | { ok: false; reason: 'noAudio' | 'noCommonCodec' | 'noCommonProtocol' | 'noCommonCrypto' }

/**
 * Builds the answer to an offer: the first audio stream we can speak is taken, every other line is rejected with port 0, in
 * the offer's order. Held streams stay, by `a=sendonly`, `a=inactive` or `c=0.0.0.0`.
 *
 * @source RFC 3264 §6, §8.4
 */
export function answerTo(
  offer: SessionDescription,
  capabilities: SdpCapabilities,
  local: SdpLocal,
): SdpAnswer {
  let reason: Extract<SdpAnswer, { ok: false }>['reason'] = 'noAudio'
  let accepted: NegotiatedMedia | undefined
  const media = offer.media.map((offered, index) => {
    // RFC 3264 §6: a line with port 0 is answered with port 0.
    if (accepted || offered.kind !== 'audio' || offered.port === 0) return rejectMedia(offered)
    const result = negotiate(offer, offered, index, capabilities, local)
    if (typeof result === 'string') {
      reason = result
      return rejectMedia(offered)
    }
    accepted = result
    return describe(offered, result, capabilities, local)
  })
  if (!accepted) return { ok: false, reason }
  const { origin, connection } = local
  return {
    ok: true,
    // RFC 3264 §6: the answer's time line is the offer's.
    session: { origin, name: '-', connection, bandwidths: [], timings: offer.timings, attributes: [], media },
    media: accepted,
  }
}

/** The same line with port 0: a stream we do not want. @source RFC 3264 §6 */
export function rejectMedia({ kind, protocol, formats }: SdpMedia): SdpMedia {
  return { kind, port: 0, protocol, formats: formats.slice(0, 1), bandwidths: [], attributes: [] }
}

function negotiate(
  session: SessionDescription,
  offered: SdpMedia,
  index: number,
  capabilities: SdpCapabilities,
  local: SdpLocal,
): NegotiatedMedia | 'noCommonCodec' | 'noCommonProtocol' | 'noCommonCrypto' {
  if (!capabilities.protocols.includes(offered.protocol)) return 'noCommonProtocol'
  const agreed = agreeOn(session, offered, index, capabilities)
  if (agreed.formats.length === 0) return 'noCommonCodec'
  if (!isSecure(offered)) return agreed
  const cryptos = cryptosOf(offered)
  const chosen = local.chooseCrypto?.(cryptos)
  const remote = chosen && cryptos.find(one => one.tag === chosen.tag && one.suite === chosen.suite)
  return chosen && remote ? { ...agreed, crypto: { local: chosen, remote } } : 'noCommonCrypto'
}

/** SDES belongs to RTP/SAVP; keys beside RTP/AVP are a hint that nobody has to take. @source RFC 4568 §3.1 */
function isSecure({ protocol }: SdpMedia): boolean {
  return protocol === 'RTP/SAVP' || protocol === 'RTP/SAVPF'
}

/** What a peer's stream and our capabilities have in common. */
function agreeOn(
  session: SessionDescription,
  theirs: SdpMedia,
  index: number,
  capabilities: SdpCapabilities,
): NegotiatedMedia {
  const all = formatsOf(theirs)
  const formats = commonFormats(all, capabilities)
  const peer = directionOf(session, theirs)
  const negotiated: NegotiatedMedia = {
    index,
    formats,
    telephoneEvents: capabilities.telephoneEvents ? eventsFor(all, formats) : [],
    direction: meet(capabilities.direction, peer),
    heldByPeer: peer === 'sendonly' || peer === 'inactive',
    rtcpMux: capabilities.rtcpMux && getAttribute(theirs, 'rtcp-mux') !== undefined,
  }
  const packetTimeMs = packetTimeOf(theirs) ?? capabilities.packetTimeMs
  if (packetTimeMs !== undefined) negotiated.packetTimeMs = packetTimeMs
  const connection = connectionOf(session, theirs)
  if (connection && !isHoldAddress(connection)) {
    const { address } = connection
    const rtcp = rtcpOf(theirs)
    const rtcpPort = negotiated.rtcpMux ? theirs.port : (rtcp?.port ?? theirs.port + 1)
    negotiated.remote = { address, port: theirs.port, rtcpPort, rtcpAddress: rtcp?.address ?? address }
  }
  return negotiated
}

function commonFormats(offered: readonly SdpFormat[], { codecs, order }: SdpCapabilities): SdpFormat[] {
  if (order === 'theirs') return offered.filter(format => codecs.some(codec => isSame(codec, format)))
  return codecs.flatMap(codec => offered.filter(format => isSame(codec, format)).slice(0, 1))
}

function isSame(codec: SdpCodec, format: SdpFormat): boolean {
  return (
    codec.encoding.toLowerCase() === format.encoding.toLowerCase() &&
    codec.clockRateHz === format.clockRateHz &&
    (codec.channels ?? 1) === format.channels
  )
}

/** One event format for each clock rate that is spoken: digits share the sound's clock. @source RFC 4733 §2.1 */
function eventsFor(offered: readonly SdpFormat[], formats: readonly SdpFormat[]): SdpFormat[] {
  const events = offered.filter(format => format.encoding.toLowerCase() === 'telephone-event')
  const rates = new Set(formats.map(format => format.clockRateHz))
  return [...rates].flatMap(rate => events.filter(event => event.clockRateHz === rate).slice(0, 1))
}

/** What we do, by what we want and what the peer is ready for. @source RFC 3264 §6.1 */
function meet(wanted: SdpDirection, peer: SdpDirection): SdpDirection {
  const send = canSend(wanted) && canReceive(peer)
  const receive = canReceive(wanted) && canSend(peer)
  if (send) return receive ? 'sendrecv' : 'sendonly'
  return receive ? 'recvonly' : 'inactive'
}

function canSend(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

function canReceive(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

/** Our line for what was agreed. */
function describe(
  offered: SdpMedia,
  agreed: NegotiatedMedia,
  capabilities: SdpCapabilities,
  local: SdpLocal,
): SdpMedia {
  const formats = agreed.formats.map(format => {
    const codec = capabilities.codecs.find(one => isSame(one, format))
    const { parameters: _theirs, ...bare } = format
    return codec?.parameters === undefined ? bare : { ...bare, parameters: codec.parameters }
  })
  const mid = getAttribute(offered, 'mid')
  return {
    ...createMedia(offered.protocol, [...formats, ...agreed.telephoneEvents.map(withDigits)], local.port),
    attributes: [
      ...(mid === undefined ? [] : [{ name: 'mid', value: mid }]),
      ...formatAttributes([...formats, ...agreed.telephoneEvents.map(withDigits)]),
      ...streamAttributes(agreed, capabilities.packetTimeMs, local),
    ],
  }
}

/** Digits, star, hash, A to D and flash. @source RFC 4733 §2.4.1 */
function withDigits(event: SdpFormat): SdpFormat {
  return { ...event, parameters: '0-16' }
}

function createMedia(protocol: string, formats: readonly SdpFormat[], port: number): SdpMedia {
  const payloadTypes = formats.map(format => String(format.payloadType))
  return { kind: 'audio', port, protocol, formats: payloadTypes, bandwidths: [], attributes: [] }
}

function formatAttributes(formats: readonly SdpFormat[]): SdpAttribute[] {
  return formats.flatMap(({ payloadType, encoding, clockRateHz, channels, parameters }) => {
    const count = channels > 1 ? `/${channels}` : ''
    const map = { name: 'rtpmap', value: `${payloadType} ${encoding}/${clockRateHz}${count}` }
    return parameters === undefined ? [map] : [map, { name: 'fmtp', value: `${payloadType} ${parameters}` }]
  })
}

function streamAttributes(
  { direction, rtcpMux, crypto }: Pick<NegotiatedMedia, 'direction' | 'rtcpMux' | 'crypto'>,
  packetTimeMs: number | undefined,
  { rtcpPort }: SdpLocal,
): SdpAttribute[] {
  return [
    ...(packetTimeMs === undefined ? [] : [{ name: 'ptime', value: String(packetTimeMs) }]),
    ...(rtcpPort === undefined || rtcpMux ? [] : [{ name: 'rtcp', value: String(rtcpPort) }]),
    ...(rtcpMux ? [{ name: 'rtcp-mux' }] : []),
    ...(crypto ? [{ name: 'crypto', value: formatCrypto(crypto.local) }] : []),
    { name: direction },
  ]
}

/** What an offer of ours is made of. */
export type SdpOfferOptions = {
  capabilities: SdpCapabilities
  local: SdpLocal
  /** `RTP/AVP`, or `RTP/SAVP` with keys. */
  protocol: string
  /** The keys we offer, the preferred first. */
  cryptos?: readonly SdpCrypto[]
  /** Event payload types by clock rate; 101 for 8 kHz and 110 for 48 kHz where nothing is said. */
  eventPayloadTypes?: Readonly<Record<number, number>>
}

const defaultEventPayloadTypes: Readonly<Record<number, number>> = { 8000: 101, 16000: 109, 48000: 110 }

/** Builds an offer with one audio stream. @source RFC 3264 §5 */
export function createOffer(options: SdpOfferOptions): SessionDescription {
  const { capabilities, local, protocol, cryptos = [] } = options
  const numbers = options.eventPayloadTypes ?? defaultEventPayloadTypes
  const codecs = capabilities.codecs.map(codec => ({ channels: 1, ...codec }))
  const rates = capabilities.telephoneEvents
    ? new Set(codecs.map(codec => codec.clockRateHz))
    : new Set<number>()
  const events = [...rates].flatMap(clockRateHz => {
    const payloadType = numbers[clockRateHz]
    if (payloadType === undefined) return []
    return [withDigits({ payloadType, encoding: 'telephone-event', clockRateHz, channels: 1 })]
  })
  const formats = [...codecs, ...events]
  const { direction, rtcpMux, packetTimeMs } = capabilities
  const media: SdpMedia = {
    ...createMedia(protocol, formats, local.port),
    attributes: [
      ...formatAttributes(formats),
      ...cryptos.map(crypto => ({ name: 'crypto', value: formatCrypto(crypto) })),
      ...streamAttributes({ direction, rtcpMux }, packetTimeMs, local),
    ],
  }
  const { origin, connection } = local
  return { origin, name: '-', connection, bandwidths: [], timings: ['0 0'], attributes: [], media: [media] }
}

/**
 * Reads what an answer to our offer means for one of its lines, or why nothing was agreed on.
 *
 * @param cryptos The keys that were offered.
 * @source RFC 3264 §7
 */
export function readAnswer(
  answer: SessionDescription,
  capabilities: SdpCapabilities,
  { index = 0, cryptos = [] }: { index?: number; cryptos?: readonly SdpCrypto[] } = {},
): { ok: true; media: NegotiatedMedia } | Extract<SdpAnswer, { ok: false }> {
  const theirs = answer.media[index]
  if (theirs?.kind !== 'audio' || theirs.port === 0) return { ok: false, reason: 'noAudio' }
  // An answerer states its own order, which both sides follow (RFC 3264 §7).
  const agreed = agreeOn(answer, theirs, index, { ...capabilities, order: 'theirs' })
  if (agreed.formats.length === 0) return { ok: false, reason: 'noCommonCodec' }
  if (!isSecure(theirs))
    return cryptos.length > 0 ? { ok: false, reason: 'noCommonCrypto' } : { ok: true, media: agreed }
  const [remote] = cryptosOf(theirs)
  const local = remote && cryptos.find(one => one.tag === remote.tag && one.suite === remote.suite)
  if (!remote || !local) return { ok: false, reason: 'noCommonCrypto' }
  return { ok: true, media: { ...agreed, crypto: { local, remote } } }
}

/** The origin of a changed description: one version on. @source RFC 3264 §8 */
export function nextVersion(origin: SdpOrigin): SdpOrigin {
  return { ...origin, sessionVersion: String(BigInt(origin.sessionVersion) + 1n) }
}
