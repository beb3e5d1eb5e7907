import type { PeerLink, PeerListener } from '../peer/peer-link.ts'
import { isRtcp, parseRtp, type RtpPacket } from '../rtp/rtp-packet.ts'
import type { Offer } from '../sdp/offer.ts'

/** A peer connection without a network: a test sends and sees its packets. */
export type FakeLink = {
  readonly name: string
  readonly closed: boolean
  readonly sent: readonly Buffer[]
  /** RTP packets sent, parsed. */
  rtp(): RtpPacket[]
  open(): void
  receive(packet: Buffer): void
  lose(): void
}

/** Opens fake links and keeps them, the latest of a name first to be found. */
export type FakeLinks = {
  openLink(name: string, offer: Offer, listener: PeerListener): PeerLink
  link(name: string): FakeLink
}

/** Creates a network of fake links. */
export function createFakeLinks(): FakeLinks {
  const links: FakeLink[] = []
  return {
    openLink(name, _offer, listener) {
      const sent: Buffer[] = []
      let open = false
      let closed = false
      links.unshift({
        name,
        sent,
        get closed() {
          return closed
        },
        rtp: () => sent.filter(packet => !isRtcp(packet)).flatMap(packet => parseRtp(packet) ?? []),
        open() {
          open = true
          listener.onOpen()
        },
        receive: packet => listener.onPacket(Buffer.from(packet)),
        lose: () => listener.onLost(),
      })
      return {
        transport: {
          iceUfrag: 'SiX6',
          icePwd: 'x'.repeat(22),
          fingerprint: 'sha-256 00',
          setup: 'active',
          candidates: [],
        },
        isOpen: () => open && !closed,
        send(packet) {
          if (!open || closed) return false
          sent.push(Buffer.from(packet))
          return true
        },
        close() {
          closed = true
        },
      }
    },
    link(name) {
      const found = links.find(link => link.name === name)
      if (!found) throw new Error(`no link ${name}`)
      return found
    },
  }
}
