import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader } from '../message/headers.ts'
import { topVia } from '../message/typed.ts'
import { createNetwork, leftovers } from './testing/network.ts'
import { acceptAll, ask, callFrom, reply, toTagOf } from './testing/scripted.ts'

/** A name with two servers, of which the first is preferred. */
function twoServers() {
  const network = createNetwork()
  network.dns.set('_sip._udp.trunk.example', [
    { type: 'SRV', priority: 1, weight: 0, port: 5_060, name: 'one.example' },
    { type: 'SRV', priority: 2, weight: 0, port: 5_060, name: 'two.example' },
  ])
  network.dns.set('one.example', [{ type: 'A', address: '10.0.1.1' }])
  network.dns.set('two.example', [{ type: 'A', address: '10.0.1.2' }])
  const alice = network.add('alice', '10.0.0.1')
  return { network, alice, to: { to: 'sip:bob@trunk.example' } }
}

test('a place that answers 503 is left for the next, with a new branch (RFC 3263 §4.3)', () => {
  const { network, alice, to } = twoServers()
  const one = network.script('one', '10.0.1.1', message => {
    if (message.kind === 'request' && message.method === 'INVITE') {
      one.say(reply(message, 503, 'x', { headers: ['Retry-After', '30'] }), alice)
    }
  })
  const two = network.add('two', '10.0.1.2')
  acceptAll(network, two)
  callFrom(network, alice, to)
  network.run(100)
  assert.equal(alice.of('call.answered').length, 1)
  const first = one.requests('INVITE')[0] ?? assert.fail()
  const invites = network.passed.filter(({ text }) => text.startsWith('INVITE'))
  assert.deepEqual(
    invites.map(passed => passed.to),
    ['10.0.1.1:5060', 'two'],
  )
  const branchOf = (text: string) => /branch=([^;\r]+)/.exec(text)?.[1]
  assert.equal(topVia(first)?.branch, branchOf(invites[0]?.text ?? ''))
  assert.notEqual(branchOf(invites[0]?.text ?? ''), branchOf(invites[1]?.text ?? ''))
  // While it rests, calls go to the other one at once; afterwards it is asked first again
  callFrom(network, alice, to)
  network.run(100)
  assert.equal(one.requests('INVITE').length, 1)
  network.run(31_000)
  callFrom(network, alice, to)
  network.run(100)
  assert.equal(one.requests('INVITE').length, 2)
})

test('a silent place is given its time, then the next is tried', () => {
  const { network, alice, to } = twoServers()
  const two = network.add('two', '10.0.1.2')
  acceptAll(network, two)
  callFrom(network, alice, to)
  network.run(5_900)
  assert.equal(alice.of('call.answered').length, 0)
  network.run(200)
  assert.equal(alice.of('call.answered').length, 1)
})

test('a place that cannot be reached is left at once; when none is left the call fails', () => {
  const { network, alice, to } = twoServers()
  network.unreachable.add('udp:10.0.1.1:5060')
  const two = network.add('two', '10.0.1.2')
  acceptAll(network, two)
  callFrom(network, alice, to)
  network.run(100)
  assert.equal(alice.of('call.answered').length, 1)
  network.unreachable.add('udp:10.0.1.2:5060')
  callFrom(network, alice, to)
  network.run(100)
  const end = alice.of('call.ended').at(-1)?.end
  assert.equal(end?.cause === 'unreachable' && end.failure, 'transport')
})

test('603 and other answers are no reason to try another place', () => {
  const { network, alice, to } = twoServers()
  const one = network.script('one', '10.0.1.1', message => {
    if (message.kind === 'request' && message.method === 'INVITE') one.say(reply(message, 603, 'x'), alice)
  })
  callFrom(network, alice, to)
  network.run(1_000)
  const end = alice.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'refused' && end.response.status, 603)
  assert.equal(network.passed.filter(({ text }) => text.startsWith('INVITE')).length, 1)
})

test('a name without addresses fails the call as unresolved', () => {
  const { network, alice } = twoServers()
  callFrom(network, alice, { to: 'sip:bob@nowhere.example' })
  network.run(100)
  const end = alice.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'unreachable' && end.failure, 'unresolved')
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('a call cancelled while its name is looked up never leaves', () => {
  const { network, alice, to } = twoServers()
  const call = callFrom(network, alice, to)
  network.tell(alice, endpoint => endpoint.cancel(call))
  network.run(1_000)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'cancelled')
  assert.equal(network.passed.length, 0)
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('a request above 1,300 bytes goes over TCP, and over UDP after all where nobody listens there (§18.1.1)', () => {
  for (const listens of [true, false]) {
    const network = createNetwork()
    const alice = network.add('alice', '10.0.0.1')
    const bob = network.add('bob', '10.0.0.2')
    acceptAll(network, bob)
    if (!listens) network.unreachable.add('tcp:10.0.0.2:5060')
    callFrom(network, alice, { headers: ['Subject', 'x'.repeat(1_200)] })
    network.run(100)
    const invites = network.passed.filter(({ text }) => text.startsWith('INVITE'))
    assert.deepEqual(
      invites.map(({ text }) => /Via: SIP\/2\.0\/(\w+)/.exec(text)?.[1]),
      listens ? ['TCP'] : ['TCP', 'UDP'],
    )
    assert.equal(alice.of('call.answered').length, 1)
  }
})

test('the Contact names the transport the request took', () => {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1')
  const bob = network.add('bob', '10.0.0.2')
  acceptAll(network, bob)
  callFrom(network, alice, { to: 'sip:bob@10.0.0.2;transport=tcp' })
  network.run(100)
  const { request } = bob.of('call.incoming')[0] ?? assert.fail()
  assert.equal(getHeader(request, 'Contact'), '<sip:10.0.0.1:5060;transport=tcp>')
})

test('a keep-alive over a stream is answered with one line break (RFC 5626 §4.4.1)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  network.inject(bob, '\r\n\r\n', { protocol: 'tcp', connectionId: 'c' })
  assert.deepEqual(
    network.passed.map(({ text }) => text),
    ['\r\n'],
  )
})

test('a stream that cannot be read any further is closed', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.endpoint.receive(new TextEncoder().encode(`INVITE sip:b SIP/2.0\r\n${'x: y\r\n'.repeat(9_000)}`), {
    protocol: 'tcp',
    address: '10.9.9.9',
    port: 4_000,
    connectionId: 'c',
  })
  assert.deepEqual(
    bob.endpoint.takeOutputs().filter(({ kind }) => kind === 'close'),
    [{ kind: 'close', connectionId: 'c' }],
  )
  bob.endpoint.connectionClosed('c')
  assert.equal(bob.endpoint.size().connections, 0)
})

test('an answer whose connection is gone opens another one to the sender (§18.2.2)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  const request = [
    'OPTIONS sip:bob@10.0.0.2 SIP/2.0',
    'Via: SIP/2.0/TCP 10.9.9.9:5077;branch=z9hG4bKk',
    'From: <sip:a@b>;tag=1\r\nTo: <sip:bob@10.0.0.2>\r\nCall-ID: k\r\nCSeq: 1 MESSAGE',
    'Content-Length: 0\r\n\r\n',
  ]
  const owner = network.add('owner', '10.0.0.3', { methods: ['MESSAGE'] })
  network.inject(owner, request.join('\r\n').replace('OPTIONS', 'MESSAGE'), {
    protocol: 'tcp',
    port: 40_000,
    connectionId: 'c',
  })
  const { key } = owner.of('request')[0] ?? assert.fail()
  owner.endpoint.connectionClosed('c')
  owner.endpoint.respond(key, 180)
  const [sent] = owner.endpoint.takeOutputs()
  if (sent?.kind !== 'send') assert.fail()
  owner.endpoint.sendFailed(sent)
  const [again] = owner.endpoint.takeOutputs()
  if (again?.kind !== 'send') assert.fail()
  assert.deepEqual(again.to, { protocol: 'tcp', address: '10.9.9.9', port: 5_077 })
  assert.deepEqual(leftovers(bob.endpoint), {})
})

test('a phone behind a NAT is answered where it sent from when the owner says so, else at its Contact', () => {
  for (const followsSource of [true, false]) {
    const network = createNetwork()
    const bob = network.add('bob', '10.0.0.2', { followsSource: () => followsSource })
    acceptAll(network, bob)
    const nat = network.script('nat', '10.0.0.9')
    const invite = ask('INVITE', { body: 'v=0' })
    invite.headers[invite.headers.indexOf('Contact') + 1] = '<sip:phone@192.168.1.7:5060>'
    nat.say(invite, bob)
    network.run(10)
    nat.say(ask('ACK', { toTag: toTagOf(nat.responses().at(-1)) }), bob)
    network.run(10)
    network.tell(bob, endpoint => endpoint.hangUp(bob.of('call.incoming')[0]?.call ?? ''))
    network.run(10)
    assert.equal(nat.requests('BYE').length, followsSource ? 1 : 0)
  }
})

test('a method the owner withholds is not in Allow, and answered 405', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', { withhold: ['REFER'] })
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('OPTIONS'), bob)
  tester.say(ask('REFER', { callId: 'other' }), bob)
  network.run(10)
  const [options, refer] = tester.responses()
  assert.doesNotMatch(getHeader(options ?? reply(ask('OPTIONS'), 500, 'x'), 'Allow') ?? 'REFER', /REFER/)
  assert.equal(refer?.status, 405)
})

test('a call that rang on a stream that is cut fails, and rings nowhere else', () => {
  const network = createNetwork()
  network.dns.set('trunk.example', [
    { type: 'A', address: '10.0.1.1' },
    { type: 'A', address: '10.0.1.2' },
  ])
  const alice = network.add('alice', '10.0.0.1')
  const one = network.add('one', '10.0.1.1')
  one.on = event => {
    if (event.type === 'call.incoming') network.tell(one, endpoint => endpoint.progress(event.call, 180))
  }
  callFrom(network, alice, { to: 'sip:bob@trunk.example:5060;transport=tcp' })
  network.run(100)
  assert.equal(alice.of('call.progress').length, 1)
  const stream = network.tell(alice, endpoint => endpoint.size().connections)
  assert.equal(stream, 1)
  network.tell(alice, endpoint => endpoint.connectionClosed('10.0.0.1<>10.0.1.1'))
  network.run(100)
  const end = alice.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'unreachable' && end.failure, 'transport')
  assert.equal(network.passed.filter(({ text }) => text.startsWith('INVITE')).length, 1)
})
