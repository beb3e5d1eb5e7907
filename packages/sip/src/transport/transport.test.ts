import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeaders } from '../message/headers.ts'
import type { SipRequest, TransportAddress } from '../message/message.types.ts'
import { topVia } from '../message/typed.ts'
import { parseUri } from '../message/uri.ts'
import { createRandomSource } from '../transaction/branch.ts'
import { createConnections } from './connections.ts'
import type { DnsQuestion, DnsRecord, Target } from './dns.ts'
import { destinationOf, orderSrv, resolve } from './resolver.ts'
import { fallbackTarget, responseTarget, stampVia } from './via-route.ts'

const random = createRandomSource(size => crypto.getRandomValues(new Uint8Array(size)))

function requestWith(...vias: string[]): SipRequest {
  return {
    kind: 'request',
    method: 'OPTIONS',
    requestUri: 'sip:x@y',
    headers: vias.flatMap(via => ['Via', via]),
    body: new Uint8Array(0),
  }
}

function stamp(via: string, from: Partial<TransportAddress> = {}) {
  const request = requestWith(via, 'SIP/2.0/UDP 9.9.9.9;branch=z9hG4bKo')
  const source: TransportAddress = { protocol: 'udp', address: '10.0.0.1', port: 4_444, ...from }
  const stamped = stampVia(request, topVia(request) ?? assert.fail(), source)
  return { via: getHeaders(request, 'Via')[0], target: responseTarget(stamped, source), stamped, source }
}

test('received is added where the sender names another address (§18.2.1)', () => {
  assert.equal(stamp('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx').via, 'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx')
  assert.equal(
    stamp('SIP/2.0/UDP alice.example;branch=z9hG4bKx').via,
    'SIP/2.0/UDP alice.example;branch=z9hG4bKx;received=10.0.0.1',
  )
})

test('rport is filled in, and received with it even where both agree (RFC 3581 §4)', () => {
  const { via, target } = stamp('SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx')
  assert.equal(via, 'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=10.0.0.1;rport=4444')
  assert.equal(target.port, 4_444)
})

test('what a sender claims in received and rport is not believed', () => {
  const { via, target } = stamp('SIP/2.0/UDP 10.0.0.1:5062;received=6.6.6.6;branch=z9hG4bKx')
  assert.equal(via, 'SIP/2.0/UDP 10.0.0.1:5062;branch=z9hG4bKx')
  assert.deepEqual(target, { protocol: 'udp', address: '10.0.0.1', port: 5_062 })
})

test('several Vias on one line keep their order', () => {
  assert.equal(
    stamp('SIP/2.0/UDP a.example;branch=z9hG4bKx, SIP/2.0/UDP b.example;branch=z9hG4bKy').via,
    'SIP/2.0/UDP a.example;branch=z9hG4bKx;received=10.0.0.1, SIP/2.0/UDP b.example;branch=z9hG4bKy',
  )
})

test('answers take the port of sent-by, the default one, or the connection (§18.2.2)', () => {
  assert.equal(stamp('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx').target.port, 5_060)
  assert.equal(stamp('SIP/2.0/UDP 10.0.0.1;maddr=6.6.6.6;branch=z9hG4bKx').target.address, '10.0.0.1')
  const stream = stamp('SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKx', { protocol: 'tls', connectionId: 'c' })
  assert.equal(stream.target.connectionId, 'c')
  assert.deepEqual(fallbackTarget(stream.stamped, stream.source), {
    protocol: 'tls',
    address: '10.0.0.1',
    port: 5_061,
  })
})

/** Resolves against a table; returns the targets and what was asked. */
function look(uri: string, zone: Record<string, DnsRecord[]>, protocols = ['udp', 'tcp', 'tls'] as const) {
  const parsed = parseUri(uri) ?? assert.fail()
  const resolution = resolve(destinationOf(parsed) ?? assert.fail(), { protocols, random })
  const asked: DnsQuestion[] = []
  let step = resolution.next([])
  while (step.done !== true) {
    asked.push(...step.value)
    step = resolution.next(
      step.value.map(({ name, type }) => (zone[name] ?? []).filter(record => record.type === type)),
    )
  }
  const targets = step.value.map(({ protocol, address, port }: Target) => `${protocol} ${address}:${port}`)
  return { targets, asked: asked.map(({ type, name }) => `${type} ${name}`) }
}

test('a numeric address needs no look-up (RFC 3263 §4.1)', () => {
  assert.deepEqual(look('sip:bob@192.0.2.1', {}), { targets: ['udp 192.0.2.1:5060'], asked: [] })
  assert.deepEqual(look('sips:bob@192.0.2.1', {}).targets, ['tls 192.0.2.1:5061'])
  assert.deepEqual(look('sip:[2001:db8::1]:5080;transport=tcp', {}).targets, ['tcp 2001:db8::1:5080'])
})

test('a name with a port goes straight to its addresses', () => {
  const zone = {
    'a.example': [
      { type: 'A', address: '192.0.2.1' },
      { type: 'AAAA', address: '2001:db8::1' },
    ],
  } as const
  assert.deepEqual(look('sip:bob@a.example:5080', zone as never).targets, [
    'udp 192.0.2.1:5080',
    'udp 2001:db8::1:5080',
  ])
})

test('NAPTR chooses the transport, SRV the hosts, A their addresses (RFC 3263 §4)', () => {
  const naptr = (order: number, service: string, replacement: string): DnsRecord => ({
    type: 'NAPTR',
    order,
    preference: 50,
    flags: 's',
    service,
    replacement,
  })
  const zone: Record<string, DnsRecord[]> = {
    'example.com': [
      naptr(90, 'SIP+D2T', '_sip._tcp.example.com'),
      naptr(50, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(10, 'SIP+D2S', '_sip._sctp.example.com'),
    ],
    '_sips._tcp.example.com': [{ type: 'SRV', priority: 1, weight: 0, port: 5_061, name: 's.example.com' }],
    '_sip._tcp.example.com': [{ type: 'SRV', priority: 1, weight: 0, port: 5_090, name: 't.example.com' }],
    's.example.com': [{ type: 'A', address: '192.0.2.5' }],
    't.example.com': [{ type: 'A', address: '192.0.2.6' }],
  }
  assert.deepEqual(look('sip:example.com', zone).targets, ['tls 192.0.2.5:5061', 'tcp 192.0.2.6:5090'])
  const secure = look('sips:example.com', zone)
  assert.deepEqual(secure.targets, ['tls 192.0.2.5:5061'])
})

test('without NAPTR the SRV names of each transport are asked, without SRV the name itself', () => {
  const { asked, targets } = look('sip:example.com', {
    'example.com': [{ type: 'A', address: '192.0.2.9' }],
  })
  assert.deepEqual(targets, ['udp 192.0.2.9:5060'])
  assert.deepEqual(asked, [
    'NAPTR example.com',
    'SRV _sip._udp.example.com',
    'SRV _sip._tcp.example.com',
    'SRV _sips._tcp.example.com',
    'A example.com',
    'AAAA example.com',
  ])
  assert.equal(look('sip:nowhere.example', {}).targets.length, 0)
})

test('SRV priorities are kept and weights drawn in proportion (RFC 2782)', () => {
  const server = (priority: number, weight: number, name: string): DnsRecord => ({
    type: 'SRV',
    priority,
    weight,
    port: 5_060,
    name,
  })
  const records = [server(2, 0, 'last'), server(1, 90, 'often'), server(1, 10, 'seldom')]
  let first = 0
  for (let i = 0; i < 1_000; i++) {
    const names = orderSrv(records, random).map(({ name }) => name)
    assert.equal(names[2], 'last')
    if (names[0] === 'often') first++
  }
  assert.ok(first > 820 && first < 970, `${first} of 1000`)
  assert.deepEqual(orderSrv([server(0, 0, '.')], random), [])
})

test('requests to a peer take the connection that is open, until it is closed', () => {
  const connections = createConnections()
  const address: TransportAddress = { protocol: 'tcp', address: '10.0.0.1', port: 5_060 }
  connections.seen({ ...address, connectionId: 'a' })
  assert.equal(connections.bind(address).connectionId, 'a')
  assert.equal(connections.bind({ ...address, protocol: 'tls' }).connectionId, undefined)
  connections.closed('a')
  assert.equal(connections.bind(address).connectionId, undefined)
  assert.equal(connections.size(), 0)
})
