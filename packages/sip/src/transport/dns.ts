import type { TransportProtocol } from '../message/message.types.ts'

/** What the resolver asks of whoever owns the DNS client. */
export type DnsQuestion = { type: 'NAPTR' | 'SRV' | 'A' | 'AAAA'; name: string }

/** One record of an answer; times to live are the owner's affair. */
export type DnsRecord =
  | {
      type: 'NAPTR'
      order: number
      preference: number
      flags: string
      service: string
      regexp?: string
      replacement: string
    }
  | { type: 'SRV'; priority: number; weight: number; port: number; name: string }
  | { type: 'A' | 'AAAA'; address: string }

/** The records found; empty for a name without such records, and for a failed look-up. */
export type DnsAnswer = readonly DnsRecord[]

/** One place to send a request to. */
export type Target = {
  protocol: TransportProtocol
  address: string
  port: number
  /** The name that was looked up: what a TLS certificate has to match. @source RFC 5922 §7.3 */
  host: string
}

/** What is to be reached. */
export type Destination = {
  host: string
  port: number | undefined
  /** The URI's transport parameter; undefined where the DNS may choose. */
  protocol: TransportProtocol | undefined
  /** sips: only TLS will do. @source RFC 3263 §4.1 */
  secure: boolean
}
