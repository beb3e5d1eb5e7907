import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from '../message/text.ts'
import { createNetwork, leftovers, type Peer, sdp } from './testing/network.ts'

/** Alice and Bob; Bob answers at once unless told otherwise. */
function twoPeers(options: Parameters<ReturnType<typeof createNetwork>['add']>[2] = {}) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', options)
  return { network, alice, bob }
}

function callBob(network: ReturnType<typeof createNetwork>, alice: Peer, extras: object = {}) {
  return network.tell(alice, endpoint =>
    endpoint.invite({
      to: 'sip:bob@10.0.0.2',
      from: '<sip:alice@10.0.0.1>',
      description: sdp('alice'),
      ...extras,
    }),
  )
}

function answering(network: ReturnType<typeof createNetwork>, bob: Peer) {
  bob.on = event => {
    if (event.type === 'call.incoming') {
      network.tell(bob, endpoint => endpoint.accept(event.call, { description: sdp('bob') }))
    }
  }
}

test('a call is made, answered, acknowledged and ended, and nothing stays behind', () => {
  const { network, alice, bob } = twoPeers()
  bob.on = event => {
    if (event.type === 'call.incoming') {
      network.tell(bob, endpoint => endpoint.progress(event.call, 180))
      network.tell(bob, endpoint => endpoint.accept(event.call, { description: sdp('bob') }))
    }
  }
  const call = callBob(network, alice)
  network.run(1_000)
  assert.equal(alice.of('call.progress').length, 1)
  assert.equal(
    decodeText(alice.of('call.answered')[0]?.description?.body ?? new Uint8Array()).includes('o=bob'),
    true,
  )
  assert.equal(bob.of('call.confirmed').length, 1)
  assert.equal(
    network.tell(alice, endpoint => endpoint.hangUp(call)),
    true,
  )
  network.run(100)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'hungUp')
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'hungUpByPeer')
  assert.deepEqual(alice.sentLines(), [
    'INVITE sip:bob@10.0.0.2 SIP/2.0',
    'ACK sip:bob@10.0.0.2:5060 SIP/2.0',
    'BYE sip:bob@10.0.0.2:5060 SIP/2.0',
  ])
  network.run(40_000)
  assert.deepEqual(leftovers(alice.endpoint), {})
  assert.deepEqual(leftovers(bob.endpoint), {})
})

test('the callee may end the call as well', () => {
  const { network, alice, bob } = twoPeers()
  answering(network, bob)
  callBob(network, alice)
  network.run(100)
  const { call } = bob.of('call.incoming')[0] ?? assert.fail()
  network.tell(bob, endpoint => endpoint.hangUp(call))
  network.run(40_000)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'hungUpByPeer')
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('over TCP a call keeps to one connection', () => {
  const { network, alice, bob } = twoPeers()
  answering(network, bob)
  const call = callBob(network, alice, { to: 'sip:bob@10.0.0.2;transport=tcp' })
  network.run(100)
  network.tell(alice, endpoint => endpoint.hangUp(call))
  network.run(40_000)
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'hungUpByPeer')
  assert.equal(alice.endpoint.size().connections, 1)
  assert.match(network.passed[0]?.text ?? '', /Via: SIP\/2\.0\/TCP/)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('100 of 100 calls complete while every fifth datagram is lost', () => {
  const network = createNetwork(7)
  const alice = network.add('alice', '10.0.0.1')
  const bob = network.add('bob', '10.0.0.2')
  network.setWeather({ loss: 0.2, delayMs: 5, jitterMs: 30, duplicate: 0.05 })
  answering(network, bob)
  alice.on = event => {
    if (event.type === 'call.answered') network.tell(alice, endpoint => endpoint.hangUp(event.call))
  }
  for (let i = 0; i < 100; i++) {
    callBob(network, alice)
    network.run(50)
  }
  network.run(200_000)
  assert.equal(alice.of('call.answered').length, 100)
  assert.equal(bob.of('call.ended').filter(({ end }) => end.cause === 'hungUpByPeer').length, 100)
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})
