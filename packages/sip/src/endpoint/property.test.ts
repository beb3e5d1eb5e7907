import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetwork, leftovers, type Peer, sdp, seededRandom } from './testing/network.ts'
import type { Network } from './testing/scripted.ts'

/** Does something with a call that its state may or may not allow. */
function actAtRandom(network: Network, peer: Peer, call: string, chance: () => number): void {
  const pick = <T>(...choices: T[]) => choices[Math.floor(chance() * choices.length)] as T
  const description = sdp(pick('a', 'b', 'c'))
  const { endpoint } = peer
  const goOn: (() => unknown)[] = [
    () => endpoint.progress(call, pick(180, 183), { reliable: chance() < 0.5 }),
    () => endpoint.progress(call, 183, { reliable: chance() < 0.5, description }),
    () => endpoint.accept(call, { description }),
    () => endpoint.accept(call, { description }) || endpoint.accept(call),
    () => endpoint.acknowledge(call, description),
    () => endpoint.acknowledge(call, description),
    () => endpoint.offer(call, description, pick('INVITE', 'UPDATE')),
    () => endpoint.answerOffer(call, description),
    () => endpoint.answerOffer(call, description),
    () => endpoint.refuseOffer(call),
    () => endpoint.info(call, description),
    () => endpoint.refer(call, { referTo: 'sip:carol@example.com' }),
  ]
  const endIt: (() => unknown)[] = [
    () => endpoint.reject(call, pick(404, 486, 603)),
    () => endpoint.cancel(call),
    () => endpoint.hangUp(call),
  ]
  const actions = chance() < 0.05 ? endIt : goOn
  network.tell(peer, () => pick(...actions)())
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`whatever is done in whatever order, with loss and reordering, nothing stays behind (seed ${seed})`, () => {
    const network = createNetwork(seed)
    const chance = seededRandom(seed + 100)
    const options = { sessionExpiresS: 120, ringLimitMs: 30_000 }
    const alice = network.add('alice', '10.0.0.1', options)
    const bob = network.add('bob', '10.0.0.2', options)
    network.setWeather({ loss: 0.15, duplicate: 0.1, delayMs: 5, jitterMs: 400 })
    const known = new Map<Peer, string[]>([
      [alice, []],
      [bob, []],
    ])
    for (const [peer, calls] of known) {
      peer.on = event => {
        if (event.type === 'call.incoming') calls.push(event.call)
        else if (event.type === 'call.referred' && chance() < 0.7) {
          network.tell(peer, endpoint =>
            chance() < 0.5
              ? endpoint.acceptRefer(event.call, event.refer)
              : endpoint.refuseRefer(event.call, event.refer),
          )
        }
      }
    }
    for (let step = 0; step < 600; step++) {
      const [peer, other] = chance() < 0.5 ? [alice, bob] : [bob, alice]
      if (step % 8 === 0) {
        const call = network.tell(peer, endpoint =>
          endpoint.invite({
            to: `sip:${other.name}@${other.address}`,
            from: `<sip:${peer.name}@${peer.address}>`,
            ...(chance() < 0.8 && { description: sdp('offer') }),
          }),
        )
        known.get(peer)?.push(call)
      }
      const calls = (known.get(peer) ?? []).slice(-4)
      const call = calls[Math.floor(chance() * calls.length)]
      if (call !== undefined) actAtRandom(network, peer, call, chance)
      network.run(chance() * 300)
    }
    for (const [peer, calls] of known) {
      for (const call of calls) network.tell(peer, endpoint => endpoint.hangUp(call))
    }
    network.run(600_000)
    assert.deepEqual(leftovers(alice.endpoint), {}, 'alice')
    assert.deepEqual(leftovers(bob.endpoint), {}, 'bob')
    for (const [peer, calls] of known) {
      const ended = new Set(peer.of('call.ended').map(({ call }) => call))
      assert.deepEqual(
        calls.filter(call => !ended.has(call)),
        [],
        `${peer.name} was not told of every end`,
      )
      assert.equal(peer.of('call.ended').length, calls.length, 'each call ends once')
    }
  })
}
