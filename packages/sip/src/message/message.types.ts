/**
 * Header fields in the order in which they arrived, flat: name, value, name, value. Names are canonical (`Via`, `Call-ID`),
 * compact forms resolved; values are unfolded and trimmed, and parsed only when somebody asks.
 */
export type RawHeaders = string[]

/** What requests and responses share. */
type MessageBase = {
  headers: RawHeaders
  /** Empty when there is none. */
  body: Uint8Array
}

/** A request. @source RFC 3261 §7.1 */
export type SipRequest = MessageBase & {
  kind: 'request'
  /** Case-sensitive; unknown methods are kept as they are. */
  method: string
  /** As it was written; parse with `parseUri`. */
  requestUri: string
}

/** A response. @source RFC 3261 §7.2 */
export type SipResponse = MessageBase & {
  kind: 'response'
  /** 100 to 699. */
  status: number
  reason: string
}

export type SipMessage = SipRequest | SipResponse

/** How a message travels; `ws` is left to others (RFC 7118 is not implemented). */
export type TransportProtocol = 'udp' | 'tcp' | 'tls'

/** Where a message came from or goes to. A stream is known by its connection, so that answers take the same one. */
export type TransportAddress = {
  protocol: TransportProtocol
  /** IPv4 or IPv6 without brackets. */
  address: string
  port: number
  /** Chosen by whoever owns the sockets; absent for UDP, and for a stream that is yet to be opened. */
  connectionId?: string
}
