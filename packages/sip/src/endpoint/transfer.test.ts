import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetwork, leftovers } from './testing/network.ts'
import { ask, callFrom, talking, testerInCall } from './testing/scripted.ts'

function twoPeers(options: object = {}, ofBob: object = options) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', ofBob)
  return { network, alice, bob }
}

test('REFER is accepted, reported by NOTIFY and finished (RFC 3515)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice, ofBob } = talking(network, alice, bob)
  const refer = network.tell(alice, endpoint =>
    endpoint.refer(ofAlice, { referTo: 'sip:carol@example.com', referredBy: '<sip:alice@10.0.0.1>' }),
  )
  network.run(100)
  const asked = bob.of('call.referred')[0] ?? assert.fail()
  assert.deepEqual([asked.referTo, asked.referredBy], ['sip:carol@example.com', '<sip:alice@10.0.0.1>'])
  network.tell(bob, endpoint => endpoint.acceptRefer(ofBob, asked.refer))
  network.tell(bob, endpoint => endpoint.notifyRefer(ofBob, asked.refer, 180))
  network.tell(bob, endpoint => endpoint.notifyRefer(ofBob, asked.refer, 200))
  network.run(100)
  assert.deepEqual(
    alice.of('call.referProgress').map(event => [event.refer, event.status, event.final]),
    [
      [refer, 100, false],
      [refer, 180, false],
      [refer, 200, true],
    ],
  )
  assert.equal(
    network.tell(bob, endpoint => endpoint.notifyRefer(ofBob, asked.refer, 200)),
    false,
  )
  network.tell(alice, endpoint => endpoint.hangUp(ofAlice))
  network.run(200_000)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('a refused REFER tells its status, one with two targets gets 400', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice, ofBob } = talking(network, alice, bob)
  network.tell(alice, endpoint => endpoint.refer(ofAlice, { referTo: 'sip:carol@example.com' }))
  network.run(100)
  const { refer } = bob.of('call.referred')[0] ?? assert.fail()
  network.tell(bob, endpoint => endpoint.refuseRefer(ofBob, refer, 603))
  network.run(100)
  assert.deepEqual(
    alice.of('call.referProgress').map(({ status, final }) => [status, final]),
    [[603, true]],
  )
  const other = testerInCall()
  const headers = ['Refer-To', '<sip:a@b>', 'Refer-To', '<sip:c@d>']
  other.tester.say(ask('REFER', { toTag: other.toTag, sequence: 2, headers }), other.bob)
  other.network.run(10)
  assert.equal(other.tester.responses().at(-1)?.status, 400)
})

test('a NOTIFY for no subscription is 481, for another event 489', () => {
  const { network, bob, tester, toTag } = testerInCall()
  tester.say(ask('NOTIFY', { toTag, sequence: 2, headers: ['Event', 'refer;id=7'] }), bob)
  tester.say(ask('NOTIFY', { toTag, sequence: 3, headers: ['Event', 'presence'] }), bob)
  network.run(10)
  assert.deepEqual(
    tester
      .responses()
      .slice(1)
      .map(({ status }) => status),
    [481, 489],
  )
})

test('a call is replaced by another: the new one is taken, the old one ends with BYE (RFC 3891)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice } = talking(network, alice, bob)
  const carol = network.add('carol', '10.0.0.3')
  const replaces = alice.endpoint.replacesOf(ofAlice) ?? assert.fail()
  callFrom(network, carol, { headers: ['Replaces', replaces] })
  network.run(100)
  const [first, second] = bob.of('call.incoming')
  assert.equal(second?.replaces, first?.call)
  assert.equal(carol.of('call.answered').length, 1)
  const end = bob.of('call.ended')[0]?.end
  assert.equal(end?.cause === 'replaced' && end.by, second?.call)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'hungUpByPeer')
})

test('Replaces that names no call is 481, early-only of an answered one 486 (RFC 3891 §3)', () => {
  const { network, alice, bob } = twoPeers()
  const { ofAlice } = talking(network, alice, bob)
  const tester = network.script('tester', '10.0.0.9')
  const named = `${alice.endpoint.replacesOf(ofAlice)}`
  for (const [callId, value] of [
    ['a', 'nobody@nowhere;to-tag=1;from-tag=2'],
    ['b', `${named};early-only`],
  ]) {
    tester.say(ask('INVITE', { callId: callId ?? '', body: 'v=0', headers: ['Replaces', value ?? ''] }), bob)
  }
  network.run(10)
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [481, 486],
  )
})

test('a peer that asks for transfer after transfer is put off', () => {
  const { network, bob, tester, toTag } = testerInCall()
  for (let sequence = 2; sequence < 20; sequence++) {
    tester.say(ask('REFER', { toTag, sequence, headers: ['Refer-To', '<sip:a@b>'] }), bob)
  }
  network.run(10)
  assert.equal(bob.of('call.referred').length, 8)
  assert.equal(tester.responses().at(-1)?.status, 500)
})
