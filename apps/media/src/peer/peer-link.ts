import { DomainError } from '@guichet/domain'
import ndc, { type PeerConnection, type Track } from 'node-datachannel'
import type { Log } from '../log.ts'
import { type LocalTransport, readLocalTransport } from '../sdp/answer.ts'
import { type Offer, writeTransportOffer } from '../sdp/offer.ts'

/** Where all peer connections of the process meet. */
export type PeerSettings = { udpPort: number; bindAddress: string; announcedAddress: string | undefined }

/** One peer connection: packets in, packets out. */
export type PeerLink = {
  readonly transport: LocalTransport
  isOpen(): boolean
  /** Sends an RTP or RTCP packet, copied; `false` when the connection is not open. */
  send(packet: Buffer): boolean
  close(): void
}

/** What a link tells; never called after `close`, nor from within `openPeerLink`. */
export type PeerListener = {
  onOpen(): void
  onPacket(packet: Buffer): void
  onLost(): void
}

/**
 * libdatachannel hands a closed connection's last events over later; objects it still refers to must outlive
 * them, or they are collected and Node aborts.
 */
const closing = new Set<PeerConnection | Track>()

/**
 * Opens a peer connection for an offer. The whole bundle is one track to libdatachannel: it then passes every
 * packet on as it comes, keyed by nothing, and never walks RTCP by itself, which with several tracks loops
 * forever on a malformed source description. An exception in one of its callbacks would abort Node, so none
 * leaves them.
 * @throws DomainError `media-failed` when native code refuses the offer.
 */
export function openPeerLink(
  name: string,
  offer: Offer,
  settings: PeerSettings,
  listener: PeerListener,
  log: Log,
): PeerLink {
  let closed = false
  // Followed by events: asking native code for every packet would cost as much as reading its header.
  let opened = false
  const guarded =
    <A extends unknown[]>(callback: (...args: A) => void) =>
    (...args: A): void => {
      if (closed) return
      try {
        callback(...args)
      } catch (error) {
        log.error('media callback failed', { leg: name, error: String((error as Error)?.stack ?? error) })
      }
    }

  const connection = new ndc.PeerConnection(name, {
    iceServers: [],
    disableAutoNegotiation: true,
    enableIceUdpMux: true,
    portRangeBegin: settings.udpPort,
    portRangeEnd: settings.udpPort,
    bindAddress: settings.bindAddress,
  })
  let track: Track | undefined

  const close = (): void => {
    if (closed) return
    closed = true
    if (track) closing.add(track)
    closing.add(connection)
    connection.onStateChange(state => {
      if (state !== 'closed') return
      closing.delete(connection)
      if (track) closing.delete(track)
    })
    try {
      track?.close()
      connection.close()
    } catch (error) {
      log.warn('peer connection did not close cleanly', { leg: name, error: String(error) })
    }
  }

  try {
    // Every native callback costs the event loop at each of its wake-ups: two a leg are all there are.
    connection.onStateChange(
      guarded(state => {
        opened = state === 'connected'
        if (opened) listener.onOpen()
        if (state === 'disconnected' || state === 'failed' || state === 'closed') listener.onLost()
      }),
    )
    const media = new ndc.Audio('0', 'SendRecv')
    media.addOpusCodec(111)
    track = connection.addTrack(media)
    track.onMessage(guarded(packet => listener.onPacket(packet)))
    connection.setRemoteDescription(writeTransportOffer(offer), 'offer')
    connection.setLocalDescription('answer')
    const description = connection.localDescription()
    if (!description) throw new Error('no local description')
    const transport = readLocalTransport(description.sdp, settings.announcedAddress)
    const open = track
    return {
      transport,
      isOpen: () => opened && !closed,
      send(packet) {
        if (!opened || closed) return false
        try {
          return open.sendMessageBinary(packet)
        } catch {
          // It closed a moment ago and has not told yet.
          return false
        }
      },
      close,
    }
  } catch (error) {
    close()
    if (error instanceof DomainError) throw error
    throw new DomainError('media-failed', `The connection was refused: ${String((error as Error).message)}`)
  }
}

/** The UDP port, held from start to stop. */
export type UdpPort = { close(): void }

/**
 * Takes the UDP port before any connection needs it: a connection that finds it taken aborts Node, past every
 * handler. Native messages go to `log`.
 * @throws DomainError `media-unavailable` when the port or the address cannot be had.
 */
export function holdUdpPort(settings: PeerSettings, log: Log): UdpPort {
  ndc.initLogger('Error', (level, message) => {
    try {
      log.warn('native media message', { nativeLevel: level, native: message })
    } catch {
      // Nothing may be thrown here, not even by a closed log.
    }
  })
  try {
    const listener = new ndc.IceUdpMuxListener(settings.udpPort, settings.bindAddress)
    return {
      close() {
        listener.stop()
        ndc.cleanup()
      },
    }
  } catch {
    throw new DomainError(
      'media-unavailable',
      `UDP port ${settings.udpPort} on ${settings.bindAddress} is taken or cannot be used`,
    )
  }
}
