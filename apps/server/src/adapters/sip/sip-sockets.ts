import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, isIPv6, type Server, type Socket } from 'node:net'
import type { TransportAddress } from '@guichet/sip'
import type { Clock, Log } from '../../platform/index.ts'

/** Where bytes go: a stream by its connection, or to be opened. */
export type SipDestination = TransportAddress & { host?: string }

/** What sockets tell; none of it may throw. */
export type SipSocketsListener = {
  onData(data: Uint8Array, from: TransportAddress): void
  onOpened(address: TransportAddress): void
  onClosed(connectionId: string): void
}

/** UDP and TCP on one port. */
export type SipSockets = {
  /** The port in use, chosen by the system when 0 was asked for. */
  readonly port: number
  /** `failed` is called at most once, when the bytes certainly did not leave. */
  send(data: Uint8Array, to: SipDestination, failed: () => void): void
  close(connectionId: string): void
  stop(): Promise<void>
}

/** Streams at once, all together and from one address: a carrier needs few. */
const maxStreams = 2_000
const maxStreamsOfAddress = 64
/** A stream over which nothing came for so long is given up; phones send keep-alives. @source RFC 5626 §4.4.1 */
const idleMs = 600_000
const connectMs = 5_000
/** Bytes waiting to be sent on a stream whose peer does not read. */
const maxQueuedBytes = 1_000_000
/** Room for a burst of messages while the event loop does something else. */
const receiveBufferBytes = 4 * 1024 * 1024

/**
 * Opens the sockets.
 * @throws Error with `code` `EADDRINUSE` and the like when the port cannot be had
 */
export async function openSipSockets(options: {
  bindAddress: string
  port: number
  listener: SipSocketsListener
  clock: Clock
  log: Log
}): Promise<SipSockets> {
  const { bindAddress, listener, clock, log } = options
  const family = isIPv6(bindAddress) ? 'udp6' : 'udp4'
  const streams = new Map<string, { socket: Socket; address: string }>()
  /** Streams being opened by us, or open, by where they lead. */
  const byPlace = new Map<string, string>()
  let lastId = 0
  let stopped = false

  const udp = await bindUdp(family, options.port, bindAddress)
  const { port } = udp.address()
  const tcp = await listenTcp(port, bindAddress).catch(error => {
    udp.close()
    throw error
  })

  udp.on('message', (data, { address, port: from }) => {
    listener.onData(data, { protocol: 'udp', address, port: from })
  })
  // A host that refuses what we sent shows as an error here; the transaction's timer notices it too.
  udp.on('error', error => log.debug({ err: error }, 'SIP datagram failed'))
  tcp.on('error', error => log.warn({ err: error }, 'SIP streams are not accepted'))
  tcp.on('connection', socket => {
    const address = plainAddress(socket.remoteAddress ?? '')
    const ofAddress = [...streams.values()].filter(stream => stream.address === address).length
    if (stopped || streams.size >= maxStreams || ofAddress >= maxStreamsOfAddress) {
      socket.destroy()
      return
    }
    adopt(socket, { protocol: 'tcp', address, port: socket.remotePort ?? 0 })
  })

  function adopt(socket: Socket, peer: TransportAddress): TransportAddress {
    const connectionId = `tcp-${++lastId}`
    const from: TransportAddress = { ...peer, connectionId }
    streams.set(connectionId, { socket, address: peer.address })
    socket.setNoDelay(true)
    socket.setTimeout(idleMs, () => socket.destroy())
    socket.on('data', data => listener.onData(data, from))
    socket.on('error', error => log.debug({ err: error }, 'SIP stream failed'))
    socket.on('close', () => {
      streams.delete(connectionId)
      for (const [place, id] of byPlace) if (id === connectionId) byPlace.delete(place)
      listener.onClosed(connectionId)
    })
    return from
  }

  function write(connectionId: string, data: Uint8Array, failed: () => void): void {
    const socket = streams.get(connectionId)?.socket
    if (socket === undefined || socket.destroyed || socket.writableLength > maxQueuedBytes) {
      socket?.destroy()
      failed()
      return
    }
    socket.write(data)
  }

  function openStream(data: Uint8Array, to: SipDestination, failed: () => void): void {
    const place = `${to.address} ${to.port}`
    const known = byPlace.get(place)
    if (known !== undefined) {
      write(known, data, failed)
      return
    }
    const socket = connect({ host: to.address, port: to.port })
    const from = adopt(socket, { protocol: 'tcp', address: to.address, port: to.port })
    byPlace.set(place, from.connectionId as string)
    const giveUp = clock.after(connectMs, () => socket.destroy())
    let isOpen = false
    socket.once('connect', () => {
      isOpen = true
      giveUp()
      listener.onOpened(from)
    })
    socket.once('close', () => {
      giveUp()
      if (!isOpen) failed()
    })
    socket.write(data)
  }

  return {
    port,
    send(data, to, failed) {
      if (stopped) {
        failed()
      } else if (to.protocol === 'udp') {
        udp.send(data, to.port, to.address, error => {
          if (error) failed()
        })
      } else if (to.protocol === 'tcp') {
        if (to.connectionId === undefined) openStream(data, to, failed)
        else write(to.connectionId, data, failed)
      } else {
        failed()
      }
    },
    close: connectionId => streams.get(connectionId)?.socket.destroy(),
    async stop() {
      stopped = true
      for (const { socket } of streams.values()) socket.destroy()
      await Promise.all([
        new Promise<void>(resolve => udp.close(() => resolve())),
        new Promise<void>(resolve => tcp.close(() => resolve())),
      ])
    },
  }
}

/** IPv4 peers of an IPv6 socket show as `::ffff:192.0.2.1`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

async function bindUdp(family: 'udp4' | 'udp6', port: number, address: string): Promise<UdpSocket> {
  const socket = createSocket({ type: family, recvBufferSize: receiveBufferBytes })
  socket.bind({ port, address, exclusive: true })
  await once(socket, 'listening')
  return socket
}

async function listenTcp(port: number, host: string): Promise<Server> {
  const server = createServer()
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  return server
}
