import { DomainError } from '@guichet/domain'
import type { Direction, Offer, OfferSection } from './offer.ts'

/** Our side of the connection, as libdatachannel describes it. */
export type LocalTransport = {
  iceUfrag: string
  icePwd: string
  fingerprint: string
  setup: string
  candidates: string[]
}

/** SSRCs of our outgoing streams. */
export type OutgoingSsrcs = {
  audio: number
  camera: { ssrc: number; rtxSsrc: number }
  screen: { ssrc: number; rtxSsrc: number }
}

/** Name that groups our streams in RTCP and in stream ids. */
export const cname = 'guichet'

/**
 * Reads the transport part of libdatachannel's description. With `announcedAddress` every host candidate
 * tells that address instead of the local one, for servers behind address translation.
 * @throws DomainError `media-failed` when the description is incomplete.
 */
export function readLocalTransport(sdp: string, announcedAddress?: string): LocalTransport {
  const value = (name: string): string => {
    const found = new RegExp(`^a=${name}:(.+)$`, 'm').exec(sdp)?.[1]?.trim()
    if (!found) throw new DomainError('media-failed', `No ${name} in the local description`)
    return found
  }
  const seen = new Set<string>()
  for (const match of sdp.matchAll(/^a=(candidate:\S+ 1 UDP \d+ )(\S+)( \d+ typ host).*$/gm)) {
    seen.add(`${match[1]}${announcedAddress ?? match[2]}${match[3]}`)
  }
  return {
    iceUfrag: value('ice-ufrag'),
    icePwd: value('ice-pwd'),
    fingerprint: value('fingerprint'),
    setup: value('setup'),
    candidates: [...seen],
  }
}

const mirrored: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
}

function writeCodecs(section: Exclude<OfferSection, { kind: 'refused' }>): string[] {
  if (section.kind === 'audio') {
    const lines = section.codecs.flatMap(({ codec, type }) => [
      `a=rtpmap:${type} ${codec.sdpName}`,
      ...(codec.name === 'opus' ? [`a=fmtp:${type} minptime=10;useinbandfec=1`] : []),
    ])
    if (section.digitType === undefined) return lines
    return [
      ...lines,
      `a=rtpmap:${section.digitType} telephone-event/${section.codecs[0]?.codec.clockRate}`,
      `a=fmtp:${section.digitType} 0-15`,
    ]
  }
  const lines = [
    `a=rtpmap:${section.vp8Type} VP8/90000`,
    `a=rtcp-fb:${section.vp8Type} goog-remb`,
    `a=rtcp-fb:${section.vp8Type} ccm fir`,
    `a=rtcp-fb:${section.vp8Type} nack`,
    `a=rtcp-fb:${section.vp8Type} nack pli`,
  ]
  if (section.rtxType === undefined) return lines
  return [
    ...lines,
    `a=rtpmap:${section.rtxType} rtx/90000`,
    `a=fmtp:${section.rtxType} apt=${section.vp8Type}`,
  ]
}

function writeStreams(section: Exclude<OfferSection, { kind: 'refused' }>, ssrcs: OutgoingSsrcs): string[] {
  // The screen is a stream of its own: only voice and camera are to be played in step.
  const stream = section.kind === 'screen' ? 'guichet-screen' : 'guichet'
  const msid = `a=msid:${stream} ${section.kind}`
  if (section.kind === 'audio') return [msid, `a=ssrc:${ssrcs.audio} cname:${cname}`]
  const { ssrc, rtxSsrc } = ssrcs[section.kind]
  if (section.rtxType === undefined) return [msid, `a=ssrc:${ssrc} cname:${cname}`]
  return [
    msid,
    `a=ssrc-group:FID ${ssrc} ${rtxSsrc}`,
    `a=ssrc:${ssrc} cname:${cname}`,
    `a=ssrc:${rtxSsrc} cname:${cname}`,
  ]
}

function writeSection(
  section: OfferSection,
  transport: LocalTransport,
  ssrcs: OutgoingSsrcs,
  carriesCandidates: boolean,
): string[] {
  if (section.kind === 'refused') {
    const lines = [`m=${section.media} 0 ${section.profile} ${section.formats}`, 'c=IN IP4 0.0.0.0']
    if (section.mid !== undefined) lines.push(`a=mid:${section.mid}`)
    return [...lines, 'a=inactive']
  }
  const types =
    section.kind === 'audio'
      ? [...section.codecs.map(({ type }) => type), section.digitType]
      : [section.vp8Type, section.rtxType]
  const lines = [
    `m=${section.kind === 'audio' ? 'audio' : 'video'} 9 ${section.profile} ${types.filter(type => type !== undefined).join(' ')}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${transport.iceUfrag}`,
    `a=ice-pwd:${transport.icePwd}`,
    `a=fingerprint:${transport.fingerprint}`,
    `a=setup:${transport.setup}`,
    `a=mid:${section.mid}`,
    `a=${mirrored[section.direction]}`,
    'a=rtcp-mux',
  ]
  if (section.reducedSize) lines.push('a=rtcp-rsize')
  if (section.midExtension !== undefined) {
    lines.push(`a=extmap:${section.midExtension} urn:ietf:params:rtp-hdrext:sdes:mid`)
  }
  if (section.kind === 'audio' && section.levelExtension !== undefined) {
    lines.push(`a=extmap:${section.levelExtension} urn:ietf:params:rtp-hdrext:ssrc-audio-level`)
  }
  lines.push(...writeCodecs(section))
  if (section.direction === 'sendrecv' || section.direction === 'recvonly') {
    lines.push(...writeStreams(section, ssrcs))
  }
  if (carriesCandidates) {
    lines.push(...transport.candidates.map(candidate => `a=${candidate}`), 'a=end-of-candidates')
  }
  return lines
}

/**
 * Writes the answer to an offer: its codecs and keypad events at the clock of the first for sound, VP8 for pictures, and of
 * all extensions only the section id and the audio level. Transport-wide congestion control is left out, so
 * that the browser obeys our bitrate caps.
 */
export function writeAnswer(offer: Offer, transport: LocalTransport, ssrcs: OutgoingSsrcs): string {
  const used = offer.sections.flatMap(section => (section.kind === 'refused' ? [] : [section.mid]))
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${used.join(' ')}`,
    'a=ice-options:ice2',
  ]
  let first = true
  for (const section of offer.sections) {
    lines.push(...writeSection(section, transport, ssrcs, first && section.kind !== 'refused'))
    if (section.kind !== 'refused') first = false
  }
  return `${lines.join('\r\n')}\r\n`
}
