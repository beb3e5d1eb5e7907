import type { AuthenticatedSender } from '../dialog/authenticated-sender.ts'
import { retryAfter } from '../message/extensions.ts'
import { getHeaderList } from '../message/headers.ts'
import type { SipResponse, TransportAddress, TransportProtocol } from '../message/message.types.ts'
import { parseNameAddress } from '../message/name-address.ts'
import { contactExpires, contacts, numberHeader } from '../message/typed.ts'
import { parseUri, urisEqual } from '../message/uri.ts'
import { defineMachine, nextState } from '../transaction/machine.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { Timer } from '../transaction/timers.ts'
import { samePlace } from '../transport/connections.ts'
import type { KeepAlive } from '../transport/keep-alive.ts'
import type { SendFailure, SentRequest } from '../transport/request-sender.ts'

/** A registration of ours elsewhere. @source RFC 3261 §10.2, RFC 5626 §4.5 */
export const registrationMachine = defineMachine('registration', 'registering', {
  registering: { accept: 'registered', refuse: 'waiting', retry: 'registering', remove: 'removing' },
  registered: { refresh: 'registering', remove: 'removing' },
  waiting: { refresh: 'registering', remove: 'ended' },
  removing: { accept: 'ended', refuse: 'ended', retry: 'removing' },
  ended: { accept: 'ended', refuse: 'ended' },
})

/** Where and as whom to register. */
export type RegisterOptions = {
  /** `sip:example.com`. */
  registrar: string
  /** Whom calls will be for: `sip:user@example.com`. */
  aor: string
  contactUser?: string
  /** Seconds to ask for; 3600. */
  expiresS?: number
  account?: string
  /** The URI of an outbound proxy. */
  route?: string
  flow?: TransportAddress
  headers?: readonly string[]
  /** Names this device for good: `urn:uuid:…`. With it the registrar may keep the flow. @source RFC 5626 §4.1 */
  instanceId?: string
}

/** What a registration tells its owner. */
export type RegistrationEvent =
  | {
      type: 'registration.active'
      registration: string
      expiresS: number
      /** Goes into `routes` of calls made as this user. @source RFC 3608 */
      serviceRoute: readonly string[]
    }
  /** Tried again by itself. `status` is missing when nobody answered. */
  | {
      type: 'registration.failed'
      registration: string
      status: number | undefined
      failure: SendFailure | undefined
      retryInMs: number
    }
  | { type: 'registration.ended'; registration: string }

/** What a registration may be told. */
export type RegistrationCommands = {
  register(options: RegisterOptions): string
  /** Removes the binding; tells `registration.ended` when that is answered or given up. */
  unregister(registration: string): boolean
}

type Registration = {
  state: keyof (typeof registrationMachine)['table']
  options: RegisterOptions
  callId: string
  fromTag: string
  sequence: number
  expiresS: number
  failures: number
  timer: Timer | undefined
  sent: SentRequest | undefined
}

/** Creates the registering side. */
export function createRegistrations(deps: {
  runtime: Runtime
  authenticated: AuthenticatedSender
  contactFor(user: string | undefined): (protocol: TransportProtocol) => string
  keepAlive: KeepAlive
  emit(event: RegistrationEvent): void
}): RegistrationCommands & {
  /** A stream was cut: whoever is reached through it registers again at once. @source RFC 5626 §4.5 */
  connectionLost(connection: TransportAddress): void
  size(): number
} {
  const { runtime, authenticated, keepAlive } = deps
  const registrations = new Map<string, Registration>()
  let lastKey = 0

  const move = (registration: Registration, event: 'accept' | 'refuse' | 'retry' | 'refresh' | 'remove') => {
    const next = nextState(registrationMachine, registration.state, event)
    if (next !== undefined) registration.state = next
    return next !== undefined
  }
  const end = (key: string) => {
    const registration = registrations.get(key)
    runtime.timers.cancel(registration?.timer)
    keepAlive.release(key)
    if (registrations.delete(key)) deps.emit({ type: 'registration.ended', registration: key })
  }

  const send = (key: string, registration: Registration) => {
    const { options } = registration
    const removing = registration.state === 'removing'
    const contact = deps.contactFor(options.contactUser)
    const instance = options.instanceId
    const outbound = instance === undefined ? '' : `;reg-id=1;+sip.instance="<${instance}>"`
    const headers: string[] = options.route === undefined ? [] : ['Route', `<${options.route};lr>`]
    headers.push(
      'Max-Forwards',
      '70',
      'From',
      `<${options.aor}>;tag=${registration.fromTag}`,
      'To',
      `<${options.aor}>`,
    )
    headers.push('Call-ID', registration.callId, 'CSeq', `${++registration.sequence} REGISTER`)
    headers.push('Expires', removing ? '0' : String(registration.expiresS))
    headers.push('Supported', instance === undefined ? 'path' : 'path, outbound')
    headers.push(...(options.headers ?? []))
    const nextHop = parseUri(options.route ?? options.registrar)
    registration.sent = authenticated.send(
      {
        method: 'REGISTER',
        requestUri: options.registrar,
        headers,
        body: new Uint8Array(0),
        contact: protocol => contact(protocol) + outbound,
        nextHop: nextHop ?? { scheme: 'invalid', text: options.registrar },
        flow: options.flow,
        viaFlow: options.flow !== undefined,
      },
      { account: options.account, nextSequence: () => ++registration.sequence },
      {
        response: ({ message }) => answered(key, registration, message),
        failed: failure => refused(key, registration, undefined, failure),
      },
    )
  }

  const answered = (key: string, registration: Registration, response: SipResponse) => {
    const { status } = response
    if (status < 200 || registrations.get(key) !== registration) return
    if (status >= 300) {
      const minimum = status === 423 ? numberHeader(response, 'Min-Expires') : undefined
      if (
        minimum !== undefined &&
        minimum > registration.expiresS &&
        minimum <= 86_400 &&
        move(registration, 'retry')
      ) {
        // RFC 3261 §10.2.8
        registration.expiresS = minimum
        send(key, registration)
        return
      }
      refused(key, registration, response, undefined)
      return
    }
    if (!move(registration, 'accept')) return
    if (registration.state === 'ended') return end(key)
    registration.failures = 0
    const { sent } = registration
    if (sent?.target !== undefined) keepAlive.hold(key, sent.target)
    const expiresS = grantedS(registration, response)
    // Early enough that a registrar that is slow, or the next one, can still answer
    const refreshS = expiresS > 120 ? expiresS - 60 : expiresS / 2
    registration.timer = runtime.timers.after(refreshS * 1_000, () => {
      if (move(registration, 'refresh')) send(key, registration)
    })
    const serviceRoute = getHeaderList(response, 'Service-Route')
    deps.emit({ type: 'registration.active', registration: key, expiresS, serviceRoute })
  }

  /** What the registrar says of our Contact, of the request, else what we asked for. @source RFC 3261 §10.2.4 */
  const grantedS = (registration: Registration, response: SipResponse): number => {
    const listed = contacts(response)
    const sentContact = parseNameAddress(contactSent(registration) ?? '')
    const ours =
      listed === undefined || listed === '*' || sentContact === undefined
        ? undefined
        : listed.find(one => urisEqual(one.uri, sentContact.uri))
    const granted = ours === undefined ? numberHeader(response, 'Expires') : contactExpires(response, ours)
    return Math.max(granted ?? registration.expiresS, 10)
  }
  const contactSent = (registration: Registration) => {
    const request = registration.sent?.request
    return request === undefined ? undefined : getHeaderList(request, 'Contact')[0]
  }

  const refused = (
    key: string,
    registration: Registration,
    response: SipResponse | undefined,
    failure: SendFailure | undefined,
  ) => {
    if (registrations.get(key) !== registration || !move(registration, 'refuse')) return
    if (registration.state === 'ended') return end(key)
    // RFC 5626 §4.5: 30 s, doubled up to 30 minutes, of which half to all is waited; Retry-After asks for more
    const upperMs = Math.min(30_000 * 2 ** registration.failures++, 1_800_000)
    const askedMs = Math.min((response === undefined ? 0 : (retryAfter(response) ?? 0)) * 1_000, 3_600_000)
    const retryInMs = Math.max(upperMs / 2 + runtime.random.below(upperMs / 2), askedMs)
    registration.timer = runtime.timers.after(retryInMs, () => {
      if (move(registration, 'refresh')) send(key, registration)
    })
    deps.emit({
      type: 'registration.failed',
      registration: key,
      status: response?.status,
      failure,
      retryInMs,
    })
  }

  return {
    register(options) {
      const key = `r${++lastKey}`
      const registration: Registration = {
        state: registrationMachine.initial,
        options,
        callId: runtime.random.token(22),
        fromTag: runtime.random.token(12),
        sequence: 0,
        expiresS: options.expiresS ?? 3_600,
        failures: 0,
        timer: undefined,
        sent: undefined,
      }
      registrations.set(key, registration)
      send(key, registration)
      return key
    },
    unregister(key) {
      const registration = registrations.get(key)
      if (registration === undefined || !move(registration, 'remove')) return false
      runtime.timers.cancel(registration.timer)
      registration.sent?.abandon()
      if (registration.state === 'ended') end(key)
      else send(key, registration)
      return true
    },
    connectionLost(connection) {
      for (const [key, registration] of registrations) {
        const target = registration.sent?.target
        if (target === undefined || !samePlace(target, connection) || registration.state !== 'registered')
          continue
        runtime.timers.cancel(registration.timer)
        if (move(registration, 'refresh')) send(key, registration)
      }
    },
    size: () => registrations.size,
  }
}
