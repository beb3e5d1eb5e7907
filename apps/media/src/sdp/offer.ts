import { maxSdpLength } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import { type CodecName, codecs, type SoundCodec } from '../phone/codecs.ts'

/** What a media section of an offer carries for us. */
export type OfferSection =
  | { kind: 'refused'; media: string; mid: string | undefined; profile: string; formats: string }
  | ({
      kind: 'audio'
      /** Codecs in the order to answer with: the first is what the browser will send. */
      codecs: readonly OfferedCodec[]
      /** Keypad events at the clock of the first codec. */
      digitType: number | undefined
      digitTypes: Readonly<Partial<Record<number, number>>>
    } & SectionCommon)
  | ({ kind: 'camera' | 'screen'; vp8Type: number; rtxType: number | undefined } & SectionCommon)

/** A codec and its payload type in this connection. */
export type OfferedCodec = { codec: SoundCodec; type: number }

type SectionCommon = {
  mid: string
  profile: string
  /** What the offerer does; our answer mirrors it. */
  direction: Direction
  /** SSRC it will send with, where announced. */
  ssrc: number | undefined
  /** SSRC of its retransmissions, where announced. */
  rtxSsrc: number | undefined
  /** Header extension ids. */
  midExtension: number | undefined
  levelExtension: number | undefined
  reducedSize: boolean
}

/** Direction attribute of a section. @source RFC 8866 §6.7 */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/**
 * A browser's offer reduced to what we use; every field has been checked against its grammar. Its candidates
 * are left out: the browser finds us, and we never send a packet to an address that a stranger merely names.
 */
export type Offer = {
  iceUfrag: string
  icePwd: string
  fingerprint: { algorithm: string; value: string }
  setup: 'actpass' | 'active' | 'passive'
  sections: OfferSection[]
}

/** Codecs answered, in order; a browser that offers no Opus is none we know. */
const answeredCodecs = [codecs.opus, codecs.pcmu, codecs.pcma, codecs.g722]
const maxLines = 4_000
const maxSections = 4
const hashBytes: Record<string, number> = { 'sha-1': 20, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 }
const profiles = ['UDP/TLS/RTP/SAVPF', 'RTP/SAVPF', 'TCP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVP']
const midExtensionUri = 'urn:ietf:params:rtp-hdrext:sdes:mid'
const levelExtensionUri = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'

function refuse(detail: string): never {
  throw new DomainError('media-failed', `Offer refused: ${detail}`)
}

type Lines = { media: string; attributes: string[] }

function split(sdp: string): { session: string[]; sections: Lines[] } {
  if (sdp.length > maxSdpLength) refuse('it is longer than 64 kB')
  const lines = sdp.split(/\r?\n/)
  if (lines.length > maxLines) refuse('it has too many lines')
  if (lines[0] !== 'v=0') refuse('it does not start with v=0')
  const session: string[] = []
  const sections: Lines[] = []
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push({ media: line.slice(2), attributes: [] })
    else if (line.startsWith('a=')) (sections.at(-1)?.attributes ?? session).push(line.slice(2))
  }
  if (sections.length === 0) refuse('it has no media section')
  if (sections.length > maxSections) refuse(`it has more than ${maxSections} media sections`)
  return { session, sections }
}

/** First value of `name:value` among the attributes. */
function attributeOf(attributes: readonly string[], name: string): string | undefined {
  return attributes.find(attribute => attribute.startsWith(`${name}:`))?.slice(name.length + 1)
}

function readTransport(session: string[], first: string[]): Omit<Offer, 'sections'> {
  const attribute = (name: string) => attributeOf(first, name) ?? attributeOf(session, name)
  const iceUfrag = attribute('ice-ufrag') ?? refuse('ice-ufrag is missing')
  const icePwd = attribute('ice-pwd') ?? refuse('ice-pwd is missing')
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(iceUfrag)) refuse('ice-ufrag is malformed')
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(icePwd)) refuse('ice-pwd is malformed')
  const [algorithm = '', value = ''] = (attribute('fingerprint') ?? refuse('fingerprint is missing')).split(
    ' ',
  )
  const bytes = hashBytes[algorithm.toLowerCase()] ?? refuse('fingerprint algorithm is unknown')
  if (!new RegExp(`^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){${bytes - 1}}$`).test(value)) {
    refuse('fingerprint is malformed')
  }
  const setup = attribute('setup') ?? 'actpass'
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') refuse('setup is malformed')
  return {
    iceUfrag,
    icePwd,
    fingerprint: { algorithm: algorithm.toLowerCase(), value: value.toUpperCase() },
    setup,
  }
}

function readNumber(text: string | undefined, lowest: number, highest: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
  const value = Number(text)
  return value >= lowest && value <= highest ? value : undefined
}

/** Payload types of a codec such as `opus/48000/2`, case-insensitive, in offered order. */
function typesOf(attributes: readonly string[], codec: string): number[] {
  const types: number[] = []
  for (const attribute of attributes) {
    const match = /^rtpmap:(\d{1,3}) (\S+)$/.exec(attribute)
    if (match?.[2]?.toLowerCase() !== codec) continue
    const type = readNumber(match[1], 0, 127)
    if (type !== undefined && (type < 64 || type > 95)) types.push(type)
  }
  return types
}

function extensionId(attributes: readonly string[], uri: string): number | undefined {
  for (const attribute of attributes) {
    const match = /^extmap:(\d{1,3})(?:\/\w+)? (\S+)/.exec(attribute)
    if (match?.[2] === uri) return readNumber(match[1], 1, 14)
  }
  return undefined
}

function readSsrcs(attributes: readonly string[]): Pick<SectionCommon, 'ssrc' | 'rtxSsrc'> {
  const pair = attributes.flatMap(attribute => /^ssrc-group:FID (\d+) (\d+)$/.exec(attribute) ?? []).slice(1)
  const single = attributes.map(attribute => /^ssrc:(\d+) /.exec(attribute)?.[1]).find(Boolean)
  return {
    ssrc: readNumber(pair[0] ?? single, 1, 4_294_967_295),
    rtxSsrc: readNumber(pair[1], 1, 4_294_967_295),
  }
}

function readSection(lines: Lines, bundled: ReadonlySet<string>, videosBefore: number): OfferSection {
  const [media = '', port = '', profile = '', ...formats] = lines.media.split(' ')
  if (!/^[a-z]{1,20}$/.test(media) || !/^\d{1,5}$/.test(port)) refuse('a media line is malformed')
  const { attributes } = lines
  const rawMid = attributeOf(attributes, 'mid')
  if (rawMid !== undefined && !/^[A-Za-z0-9_.-]{1,16}$/.test(rawMid)) refuse('a mid is malformed')
  const safeProfile = /^[A-Z/]{1,24}$/.test(profile) ? profile : 'UDP/TLS/RTP/SAVPF'
  const firstFormat = formats.find(format => /^[A-Za-z0-9-]{1,32}$/.test(format)) ?? '0'
  const refused: OfferSection = {
    kind: 'refused',
    media,
    mid: rawMid,
    profile: safeProfile,
    formats: firstFormat,
  }
  const usable =
    rawMid !== undefined &&
    bundled.has(rawMid) &&
    profiles.includes(profile) &&
    attributes.includes('rtcp-mux') &&
    (port !== '0' || attributes.includes('bundle-only'))
  if (!usable) return refused
  const direction = (['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const).find(name =>
    attributes.includes(name),
  )
  const common: SectionCommon = {
    mid: rawMid,
    profile,
    direction: direction ?? 'sendrecv',
    ...readSsrcs(attributes),
    midExtension: extensionId(attributes, midExtensionUri),
    levelExtension: extensionId(attributes, levelExtensionUri),
    reducedSize: attributes.includes('rtcp-rsize'),
  }
  if (media === 'audio') {
    const offered = answeredCodecs.flatMap(codec => {
      const type = typesOf(attributes, codec.sdpName.toLowerCase())[0]
      return type === undefined ? [] : [{ codec, type }]
    })
    if (offered[0]?.codec !== codecs.opus) return refused
    const digitTypes = {
      48000: typesOf(attributes, 'telephone-event/48000')[0],
      8000: typesOf(attributes, 'telephone-event/8000')[0],
    }
    return { kind: 'audio', codecs: offered, digitType: digitTypes[48_000], digitTypes, ...common }
  }
  const vp8Type = typesOf(attributes, 'vp8/90000')[0]
  if (media !== 'video' || vp8Type === undefined || videosBefore > 1) return refused
  const rtxType = typesOf(attributes, 'rtx/90000').find(type =>
    attributes.includes(`fmtp:${type} apt=${vp8Type}`),
  )
  return { kind: videosBefore === 0 ? 'camera' : 'screen', vp8Type, rtxType, ...common }
}

/**
 * Reads a browser's offer strictly: what libdatachannel is given later is written anew from these fields, so
 * that nothing a client sends reaches native code as it came.
 * The first audio section must be usable; sections we have no use for come back as `refused`.
 * @throws DomainError `media-failed` with the reason.
 */
export function readOffer(sdp: string): Offer {
  const { session, sections } = split(sdp)
  const group = session.find(attribute => attribute.startsWith('group:BUNDLE '))
  const mids = sections.map(section => attributeOf(section.attributes, 'mid'))
  if (new Set(mids).size !== mids.length) refuse('two media sections have the same mid')
  const bundled = new Set(group ? group.split(' ').slice(1) : mids.slice(0, 1).map(mid => mid ?? ''))
  let videos = 0
  let audios = 0
  const read = sections.map(lines => {
    const isVideo = lines.media.startsWith('video ')
    const section = readSection(lines, bundled, videos)
    if (isVideo) videos++
    if (section.kind !== 'audio') return section
    audios++
    if (audios > 1) refuse('it has more than one audio section')
    return section
  })
  if (audios === 0) refuse('it has no usable audio section (bundled, rtcp-mux, Opus)')
  const first = sections.find((_, i) => read[i]?.kind !== 'refused')
  return { ...readTransport(session, first?.attributes ?? []), sections: read }
}

/**
 * The offer with the codec named first, where the browser offered it: what it then sends, and is sent, needs no
 * transcoding toward a phone with the same.
 */
export function preferCodec(offer: Offer, name: CodecName | undefined): Offer {
  const prefer = (section: OfferSection): OfferSection => {
    if (section.kind !== 'audio') return section
    const preferred = section.codecs.find(({ codec }) => codec.name === name)
    if (!preferred) return section
    const digitType = section.digitTypes[preferred.codec.clockRate]
    const others = section.codecs.filter(offered => offered !== preferred)
    return { ...section, codecs: [preferred, ...others], digitType }
  }
  return { ...offer, sections: offer.sections.map(prefer) }
}

/** The offer libdatachannel is given: one section that stands for the whole bundle. */
export function writeTransportOffer(offer: Offer): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${offer.iceUfrag}`,
    `a=ice-pwd:${offer.icePwd}`,
    `a=fingerprint:${offer.fingerprint.algorithm} ${offer.fingerprint.value}`,
    `a=setup:${offer.setup}`,
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    '',
  ].join('\r\n')
}
