import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader } from '../message/headers.ts'
import type { SipRequest } from '../message/message.types.ts'
import { createNetwork, leftovers, sdp } from './testing/network.ts'
import { acceptAll, ask, callFrom, reply, talking, toTagOf } from './testing/scripted.ts'

function twoPeers(options: object = {}) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', options)
  return { network, alice, bob }
}

/** Alice, and a Bob played by hand who is told of each INVITE. */
function handPlayed(onInvite: (invite: SipRequest) => void = () => {}) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1')
  const bob = network.script('bob', '10.0.0.2', message => {
    if (message.kind === 'request' && message.method === 'INVITE') onInvite(message)
  })
  return { network, alice, bob }
}

test('a refused call tells the status, and the failure is acknowledged', () => {
  const { network, alice, bob } = twoPeers()
  bob.on = event => {
    if (event.type === 'call.incoming') network.tell(bob, endpoint => endpoint.reject(event.call, 486))
  }
  callFrom(network, alice)
  network.run(40_000)
  const end = alice.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'refused' && end.response.status, 486)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'rejected')
  assert.deepEqual(alice.sentLines().slice(1), ['ACK sip:bob@10.0.0.2 SIP/2.0'])
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('CANCEL waits for a provisional answer, then ends the ringing (§9.1)', () => {
  const { network, alice, bob } = twoPeers()
  const call = callFrom(network, alice)
  network.tell(alice, endpoint => endpoint.cancel(call))
  assert.equal(
    alice.sentLines().some(line => line.startsWith('CANCEL')),
    false,
  )
  network.run(1_000)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'cancelledByPeer')
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'cancelled')
  network.run(70_000)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('CANCEL that crosses the 200 ends in ACK and BYE (§9.1)', () => {
  const { network, alice, bob } = handPlayed(invite => bob.say(reply(invite, 180, 'b'), alice))
  const call = callFrom(network, alice)
  network.run(100)
  network.tell(alice, endpoint => endpoint.cancel(call))
  bob.say(reply(bob.requests('INVITE')[0] ?? assert.fail(), 200, 'b', { body: 'v=0' }), alice)
  network.run(1_000)
  assert.equal(bob.requests('ACK').length, 1)
  assert.ok(bob.requests('BYE').length > 0)
  assert.equal(alice.of('call.answered').length, 0)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'cancelled')
})

test('an INVITE that is not answered after its CANCEL is over 64*T1 later (§9.1)', () => {
  const { network, alice, bob } = handPlayed(invite => bob.say(reply(invite, 180, 'b'), alice))
  const call = callFrom(network, alice)
  network.run(100)
  network.tell(alice, endpoint => endpoint.cancel(call))
  network.run(31_000)
  assert.equal(alice.of('call.ended').length, 0)
  network.run(2_000)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'cancelled')
  network.run(40_000)
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('a call nobody answers is given up after the ring limit', () => {
  const { network, alice, bob } = twoPeers()
  bob.on = event => {
    if (event.type === 'call.incoming') network.tell(bob, endpoint => endpoint.progress(event.call, 180))
  }
  callFrom(network, alice, { ringLimitMs: 20_000 })
  network.run(21_000)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'cancelled')
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'cancelledByPeer')
})

test('a silent peer is unreachable after timer B', () => {
  const { network, alice } = handPlayed()
  callFrom(network, alice)
  network.run(33_000)
  const end = alice.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'unreachable' && end.failure, 'timeout')
  assert.deepEqual(leftovers(alice.endpoint), {})
})

test('forked 18x make an early dialog each; the first 2xx takes the call, a second one gets ACK and BYE (§13.2.2.4)', () => {
  const { network, alice, bob } = handPlayed(invite => {
    bob.say(reply(invite, 180, 'one'), alice)
    bob.say(reply(invite, 183, 'two', { body: 'v=0' }), alice)
  })
  callFrom(network, alice)
  network.run(100)
  assert.deepEqual(
    alice.of('call.progress').map(({ dialog, meaning }) => [dialog, meaning]),
    [
      ['one', 'none'],
      ['two', 'preview'],
    ],
  )
  assert.equal(alice.endpoint.size().dialogs, 2)
  const invite = bob.requests('INVITE')[0] ?? assert.fail()
  bob.say(reply(invite, 200, 'two', { body: 'v=0' }), alice)
  bob.say(reply(invite, 200, 'one', { body: 'v=0' }), alice)
  network.run(100)
  assert.equal(alice.of('call.answered')[0]?.dialog, 'two')
  assert.equal(alice.of('call.answered').length, 1)
  const tagOf = (request: SipRequest) => /;tag=(\w+)/.exec(getHeader(request, 'To') ?? '')?.[1]
  assert.deepEqual(bob.requests('ACK').map(tagOf).sort(), ['one', 'two'])
  assert.deepEqual(bob.requests('BYE').map(tagOf), ['one'])
  assert.equal(alice.endpoint.size().dialogs, 1)
})

test('each repetition of a 2xx is acknowledged again (§13.2.2.4)', () => {
  const { network, alice, bob } = handPlayed()
  callFrom(network, alice)
  network.run(10)
  const ok = reply(bob.requests('INVITE')[0] ?? assert.fail(), 200, 'b', { body: 'v=0' })
  for (let i = 0; i < 3; i++) bob.say(ok, alice)
  network.run(100)
  assert.equal(bob.requests('ACK').length, 3)
  assert.equal(alice.of('call.answered').length, 1)
})

test('a 2xx of ours is repeated until its ACK, and 64*T1 later the call is over with BYE (§13.3.1.4)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(31_000)
  assert.equal(tester.responses().filter(({ status }) => status === 200).length > 8, true)
  network.run(2_000)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'noAck')
  assert.equal(tester.requests('BYE').length > 0, true)
})

test('the callee that hangs up before the ACK waits for it with its BYE (§15)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(10)
  const { call } = bob.of('call.incoming')[0] ?? assert.fail()
  assert.equal(
    network.tell(bob, endpoint => endpoint.hangUp(call)),
    true,
  )
  network.run(10)
  assert.equal(tester.requests('BYE').length, 0)
  tester.say(ask('ACK', { toTag: toTagOf(tester.responses().at(-1)) }), bob)
  network.run(10)
  assert.equal(tester.requests('BYE').length, 1)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'hungUp')
})

test('an offer in the 200 is answered in the ACK (§13.2.1)', () => {
  const { network, alice, bob } = twoPeers()
  acceptAll(network, bob)
  const call = callFrom(network, alice, { description: undefined })
  network.run(100)
  assert.equal(bob.of('call.incoming')[0]?.offer, undefined)
  assert.equal(alice.of('call.answered')[0]?.meaning, 'offer')
  assert.equal(
    alice.sentLines().some(line => line.startsWith('ACK')),
    false,
  )
  assert.equal(
    network.tell(alice, endpoint => endpoint.acknowledge(call, sdp('late'))),
    true,
  )
  network.run(100)
  assert.deepEqual(bob.of('call.confirmed')[0]?.answer, sdp('late'))
})

test('a 2xx without the answer it owes ends the call', () => {
  const { network, alice, bob } = handPlayed(invite => bob.say(reply(invite, 200, 'b'), alice))
  callFrom(network, alice)
  network.run(100)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'noDescription')
  assert.deepEqual([bob.requests('ACK').length, bob.requests('BYE').length > 0], [1, true])
})

test('a late BYE, and any request to a dialog that is gone, is answered 481 (§12.2.2)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice } = talking(network, alice, bob)
  const tester = network.script('tester', '10.0.0.9')
  network.tell(alice, endpoint => endpoint.hangUp(ofAlice))
  network.run(100)
  for (const method of ['BYE', 'INVITE', 'INFO', 'NOTIFY', 'UPDATE']) {
    tester.say(ask(method, { toTag: 'gone', sequence: 9 }), bob)
  }
  network.run(100)
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [481, 481, 481, 481, 481],
  )
})

test('requests out of order within a dialog are answered 500 (§12.2.2)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', sequence: 7 }), bob)
  network.run(10)
  const toTag = toTagOf(tester.responses().at(-1))
  tester.say(ask('ACK', { toTag, sequence: 7 }), bob)
  tester.say(ask('OPTIONS', { toTag, sequence: 7 }), bob)
  tester.say(ask('OPTIONS', { toTag, sequence: 8 }), bob)
  network.run(10)
  assert.deepEqual(
    tester
      .responses()
      .slice(1)
      .map(({ status }) => status),
    [500, 200],
  )
})

for (const { router, requestUri, routes } of [
  {
    router: '<sip:10.0.0.2;lr>',
    requestUri: 'sip:bob@10.0.0.2:5060',
    routes: ['<sip:10.0.0.2;lr>', '<sip:far.example;lr>'],
  },
  {
    router: '<sip:10.0.0.2>',
    requestUri: 'sip:10.0.0.2',
    routes: ['<sip:far.example;lr>', '<sip:bob@10.0.0.2:5060>'],
  },
]) {
  test(`requests follow the route set of a ${router.includes('lr') ? 'loose' : 'strict'} router (§12.2.1.1)`, () => {
    const headers = ['Record-Route', `<sip:far.example;lr>, ${router}`]
    const { network, alice, bob } = handPlayed(invite =>
      bob.say(reply(invite, 200, 'b', { body: 'v=0', headers }), alice),
    )
    callFrom(network, alice)
    network.run(100)
    const ack = bob.requests('ACK')[0] ?? assert.fail()
    assert.equal(ack.requestUri, requestUri)
    assert.deepEqual(
      ack.headers.filter((_, index) => ack.headers[index - 1] === 'Route'),
      routes,
    )
  })
}

test('a caller may end its call with BYE before the answer; the INVITE gets 487 (§15.1.2)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.on = event => {
    if (event.type === 'call.incoming') network.tell(bob, endpoint => endpoint.progress(event.call, 180))
  }
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(10)
  tester.say(ask('BYE', { toTag: toTagOf(tester.responses().at(-1)), sequence: 2 }), bob)
  network.run(10)
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [180, 200, 487],
  )
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'hungUpByPeer')
})

test('ringing is repeated each minute so that no proxy gives up (§13.3.1.1)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.on = event => {
    if (event.type === 'call.incoming') network.tell(bob, endpoint => endpoint.progress(event.call, 180))
  }
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(121_000)
  assert.equal(tester.responses().filter(({ status }) => status === 180).length, 3)
})

test('an invitation whose Expires is over is answered 487 (§13.3.1)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', headers: ['Expires', '10'] }), bob)
  network.run(11_000)
  assert.equal(tester.responses().at(-1)?.status, 487)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'expired')
})

test('a server that makes up a fork for each answer fills no memory', () => {
  const { network, alice, bob } = handPlayed(invite => {
    for (let i = 0; i < 100; i++) bob.say(reply(invite, 180, `fork${i}`), alice)
  })
  callFrom(network, alice)
  network.run(100)
  assert.equal(alice.endpoint.size().dialogs, 32)
})
