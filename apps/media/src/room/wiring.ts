import type { SoundCodec } from '../phone/codecs.ts'
import { findExtension, type RtpPacket } from '../rtp/rtp-packet.ts'
import type { Offer, OfferSection } from '../sdp/offer.ts'

/** A section of the offer that we use. */
export type UsedSection = Exclude<OfferSection, { kind: 'refused' }>
/** What a received packet is. */
export type PacketPart = 'sound' | 'digit' | 'picture' | 'rtx'
/** The section a packet belongs to and what it is there. */
export type PacketRoute =
  | { section: UsedSection; part: Exclude<PacketPart, 'sound'> }
  | { section: UsedSection; part: 'sound'; codec: SoundCodec }

/** Tells the packets of one peer connection apart. */
export type Wiring = {
  readonly sections: readonly UsedSection[]
  section(kind: UsedSection['kind']): UsedSection | undefined
  route(packet: RtpPacket): PacketRoute | undefined
}

const maxLearnedSsrcs = 32

/**
 * Creates the wiring for an offer. A packet's section is found by its SSRC where the offer announced it, else
 * by the section id it carries, else by a payload type that only one section uses. @source RFC 8843 §9.2
 */
export function createWiring(offer: Offer): Wiring {
  const sections = offer.sections.filter(section => section.kind !== 'refused')
  const bySsrc = new Map<number, UsedSection>()
  const byType = new Map<number, UsedSection | undefined>()
  for (const section of sections) {
    if (section.ssrc !== undefined) bySsrc.set(section.ssrc, section)
    if (section.rtxSsrc !== undefined) bySsrc.set(section.rtxSsrc, section)
    const types =
      section.kind === 'audio'
        ? [...section.codecs.map(({ type }) => type), section.digitType]
        : [section.vp8Type, section.rtxType]
    for (const type of types) {
      if (type !== undefined) byType.set(type, byType.has(type) ? undefined : section)
    }
  }
  const announced = bySsrc.size

  const findSection = (packet: RtpPacket): UsedSection | undefined => {
    const known = bySsrc.get(packet.ssrc)
    if (known) return known
    const extension = sections[0]?.midExtension
    const mid = extension === undefined ? undefined : findExtension(packet, extension)?.toString('latin1')
    const found = sections.find(section => section.mid === mid) ?? byType.get(packet.payloadType)
    if (found && bySsrc.size < announced + maxLearnedSsrcs) bySsrc.set(packet.ssrc, found)
    return found
  }

  return {
    sections,
    section: kind => sections.find(section => section.kind === kind),
    route(packet) {
      const section = findSection(packet)
      if (!section) return undefined
      const type = packet.payloadType
      if (section.kind === 'audio') {
        for (const offered of section.codecs) {
          if (offered.type === type) return { section, part: 'sound', codec: offered.codec }
        }
        return type === section.digitType ? { section, part: 'digit' } : undefined
      }
      if (type === section.vp8Type) return { section, part: 'picture' }
      return type === section.rtxType ? { section, part: 'rtx' } : undefined
    },
  }
}
