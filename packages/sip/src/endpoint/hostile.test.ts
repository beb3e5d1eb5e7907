import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeText } from '../message/text.ts'
import { createNetwork, leftovers, sdp, seededRandom } from './testing/network.ts'
import { callFrom } from './testing/scripted.ts'

/** Everything two endpoints say to each other in a call with reliable answers, new offers, a transfer and digits. */
function richCall() {
  const network = createNetwork(5)
  const options = { sessionExpiresS: 120, methods: ['MESSAGE'] }
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', options)
  bob.on = event => {
    if (event.type === 'call.incoming') {
      network.tell(bob, one => one.progress(event.call, 183, { reliable: true, description: sdp('early') }))
      network.tell(bob, one => one.accept(event.call))
    } else if (event.type === 'call.offer')
      network.tell(bob, one => one.answerOffer(event.call, sdp('again')))
    else if (event.type === 'call.referred')
      network.tell(bob, one => one.acceptRefer(event.call, event.refer))
  }
  const call = callFrom(network, alice)
  network.run(100)
  network.tell(alice, one => one.offer(call, sdp('hold')))
  network.tell(alice, one => one.info(call, sdp('digit')))
  network.run(100)
  network.tell(alice, one => one.offer(call, sdp('hold'), 'UPDATE'))
  network.tell(alice, one => one.refer(call, { referTo: 'sip:carol@example.com' }))
  network.run(100)
  return { network, alice, bob, call }
}

/** Damages bytes as lines and bits: what a broken or hostile peer might send. */
function damage(bytes: Uint8Array, chance: () => number): Uint8Array {
  const text = [...bytes]
  const times = 1 + Math.floor(chance() * 4)
  for (let i = 0; i < times; i++) {
    const at = Math.floor(chance() * text.length)
    const kind = chance()
    if (kind < 0.4) text[at] = Math.floor(chance() * 256)
    else if (kind < 0.6) text.splice(at, 1 + Math.floor(chance() * 20))
    else if (kind < 0.8) text.splice(at, 0, ...text.slice(at, at + Math.floor(chance() * 60)))
    else text[at] = 0x30 + Math.floor(chance() * 10)
  }
  return Uint8Array.from(text)
}

test('damaged messages in the middle of a call stop nothing and leave nothing behind', () => {
  const chance = seededRandom(11)
  const corpus = [...new Set(richCall().network.passed.map(({ text }) => text))].map(text => encodeText(text))
  assert.ok(corpus.length > 15)
  for (let round = 0; round < 20; round++) {
    const { network, alice, bob } = richCall()
    for (let i = 0; i < 150; i++) {
      const victim = chance() < 0.5 ? alice : bob
      const bytes = corpus[Math.floor(chance() * corpus.length)] as Uint8Array
      const stream = chance() < 0.3
      network.inject(victim, damage(bytes, chance), {
        address: '10.0.0.9',
        ...(stream && { protocol: 'tcp', connectionId: `c${round}` }),
      })
      network.run(chance() * 100)
    }
    for (const peer of [alice, bob]) {
      for (const event of peer.of('call.incoming')) network.tell(peer, one => one.hangUp(event.call))
    }
    network.run(1_000_000)
    assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}], `round ${round}`)
  }
})
