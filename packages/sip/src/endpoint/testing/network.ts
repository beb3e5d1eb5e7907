import type { SipMessage, SipRequest, SipResponse, TransportAddress } from '../../message/message.types.ts'
import { parseMessage } from '../../message/parse.ts'
import { serializeMessage } from '../../message/serialize.ts'
import { decodeText, encodeText } from '../../message/text.ts'
import type { DnsQuestion, DnsRecord } from '../../transport/dns.ts'
import { createEndpoint } from '../endpoint.ts'
import type { Endpoint, EndpointEvent, EndpointOptions, SendOutput } from '../endpoint.types.ts'

/** How the fake network treats datagrams; chances from 0 to 1. Streams lose nothing. */
export type Weather = { loss?: number; duplicate?: number; delayMs?: number; jitterMs?: number }

/** One message that was sent, also when it was lost. */
export type Passed = { at: number; from: string; to: string; text: string }

/** An endpoint in the fake network. */
export type Peer = {
  name: string
  address: string
  endpoint: Endpoint
  events: EndpointEvent[]
  /** Acts on events as they come; whatever it commands leaves at once. */
  on: (event: EndpointEvent) => void
  /** First lines of what this peer sent, in order. */
  sentLines(): string[]
  /** The events of one type. */
  of<T extends EndpointEvent['type']>(type: T): Extract<EndpointEvent, { type: T }>[]
}

/** A peer that is played by hand. */
export type ScriptedPeer = { receive(message: SipMessage, from: TransportAddress): void }

/** A repeatable source of chance. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Joins endpoints by a network without sockets, on a clock that only moves when told. */
export function createNetwork(seed = 1) {
  const random = seededRandom(seed)
  const peers = new Map<string, Peer>()
  const scripted = new Map<string, ScriptedPeer>()
  const passed: Passed[] = []
  const dns = new Map<string, DnsRecord[]>()
  const questions: DnsQuestion[] = []
  const unreachable = new Set<string>()
  const closed: string[] = []
  let streamsDead = false
  let now = 1_000_000
  let weather: Weather = {}
  let queue: { at: number; order: number; run: () => void }[] = []
  let order = 0
  /** Decides by hand about single messages; true loses one. */
  let lose: (message: Passed) => boolean = () => false

  const later = (delayMs: number, run: () => void) => {
    queue.push({ at: now + delayMs, order: order++, run })
  }
  const keyOf = (to: TransportAddress) => `${to.address}:${to.port}`
  const deliver = (from: TransportAddress, to: TransportAddress, data: Uint8Array) => {
    const receiver = peers.get(keyOf(to))
    if (receiver === undefined) {
      const parsed = parseMessage(data)
      if (parsed.ok) scripted.get(keyOf(to))?.receive(parsed.message, from)
      return
    }
    receiver.endpoint.receive(data, from)
    collect(receiver)
  }
  const send = (peer: Peer, output: SendOutput) => {
    const { to, data } = output
    const message = {
      at: now,
      from: peer.name,
      to: peers.get(keyOf(to))?.name ?? keyOf(to),
      text: decodeText(data),
    }
    passed.push(message)
    if (unreachable.has(`${to.protocol}:${keyOf(to)}`)) {
      later(0, () => {
        peer.endpoint.sendFailed(output)
        collect(peer)
      })
      return
    }
    const source: TransportAddress = { protocol: to.protocol, address: peer.address, port: 5060 }
    if (to.protocol !== 'udp') {
      source.connectionId = to.connectionId ?? `${peer.address}<>${to.address}`
      if (!streamsDead) later(weather.delayMs ?? 1, () => deliver(source, to, data))
      return
    }
    if (lose(message) || random() < (weather.loss ?? 0)) return
    const copies = random() < (weather.duplicate ?? 0) ? 2 : 1
    for (let i = 0; i < copies; i++) {
      later((weather.delayMs ?? 1) + random() * (weather.jitterMs ?? 0), () => deliver(source, to, data))
    }
  }
  const collect = (peer: Peer) => {
    for (
      let outputs = peer.endpoint.takeOutputs();
      outputs.length > 0;
      outputs = peer.endpoint.takeOutputs()
    ) {
      for (const output of outputs) {
        if (output.kind === 'send') send(peer, output)
        else if (output.kind === 'close') closed.push(output.connectionId)
        else if (output.kind === 'event') {
          peer.events.push(output.event)
          peer.on(output.event)
        } else if (output.kind === 'resolve') {
          questions.push(output.question)
          const { type, name } = output.question
          const records = (dns.get(name) ?? []).filter(record => record.type === type)
          later(0, () => {
            peer.endpoint.dnsAnswered(output.id, records)
            collect(peer)
          })
        }
      }
    }
  }

  const network = {
    passed,
    dns,
    questions,
    unreachable,
    /** Streams an endpoint wanted closed. */
    closed,
    /** From now on streams swallow what they are given. */
    killStreams() {
      streamsDead = true
    },
    now: () => now,
    random,
    setWeather(next: Weather) {
      weather = next
    },
    loseWhen(decide: (message: Passed) => boolean) {
      lose = decide
    },
    add(name: string, address: string, options: Partial<EndpointOptions> = {}): Peer {
      const peer: Peer = {
        name,
        address,
        endpoint: createEndpoint({
          clock: () => now,
          randomBytes: size => Uint8Array.from({ length: size }, () => Math.floor(random() * 256)),
          local: { udp: { host: address, port: 5060 }, tcp: { host: address, port: 5060 } },
          ...options,
        }),
        events: [],
        on: () => {},
        sentLines: () => passed.filter(({ from }) => from === name).map(({ text }) => firstLine(text)),
        of: type => peer.events.filter(event => event.type === type) as never,
      }
      peers.set(`${address}:5060`, peer)
      return peer
    },
    /** Adds a peer that is played by hand: `say` sends one message from it. */
    script(name: string, address: string, receive: ScriptedPeer['receive'] = () => {}) {
      const source: TransportAddress = { protocol: 'udp', address, port: 5060 }
      const heard: SipMessage[] = []
      const peer = {
        heard,
        receive(message: SipMessage, from: TransportAddress) {
          heard.push(message)
          receive(message, from)
        },
        say(message: SipMessage, to: Peer) {
          const data = serializeMessage(message)
          const target: TransportAddress = { protocol: 'udp', address: to.address, port: 5060 }
          passed.push({ at: now, from: name, to: to.name, text: decodeText(data) })
          later(1, () => deliver(source, target, data))
        },
        /** The requests heard, by method. */
        requests: (method: string) =>
          heard.filter(
            (message): message is SipRequest => message.kind === 'request' && message.method === method,
          ),
        responses: () => heard.filter((message): message is SipResponse => message.kind === 'response'),
      }
      scripted.set(`${address}:5060`, peer)
      return peer
    },
    /** Commands a peer; what it wants done is done. */
    tell<T>(peer: Peer, command: (endpoint: Endpoint) => T): T {
      const result = command(peer.endpoint)
      collect(peer)
      return result
    },
    /** Hands bytes to a peer as if they came from an address. */
    inject(peer: Peer, data: string | Uint8Array, from: Partial<TransportAddress> = {}) {
      const source: TransportAddress = { protocol: 'udp', address: '10.9.9.9', port: 5060, ...from }
      peer.endpoint.receive(typeof data === 'string' ? encodeText(data) : data, source)
      collect(peer)
    },
    /** Lets time pass, running deliveries and timers in their order. */
    run(durationMs: number) {
      const until = now + durationMs
      for (;;) {
        queue.sort((left, right) => left.at - right.at || left.order - right.order)
        const delivery = queue[0]
        let sleeper: Peer | undefined
        let wakeAt = Number.POSITIVE_INFINITY
        for (const peer of peers.values()) {
          const at = peer.endpoint.nextWakeAt()
          if (at !== undefined && at < wakeAt) {
            wakeAt = at
            sleeper = peer
          }
        }
        const next = Math.min(delivery?.at ?? Number.POSITIVE_INFINITY, wakeAt)
        if (next > until) break
        now = Math.max(now, next)
        if (delivery !== undefined && delivery.at <= wakeAt) {
          queue = queue.slice(1)
          delivery.run()
        } else if (sleeper !== undefined) {
          sleeper.endpoint.wake()
          collect(sleeper)
        }
      }
      now = until
    },
  }
  return network
}

/** What begins a message. */
export function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\r\n'))
}

/** A session description as far as the stack looks at it: not at all. */
export function sdp(name: string) {
  return {
    type: 'application/sdp',
    body: encodeText(`v=0\r\no=${name} 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\n`),
  }
}

/** The endpoints' sizes that must be zero when nothing is going on. */
export function leftovers(endpoint: Endpoint): Record<string, number> {
  return Object.fromEntries(
    Object.entries(endpoint.size()).filter(([name, count]) => count !== 0 && name !== 'connections'),
  )
}
