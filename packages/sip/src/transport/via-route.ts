import { splitOutside } from '../message/grammar.ts'
import type { SipRequest, TransportAddress, TransportProtocol } from '../message/message.types.ts'
import type { Via } from '../message/via.ts'

/** The port of a protocol where none is written. @source RFC 3261 §19.1.2 */
export function defaultPort(protocol: TransportProtocol): number {
  return protocol === 'tls' ? 5061 : 5060
}

/**
 * Writes into the topmost Via where the request really came from.
 * @source RFC 3261 §18.2.1; RFC 3581 §4: both parameters whenever rport was asked for
 */
export function stampVia(request: SipRequest, via: Readonly<Via>, from: TransportAddress): Readonly<Via> {
  const asked = via.rport !== undefined
  if (!asked && via.received === undefined && via.host === from.address) return via
  const { headers } = request
  let at = 0
  while (headers[at] !== 'Via') at += 2
  const [first = '', ...others] = splitOutside(headers[at + 1] ?? '', ',') ?? []
  // What a peer writes into received and rport of its own Via is not believed
  const parts = (splitOutside(first, ';') ?? [first]).filter(
    part => !/^(received|rport)[ \t]*(=|$)/i.test(part),
  )
  const stamped: Via = { ...via }
  delete stamped.received
  if (asked || via.host !== from.address) {
    parts.push(`received=${from.address}`)
    stamped.received = from.address
  }
  if (asked) {
    parts.push(`rport=${from.port}`)
    stamped.rport = from.port
  }
  headers[at + 1] = [parts.join(';'), ...others].join(', ')
  return stamped
}

/**
 * Where answers to a request go: over a stream, back on its connection; over UDP, to the source address, and to the source
 * port when rport was asked for. `maddr` is not followed: it would let a stranger aim our answers at a third party.
 *
 * @source RFC 3261 §18.2.2, RFC 3581 §4
 */
export function responseTarget(via: Readonly<Via>, from: TransportAddress): TransportAddress {
  if (from.protocol !== 'udp' || via.rport !== undefined) return from
  return { protocol: 'udp', address: from.address, port: via.port ?? defaultPort('udp') }
}

/** Where an answer goes when the connection of its request is gone. @source RFC 3261 §18.2.2, first case */
export function fallbackTarget(via: Readonly<Via>, from: TransportAddress): TransportAddress {
  return { protocol: from.protocol, address: from.address, port: via.port ?? defaultPort(from.protocol) }
}

/** Requests above this size leave UDP for a transport that controls congestion. @source RFC 3261 §18.1.1 */
export const udpRequestLimitBytes = 1_300
