import type { CredentialsPort } from '../dialog/authenticated-sender.ts'
import type { CallCommands, CallEvent, Content } from '../dialog/call.types.ts'
import type {
  SipMessage,
  SipRequest,
  SipResponse,
  TransportAddress,
  TransportProtocol,
} from '../message/message.types.ts'
import type { MessageLimits } from '../message/message-problem.ts'
import type { RandomBytes } from '../transaction/branch.ts'
import type { TimerSettings } from '../transaction/timers.ts'
import type { DnsAnswer, DnsQuestion } from '../transport/dns.ts'
import type { SendFailure } from '../transport/request-sender.ts'
import type { OverloadSettings } from './overload.ts'
import type { RegistrationCommands, RegistrationEvent } from './registration.ts'

/** What an endpoint needs to know. */
export type EndpointOptions = {
  /** Milliseconds; any origin. */
  clock: () => number
  randomBytes: RandomBytes
  /** How peers reach us, by protocol, as Via and Contact say it. What is missing is not spoken. */
  local: Partial<Record<TransportProtocol, { host: string; port: number }>>
  /** Answers challenges of servers and proxies; without it they stand. */
  credentials?: CredentialsPort
  /**
   * Methods outside of calls that the owner answers itself (`REGISTER`, `MESSAGE`, `OPTIONS`); OPTIONS is answered 200 where it
   * is not among them, all others 405.
   */
  methods?: readonly string[]
  /** Methods left out of Allow and answered 405: `REFER` for peers that should transfer by themselves. */
  withhold?: readonly string[]
  /**
   * Whether a caller on UDP is answered within its call where its INVITE came from instead of at its Contact: for phones behind a
   * NAT. Not asked for calls with a route set; never where left out.
   */
  followsSource?: (invite: SipRequest, from: TransportAddress) => boolean
  timers?: Partial<TimerSettings>
  /** Seconds between refreshes of a call; 1800, 0 to do without unless a peer asks. @source RFC 4028 */
  sessionExpiresS?: number
  /** Seconds below which a peer's interval is answered 422; at least 90. */
  minSessionExpiresS?: number
  /** How long an INVITE may ring; 180 s. */
  ringLimitMs?: number
  /** How long one place is given while there is another to try; 6 s. */
  attemptLimitMs?: number
  overload?: Partial<OverloadSettings>
  messageLimits?: MessageLimits
}

/** Bytes to be sent. */
export type SendOutput = {
  kind: 'send'
  data: Uint8Array
  /**
   * A stream without `connectionId` is to be opened, or the one that is being opened to this place to be used. `host` is the
   * name that was looked up, which a TLS certificate has to match.
   */
  to: TransportAddress & { host?: string }
  transactionKey: string | undefined
}

/** What an endpoint wants done. */
export type EndpointOutput =
  | SendOutput
  /** The stream cannot be read any further. */
  | { kind: 'close'; connectionId: string }
  /** Answer with `dnsAnswered`, with an empty list when nothing was found. */
  | { kind: 'resolve'; id: number; question: DnsQuestion }
  | { kind: 'event'; event: EndpointEvent }

/** What an endpoint tells its owner. */
export type EndpointEvent =
  | CallEvent
  | RegistrationEvent
  /** A request outside of calls: `respond` with its key within 32 s. */
  | { type: 'request'; key: string; request: SipRequest; from: TransportAddress }
  /** A final answer to a request of ours outside of calls. */
  | { type: 'response'; key: string; response: SipResponse }
  | { type: 'requestFailed'; key: string; failure: SendFailure }

/** A request outside of calls. */
export type RequestOptions = {
  method: string
  /** The Request-URI. */
  to: string
  from: string
  toHeader?: string
  /** The URI of an outbound proxy. */
  route?: string
  flow?: TransportAddress
  headers?: readonly string[]
  content?: Content
  account?: string
  /** Adds a Contact with this user part; `true` for none. */
  contact?: string | true
}

/** What is held at the moment; all zero when nothing is going on. */
export type EndpointSize = {
  calls: number
  dialogs: number
  clientTransactions: number
  serverTransactions: number
  timers: number
  lookups: number
  connections: number
  registrations: number
}

/** A SIP user agent without I/O. Nothing throws for what a peer sends. */
export type Endpoint = CallCommands &
  RegistrationCommands & {
    /** Takes what a socket received: a datagram, a piece of a stream, or a message read already. */
    receive(data: Uint8Array | SipMessage, from: TransportAddress): void
    /** Runs what is due. */
    wake(): void
    /** When `wake` wants to be called; undefined for never. */
    nextWakeAt(): number | undefined
    /** What has to be done since the last call; to be asked for after every other call. */
    takeOutputs(): EndpointOutput[]
    /** A stream was opened by or for us; not needed before bytes came over it. */
    connectionOpened(address: TransportAddress): void
    connectionClosed(connectionId: string): void
    /** Bytes could not be sent. */
    sendFailed(output: SendOutput): void
    dnsAnswered(id: number, answer: DnsAnswer): void
    /** Answers a request outside of calls; false when it is too late. */
    respond(
      key: string,
      status: number,
      extras?: { headers?: readonly string[]; content?: Content; reason?: string },
    ): boolean
    /** Sends a request outside of calls; its answer comes as an event with this key. */
    request(options: RequestOptions): string
    /** Tells how late datagrams reach the endpoint. */
    observeDelay(delayMs: number): void
    /** INVITEs refused for overload so far. */
    shed(): number
    size(): EndpointSize
  }
