import { createSocket, type Socket } from 'node:dgram'
import { DomainError } from '@guichet/domain'
import type { Log } from '../log.ts'
import type { RemoteAddress } from './sdp.ts'

/** What a pair of ports hears; never called after `close`. */
export type UdpListener = {
  onRtpPort(packet: Buffer, address: string, port: number): void
  onRtcpPort(packet: Buffer, address: string, port: number): void
}

/** An even port for sound and the odd one after it for reports. */
export type UdpPair = {
  readonly port: number
  send(packet: Buffer, to: RemoteAddress): void
  sendReport(packet: Buffer, to: RemoteAddress): void
  /** Gives the odd port's socket back once reports share the even one. */
  dropReports(): void
  close(): void
}

/** The range of ports of all phones. */
export type UdpPorts = {
  /** Address told to phones. */
  readonly address: string
  /** @throws DomainError `media-unavailable` when every port is taken. */
  open(listener: UdpListener): Promise<UdpPair>
}

const noop = (): void => {}

/** Opens a socket that sends without asking a resolver for every packet: addresses are plain numbers. */
function openSocket(): Socket {
  return createSocket({
    type: 'udp4',
    lookup: (hostname, _options, callback) => callback(null, hostname, 4),
  })
}

function bind(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
}

/**
 * Creates the range from `first` to `last`. Ports are tried from a random one on: who floods guessed ports hits few
 * calls.
 */
export function createUdpPorts(options: {
  bindAddress: string
  announcedAddress: string
  first: number
  last: number
  random(): number
  log: Log
}): UdpPorts {
  const { bindAddress, first, last, log } = options
  const pairs = Math.floor((last - first + 1) / 2)
  const start = first + (first % 2)
  const taken = new Set<number>()

  const tryPair = async (port: number, listener: UdpListener): Promise<UdpPair | undefined> => {
    const rtp = openSocket()
    const rtcp = openSocket()
    try {
      await bind(rtp, port, bindAddress)
      await bind(rtcp, port + 1, bindAddress)
    } catch {
      for (const socket of [rtp, rtcp]) socket.close(noop)
      return undefined
    }
    let closed = false
    let reportsOpen = true
    const guarded =
      (hear: UdpListener['onRtpPort']) =>
      (packet: Buffer, from: { address: string; port: number }): void => {
        if (closed) return
        try {
          hear(packet, from.address, from.port)
        } catch (error) {
          log.error('phone packet failed', { port, error: String((error as Error)?.stack ?? error) })
        }
      }
    rtp.on('message', guarded(listener.onRtpPort))
    rtcp.on('message', guarded(listener.onRtcpPort))
    // A host that refuses our packets shows as an error here; silence is noticed by the leg.
    rtp.on('error', noop)
    rtcp.on('error', noop)
    return {
      port,
      send(packet, to) {
        if (!closed) rtp.send(packet, to.port, to.address)
      },
      sendReport(packet, to) {
        if (!closed && reportsOpen) rtcp.send(packet, to.port, to.address)
      },
      dropReports() {
        if (reportsOpen && !closed) rtcp.close()
        reportsOpen = false
      },
      close() {
        if (closed) return
        closed = true
        taken.delete(port)
        rtp.close()
        if (reportsOpen) rtcp.close()
      },
    }
  }

  return {
    address: options.announcedAddress,
    async open(listener) {
      const offset = options.random() % Math.max(1, pairs)
      for (let i = 0; i < pairs; i++) {
        const port = start + 2 * ((offset + i) % pairs)
        if (port + 1 > last || taken.has(port)) continue
        taken.add(port)
        const pair = await tryPair(port, listener)
        if (pair) return pair
        taken.delete(port)
      }
      throw new DomainError('media-unavailable', 'All ports for phones are taken', { retryable: true })
    },
  }
}
