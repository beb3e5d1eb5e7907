import { randomBytes } from 'node:crypto'
import {
  type CallEvent,
  type Content,
  createDigestClient,
  type DigestHashes,
  decodeText,
  type EndpointEvent,
  encodeText,
  requestUri,
  type SipRequest,
  type TransportAddress,
} from '@guichet/sip'
import type { PhoneEvent, PhoneId, PhoneOrigin, PhonePort } from '../../modules/calls/phone.ports.ts'
import type { SipDirectoryPort } from '../../modules/telephony/telephony.ports.ts'
import type { Clock, Log } from '../../platform/index.ts'
import { callerOf, dialledOf } from './caller.ts'
import { digitOf } from './digits.ts'
import { causeOfEnd, statusOf } from './phone-causes.ts'
import { createSipDns } from './sip-dns.ts'
import { type SipDriver, startSipDriver } from './sip-driver.ts'
import { createSipRegistrar } from './sip-registrar.ts'
import { createSourceGuard } from './source-guard.ts'
import { createTrunkLines } from './trunk-lines.ts'

/** The phone network over SIP. */
export type SipPhones = PhonePort & {
  /** Opens the port, and answers it. @throws Error with `code` `EADDRINUSE` and the like when it cannot be had */
  start(): Promise<number>
  /** Trunks were changed. */
  refreshTrunks(): Promise<void>
  stop(): Promise<void>
}

export type SipPhonesSettings = {
  bindAddress: string
  port: number
  /** Host told to phones and trunks. */
  announcedHost: string
  realm: string
  /** Where phones may be: networks as 192.168.0.0/16. */
  phoneNetworks: readonly string[]
  /** Phones on this very machine may call our numbers without a password; for demos. */
  letsNearbyCall: boolean
}

const sdpType = 'application/sdp'
/** Calls at once of all phones at one address: an office behind one router. */
const maxCallsOfAddress = 200
const retryAfterS = '30'

/** @see SipPhones; nothing is opened before `start`. */
export function createSipPhones(deps: {
  settings: SipPhonesSettings
  directory: SipDirectoryPort
  hashes: DigestHashes
  clock: Clock
  log: Log
}): SipPhones {
  const { settings, directory, hashes, clock, log } = deps
  const { phoneNetworks, realm } = settings
  const listeners = new Set<(event: PhoneEvent) => void>()
  /** Phones in calls, with the trunk or address that each came from; null while that is being found out. */
  const present = new Map<PhoneId, string | null>()
  const guard = createSourceGuard({ phoneNetworks, clock, log })
  const registrar = createSipRegistrar({ realm, directory, hashes, guard, clock, log })
  const resolve = createSipDns()
  const digest = createDigestClient({
    hashes,
    randomToken: () => randomBytes(12).toString('hex'),
    identityFor(_realm, account) {
      const trunk = account === undefined ? undefined : lines.account(account)
      const username = trunk?.settings.connection.username
      if (trunk?.password == null || username == null) return undefined
      return { username, secret: { password: trunk.password } }
    },
  })

  let driver: SipDriver | null = null
  const run: SipDriver['run'] = command => {
    if (driver === null) throw new Error('SIP is not started')
    return driver.run(command)
  }
  const lines = createTrunkLines({ trunks: () => directory.trunks(), resolve, guard, run, clock, log })

  function tell(event: PhoneEvent): void {
    for (const listener of listeners) listener(event)
  }

  function onEvent(event: EndpointEvent): void {
    switch (event.type) {
      case 'request':
        void answerRegister(event.key, event.request, event.from)
        break
      case 'call.incoming':
        void takeIncoming(event)
        break
      case 'call.confirmed':
      case 'call.answer':
        tell({ kind: 'confirmed', phoneId: event.call, sdpAnswer: textOf(event.answer) })
        break
      case 'call.offer':
        tell({ kind: 'offered', phoneId: event.call, sdpOffer: textOf(event.offer) })
        break
      case 'call.info': {
        const key = digitOf(event.request)
        if (key !== null) tell({ kind: 'digit', phoneId: event.call, ...key })
        break
      }
      case 'call.referred':
        run(endpoint => endpoint.refuseRefer(event.call, event.refer, 603))
        break
      case 'call.ended':
        present.delete(event.call)
        tell({ kind: 'ended', phoneId: event.call, cause: causeOfEnd(event.end) })
        break
      case 'registration.active':
        log.info({ registration: event.registration, expiresS: event.expiresS }, 'registered at a trunk')
        break
      case 'registration.failed': {
        const { registration, status, retryInMs } = event
        log.warn({ registration, status, retryInMs }, 'a trunk refused our registration')
        break
      }
      default:
        break
    }
  }

  async function answerRegister(key: string, request: SipRequest, from: TransportAddress): Promise<void> {
    const { status, headers } = await registrar.register(request, from).catch(error => {
      log.error({ err: error }, 'a registration could not be decided')
      return { status: 500, headers: [] }
    })
    run(endpoint => endpoint.respond(key, status, { headers }))
  }

  /** Who calls; a refusal when they may not. */
  async function originOf(
    request: SipRequest,
    from: TransportAddress,
  ): Promise<PhoneOrigin | { status: number; headers: string[] }> {
    const source = guard.kindOf(from.address)
    if (source.kind === 'trunk') {
      const country = lines.account(source.trunkId)?.settings.country ?? ''
      return { kind: 'trunk', trunkId: source.trunkId, country }
    }
    const hasCredentials = request.headers.includes('Authorization')
    if (settings.letsNearbyCall && isLoopback(from.address) && !hasCredentials) return { kind: 'nearby' }
    const proof = await registrar.prove(request, from)
    return proof.ok ? { kind: 'device', workerId: proof.device.workerId } : proof
  }

  /** Whether one more call fits into what a trunk, or all phones at an address, may have at once. */
  function hasRoomFor(origin: PhoneOrigin, address: string): boolean {
    const source = origin.kind === 'trunk' ? origin.trunkId : address
    const most =
      origin.kind === 'trunk' ? (lines.account(origin.trunkId)?.settings.maxCalls ?? 0) : maxCallsOfAddress
    let count = 0
    for (const other of present.values()) if (other === source) count++
    return count < most
  }

  async function takeIncoming(event: Extract<CallEvent, { type: 'call.incoming' }>): Promise<void> {
    const { call, request, from } = event
    present.set(call, null)
    try {
      const origin = await originOf(request, from)
      // It gave up in the meantime.
      if (!present.has(call)) return
      if ('status' in origin) {
        run(endpoint => endpoint.reject(call, origin.status, { headers: origin.headers }))
        return
      }
      if (!hasRoomFor(origin, from.address)) {
        run(endpoint => endpoint.reject(call, 503, { headers: ['Retry-After', retryAfterS] }))
        return
      }
      present.set(call, origin.kind === 'trunk' ? origin.trunkId : from.address)
      const uri = requestUri(request)
      const offer = event.offer?.type.toLowerCase().startsWith(sdpType) ? event.offer : undefined
      if (uri === undefined || (event.offer !== undefined && offer === undefined)) {
        run(endpoint => endpoint.reject(call, uri === undefined ? 416 : 415))
        return
      }
      tell({
        kind: 'incoming',
        phone: {
          phoneId: call,
          dialled: dialledOf(uri),
          caller: callerOf(request, origin.kind === 'trunk'),
          origin,
          sdpOffer: textOf(offer),
          host: from.address,
        },
      })
    } catch (error) {
      log.error({ err: error }, 'a call from a phone could not be taken')
      run(endpoint => endpoint.reject(call, 500))
    }
  }

  return {
    async start() {
      driver = await startSipDriver({
        bindAddress: settings.bindAddress,
        port: settings.port,
        announcedHost: settings.announcedHost,
        guard,
        resolve,
        clock,
        log,
        onEvent,
        endpoint: {
          methods: ['REGISTER'],
          credentials: {
            answer: (challenge, request) => digest.answer(challenge, request),
            headersFor: request => digest.headersFor(request),
          },
        },
      })
      await lines.refresh()
      return driver.port
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ring: phoneId => void run(endpoint => endpoint.progress(phoneId, 180)),
    accept: (phoneId, sdp) => void run(endpoint => endpoint.accept(phoneId, { description: contentOf(sdp) })),
    refuse: (phoneId, cause) => void run(endpoint => endpoint.reject(phoneId, statusOf(cause))),
    answerOffer: (phoneId, sdp) => void run(endpoint => endpoint.answerOffer(phoneId, contentOf(sdp))),
    refuseOffer: phoneId => void run(endpoint => endpoint.refuseOffer(phoneId)),
    hangUp: phoneId => void run(endpoint => endpoint.hangUp(phoneId)),
    refreshTrunks: () => lines.refresh(),
    async stop() {
      lines.stop()
      // Nobody could take these calls up again: their phones are told.
      if (driver !== null) for (const phoneId of present.keys()) run(endpoint => endpoint.hangUp(phoneId))
      await driver?.stop()
      driver = null
    },
  }
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function textOf(content: Content | undefined): string | null {
  return content === undefined ? null : decodeText(content.body)
}

function contentOf(sdp: string): Content {
  return { type: sdpType, body: encodeText(sdp) }
}
