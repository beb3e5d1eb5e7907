import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader } from '../message/headers.ts'
import type { SipRequest } from '../message/message.types.ts'
import { decodeText } from '../message/text.ts'
import { createNetwork, leftovers, sdp } from './testing/network.ts'
import { acceptAll, ask, reply, talking, testerInCall, toTagOf } from './testing/scripted.ts'

function twoPeers(options: object = {}, ofBob: object = options) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', ofBob)
  return { network, alice, bob }
}

for (const method of ['INVITE', 'UPDATE'] as const) {
  test(`a new offer by ${method} is answered, refused, and answered again`, () => {
    const { network, alice, bob } = twoPeers()
    const { ofAlice, ofBob } = talking(network, alice, bob)
    network.tell(bob, endpoint => endpoint.offer(ofBob, sdp('hold'), method))
    network.run(100)
    assert.deepEqual(alice.of('call.offer')[0]?.offer, sdp('hold'))
    network.tell(alice, endpoint => endpoint.answerOffer(ofAlice, sdp('held')))
    network.run(100)
    assert.deepEqual(bob.of('call.answer')[0]?.answer, sdp('held'))
    network.tell(bob, endpoint => endpoint.offer(ofBob, sdp('video'), method))
    network.run(100)
    network.tell(alice, endpoint => endpoint.refuseOffer(ofAlice))
    network.run(100)
    assert.equal(bob.of('call.offerRefused')[0]?.status, 488)
    network.tell(bob, endpoint => endpoint.offer(ofBob, sdp('resume'), method))
    network.run(100)
    network.tell(alice, endpoint => endpoint.answerOffer(ofAlice, sdp('resumed')))
    network.run(100)
    assert.deepEqual(bob.of('call.answer')[1]?.answer, sdp('resumed'))
    network.tell(alice, endpoint => endpoint.hangUp(ofAlice))
    network.run(40_000)
    assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
  })
}

test('an offer made while another is under way waits for its turn, the latest alone', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice, ofBob } = talking(network, alice, bob)
  for (const name of ['first', 'second', 'third']) {
    network.tell(alice, endpoint => endpoint.offer(ofAlice, sdp(name)))
  }
  for (let i = 0; i < 3; i++) {
    network.run(100)
    network.tell(bob, endpoint => endpoint.answerOffer(ofBob, sdp(`answer${i}`)))
  }
  network.run(100)
  assert.deepEqual(
    bob.of('call.offer').map(({ offer }) => offer),
    [sdp('first'), sdp('third')],
  )
})

test('two offers that meet are answered 491; the callee tries again within 2 s, the caller after 2.1 to 4 s (§14.1)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice, ofBob } = talking(network, alice, bob)
  alice.on = event => {
    if (event.type === 'call.offer') network.tell(alice, one => one.answerOffer(ofAlice, sdp('alice2')))
  }
  bob.on = event => {
    if (event.type === 'call.offer') network.tell(bob, one => one.answerOffer(ofBob, sdp('bob2')))
  }
  network.tell(alice, endpoint => endpoint.offer(ofAlice, sdp('from-alice')))
  network.tell(bob, endpoint => endpoint.offer(ofBob, sdp('from-bob')))
  const from = network.now()
  network.run(5_000)
  assert.equal(network.passed.filter(({ text }) => text.startsWith('SIP/2.0 491')).length, 2)
  const again = (name: string) =>
    (network.passed.filter(passed => passed.from === name && passed.text.startsWith('INVITE')).at(-1)?.at ??
      0) - from
  assert.ok(again('bob') > 0 && again('bob') <= 2_005, `bob after ${again('bob')}`)
  assert.ok(again('alice') >= 2_100 && again('alice') <= 4_005, `alice after ${again('alice')}`)
  assert.deepEqual(alice.of('call.answer')[0]?.answer, sdp('bob2'))
  assert.deepEqual(bob.of('call.answer')[0]?.answer, sdp('alice2'))
})

test('a re-INVITE before the last one is answered gets 500 with Retry-After (§14.2)', () => {
  const { network, bob, tester, toTag } = testerInCall()
  tester.say(ask('INVITE', { toTag, sequence: 2, body: 'v=1' }), bob)
  tester.say(ask('INVITE', { toTag, sequence: 3, body: 'v=2' }), bob)
  tester.say(ask('UPDATE', { toTag, sequence: 4, body: 'v=3' }), bob)
  network.run(10)
  const refused = tester.responses().slice(1)
  assert.deepEqual(
    refused.map(({ status }) => status),
    [500, 500],
  )
  for (const response of refused) assert.match(getHeader(response, 'Retry-After') ?? '', /^(10|\d)$/)
})

test('a re-INVITE without a description is answered with our offer, and its ACK has the answer', () => {
  const { network, bob, tester, toTag, call } = testerInCall()
  tester.say(ask('INVITE', { toTag, sequence: 2 }), bob)
  network.run(10)
  assert.equal(bob.of('call.offer')[0]?.offer, undefined)
  network.tell(bob, endpoint => endpoint.answerOffer(call, sdp('ours')))
  network.run(10)
  assert.match(decodeText(tester.responses().at(-1)?.body ?? new Uint8Array()), /o=ours/)
  tester.say(ask('ACK', { toTag, sequence: 2, body: 'v=theirs' }), bob)
  network.run(10)
  assert.equal(decodeText(bob.of('call.answer')[0]?.answer.body ?? new Uint8Array()), 'v=theirs')
})

test('a re-INVITE may be cancelled; the call goes on', () => {
  const { network, bob, tester, toTag, call } = testerInCall()
  tester.say(ask('INVITE', { toTag, sequence: 2, body: 'v=1', branch: 'z9hG4bKre' }), bob)
  tester.say(ask('CANCEL', { toTag, sequence: 2, branch: 'z9hG4bKre' }), bob)
  network.run(10)
  assert.deepEqual(
    tester
      .responses()
      .slice(1)
      .map(({ status }) => status),
    [200, 487],
  )
  assert.equal(bob.of('call.offerCancelled').length, 1)
  assert.equal(
    network.tell(bob, endpoint => endpoint.offer(call, sdp('ours'))),
    true,
  )
})

test('a request in the dialog that is answered 481 ends the call (§12.2.1.2)', () => {
  const { network, bob, tester, call } = testerInCall()
  network.tell(bob, endpoint => endpoint.offer(call, sdp('again')))
  network.run(10)
  tester.say(reply(tester.requests('INVITE')[0] ?? assert.fail(), 481, 'f'), bob)
  network.run(10)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'expired')
})

test('the peer that moves is followed: a re-INVITE refreshes the remote target (§12.2.2)', () => {
  const { network, bob, tester, toTag, call } = testerInCall()
  const moved = ask('INVITE', { toTag, sequence: 2, body: 'v=1' })
  moved.headers[moved.headers.indexOf('Contact') + 1] = '<sip:elsewhere@10.0.0.9:5060>'
  tester.say(moved, bob)
  network.run(10)
  network.tell(bob, endpoint => endpoint.answerOffer(call, sdp('ok')))
  network.run(10)
  tester.say(ask('ACK', { toTag, sequence: 2 }), bob)
  network.run(10)
  network.tell(bob, endpoint => endpoint.hangUp(call))
  network.run(10)
  assert.equal(tester.requests('BYE')[0]?.requestUri, 'sip:elsewhere@10.0.0.9:5060')
})

test('digits by INFO are told and answered; an unknown package is 469 (RFC 6086)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice } = talking(network, alice, bob)
  const body = new TextEncoder().encode('Signal=5\r\nDuration=160\r\n')
  network.tell(alice, endpoint => endpoint.info(ofAlice, { type: 'application/dtmf-relay', body }))
  network.run(100)
  assert.match(decodeText(bob.of('call.info')[0]?.request.body ?? new Uint8Array()), /Signal=5/)
  const { network: other, bob: callee, tester, toTag } = testerInCall()
  tester.say(ask('INFO', { toTag, sequence: 2, headers: ['Info-Package', 'foo'] }), callee)
  other.run(10)
  assert.equal(tester.responses().at(-1)?.status, 469)
})

test('OPTIONS within a call is answered 200, an unknown method 405', () => {
  const { network, bob, tester, toTag } = testerInCall()
  tester.say(ask('OPTIONS', { toTag, sequence: 2 }), bob)
  tester.say(ask('DANCE', { toTag, sequence: 3 }), bob)
  network.run(10)
  const [options, dance] = tester.responses().slice(-2)
  assert.equal(options?.status, 200)
  assert.match(getHeader(options ?? assert.fail(), 'Allow') ?? '', /UPDATE/)
  assert.equal(dance?.status, 405)
})

test('a late ACK, a strange ACK and one for another INVITE do no harm', () => {
  const { network, bob, tester, toTag } = testerInCall()
  const ack = (options: object): SipRequest => ask('ACK', { toTag, ...options })
  for (const message of [ack({}), ack({ sequence: 9 }), ack({ toTag: 'other' })]) tester.say(message, bob)
  network.run(100)
  assert.equal(bob.of('call.confirmed').length, 1)
  assert.equal(bob.of('call.ended').length, 0)
})

test('an offer made before the ACK of our 2xx waits for it', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(10)
  const { call } = bob.of('call.incoming')[0] ?? assert.fail()
  assert.equal(
    network.tell(bob, endpoint => endpoint.offer(call, sdp('soon'))),
    true,
  )
  network.run(10)
  assert.equal(tester.requests('INVITE').length, 0)
  tester.say(ask('ACK', { toTag: toTagOf(tester.responses().at(-1)) }), bob)
  network.run(10)
  assert.deepEqual(tester.requests('INVITE')[0]?.body, sdp('soon').body)
})

test('a re-INVITE that is never answered is cancelled, and leaves nothing when the call has ended', () => {
  for (const hangUp of [true, false]) {
    const { network, bob, tester, call } = testerInCall()
    network.tell(bob, endpoint => endpoint.offer(call, sdp('again')))
    network.run(10)
    tester.say(reply(tester.requests('INVITE')[0] ?? assert.fail(), 100, 'f'), bob)
    network.run(10)
    if (hangUp) network.tell(bob, endpoint => endpoint.hangUp(call))
    network.run(150_000)
    assert.ok(tester.requests('CANCEL').length > 0)
    assert.equal(bob.of('call.ended')[0]?.end.cause, hangUp ? 'hungUp' : 'expired')
    assert.deepEqual(leftovers(bob.endpoint), {})
  }
})

test('a glare that is answered after the call has ended does nothing any more', () => {
  const { network, bob, tester, call } = testerInCall()
  network.tell(bob, endpoint => endpoint.offer(call, sdp('again')))
  network.run(10)
  network.tell(bob, endpoint => endpoint.hangUp(call))
  tester.say(reply(tester.requests('INVITE')[0] ?? assert.fail(), 491, 'f'), bob)
  network.run(150_000)
  assert.equal(tester.requests('INVITE').length, 1)
  assert.deepEqual(leftovers(bob.endpoint), {})
})
