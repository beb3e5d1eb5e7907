import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader } from '../message/headers.ts'
import { createNetwork, leftovers, sdp } from './testing/network.ts'
import { acceptAll, ask, callFrom, reply, toTagOf } from './testing/scripted.ts'

function twoPeers() {
  const network = createNetwork()
  return { network, alice: network.add('alice', '10.0.0.1'), bob: network.add('bob', '10.0.0.2') }
}

test('a reliable 183 holds the answer, is acknowledged by PRACK, and the 200 waits for that (RFC 3262)', () => {
  const { network, alice, bob } = twoPeers()
  bob.on = event => {
    if (event.type !== 'call.incoming') return
    network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('early') }))
    network.tell(bob, one => one.progress(event.call, 180, { reliable: true }))
    network.tell(bob, one => one.accept(event.call))
  }
  const call = callFrom(network, alice)
  network.run(500)
  assert.deepEqual(
    alice.of('call.progress').map(({ response, meaning, reliable }) => [response.status, meaning, reliable]),
    [
      [183, 'answer', true],
      [180, 'none', true],
    ],
  )
  assert.equal(alice.of('call.answered')[0]?.meaning, 'none')
  assert.equal(bob.of('call.confirmed').length, 1)
  assert.equal(network.passed.filter(({ text }) => text.startsWith('PRACK')).length, 2)
  network.tell(alice, one => one.hangUp(call))
  network.run(40_000)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('an offer in a reliable 183 is answered in the PRACK', () => {
  const { network, alice, bob } = twoPeers()
  bob.on = event => {
    if (event.type !== 'call.incoming') return
    network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('offer') }))
    network.tell(bob, one => one.accept(event.call, { description: sdp('offer') }))
  }
  const call = callFrom(network, alice, { description: undefined })
  network.run(100)
  assert.equal(alice.of('call.progress')[0]?.meaning, 'offer')
  assert.equal(
    alice.sentLines().some(line => line.startsWith('PRACK')),
    false,
  )
  network.tell(alice, one => one.acknowledge(call, sdp('answer')))
  network.run(100)
  assert.deepEqual(bob.of('call.answer')[0]?.answer, sdp('answer'))
  assert.equal(bob.of('call.confirmed').length, 1)
})

test('a PRACK may offer anew; its 200 has the answer', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.on = event => {
    if (event.type !== 'call.incoming') return
    network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('early') }))
  }
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', headers: ['Supported', '100rel'] }), bob)
  network.run(10)
  const early = tester.responses()[0] ?? assert.fail()
  const headers = ['RAck', `${getHeader(early, 'RSeq')} 1 INVITE`]
  tester.say(ask('PRACK', { toTag: toTagOf(early), sequence: 2, headers, body: 'v=1' }), bob)
  network.run(10)
  const offered = bob.of('call.offer')[0] ?? assert.fail()
  assert.equal(offered.method, 'PRACK')
  network.tell(bob, one => one.answerOffer(offered.call, sdp('again')))
  network.run(10)
  assert.equal(tester.responses().at(-1)?.status, 200)
  assert.deepEqual(tester.responses().at(-1)?.body, sdp('again').body)
})

test('a reliable answer is repeated; without a PRACK the INVITE is refused with 504 (RFC 3262 §3)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.on = event => {
    if (event.type === 'call.incoming') {
      network.tell(bob, one => one.progress(event.call, 180, { reliable: true }))
    }
  }
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', headers: ['Require', '100rel'] }), bob)
  network.run(10)
  const wrong = ['RAck', '1 1 INVITE']
  const toTag = toTagOf(tester.responses()[0])
  tester.say(ask('PRACK', { toTag, sequence: 2, headers: wrong }), bob)
  network.run(33_000)
  const statuses = tester.responses().map(({ status }) => status)
  assert.equal(statuses.filter(status => status === 180).length, 7)
  assert.deepEqual([statuses.includes(481), statuses.includes(504)], [true, true])
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'noPrack')
})

test('a caller that requires 100rel gets reliable answers even unasked, one without it never', () => {
  for (const { headers, reliable } of [
    { headers: ['Require', '100rel'], reliable: undefined },
    { headers: [], reliable: true },
  ]) {
    const network = createNetwork()
    const bob = network.add('bob', '10.0.0.2')
    bob.on = event => {
      if (event.type === 'call.incoming') {
        network.tell(bob, one => one.progress(event.call, 180, reliable === true ? { reliable } : {}))
      }
    }
    const tester = network.script('tester', '10.0.0.9')
    tester.say(ask('INVITE', { body: 'v=0', headers }), bob)
    network.run(10)
    assert.equal(getHeader(tester.responses()[0] ?? assert.fail(), 'RSeq') !== undefined, headers.length > 0)
  }
})

test('reliable answers out of order and repeated ones are dropped (RFC 3262 §4)', () => {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1')
  const bob = network.script('bob', '10.0.0.2')
  callFrom(network, alice)
  network.run(10)
  const invite = bob.requests('INVITE')[0] ?? assert.fail()
  for (const rseq of [10, 10, 12, 11]) {
    bob.say(reply(invite, 183, 'b', { headers: ['Require', '100rel', 'RSeq', String(rseq)] }), alice)
  }
  network.run(100)
  assert.deepEqual(
    bob.requests('PRACK').map(prack => getHeader(prack, 'RAck')),
    ['10 1 INVITE', '11 1 INVITE'],
  )
  assert.equal(alice.of('call.progress').length, 2)
})

test('UPDATE before the answer changes the early session (RFC 3311)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  bob.on = event => {
    if (event.type !== 'call.incoming') return
    network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('early') }))
  }
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', headers: ['Supported', '100rel'] }), bob)
  network.run(10)
  const early = tester.responses()[0] ?? assert.fail()
  const toTag = toTagOf(early)
  const headers = ['RAck', `${getHeader(early, 'RSeq')} 1 INVITE`]
  tester.say(ask('PRACK', { toTag, sequence: 2, headers }), bob)
  tester.say(ask('UPDATE', { toTag, sequence: 3, body: 'v=1' }), bob)
  network.run(10)
  const offered = bob.of('call.offer')[0] ?? assert.fail()
  network.tell(bob, one => one.answerOffer(offered.call, sdp('updated')))
  network.run(10)
  assert.deepEqual(tester.responses().at(-1)?.body, sdp('updated').body)
  assert.equal(
    network.tell(bob, one => one.accept(offered.call)),
    true,
  )
  network.run(10)
  // The INVITE's own CSeq is what its ACK carries, whatever came between
  tester.say(ask('ACK', { toTag, sequence: 1 }), bob)
  network.run(10)
  assert.equal(bob.of('call.confirmed').length, 1)
})

test('reliable answers survive the loss of every fifth datagram', () => {
  const network = createNetwork(3)
  const alice = network.add('alice', '10.0.0.1')
  const bob = network.add('bob', '10.0.0.2')
  network.setWeather({ loss: 0.2, delayMs: 5, jitterMs: 20, duplicate: 0.1 })
  bob.on = event => {
    if (event.type !== 'call.incoming') return
    network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('early') }))
    network.tell(bob, one => one.accept(event.call))
  }
  alice.on = event => {
    if (event.type === 'call.answered') network.tell(alice, one => one.hangUp(event.call))
  }
  for (let i = 0; i < 30; i++) callFrom(network, alice)
  network.run(200_000)
  assert.equal(alice.of('call.answered').length, 30)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
  acceptAll(network, bob)
})
