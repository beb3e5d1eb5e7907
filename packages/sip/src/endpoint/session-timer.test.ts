import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader } from '../message/headers.ts'
import { createNetwork, leftovers, sdp } from './testing/network.ts'
import { acceptAll, callFrom, reply, talking, testerInCall } from './testing/scripted.ts'

function twoPeers(options: object = {}, ofBob: object = options) {
  const network = createNetwork()
  const alice = network.add('alice', '10.0.0.1', options)
  const bob = network.add('bob', '10.0.0.2', ofBob)
  return { network, alice, bob }
}

for (const refresher of ['uac', 'uas'] as const) {
  test(`the session is refreshed by UPDATE, with the ${refresher} as refresher (RFC 4028)`, () => {
    const { network, bob, tester, accepted } = testerInCall({ sessionExpiresS: 0 }, [
      ...['Supported', 'timer', 'Allow', 'INVITE, ACK, BYE, UPDATE'],
      ...['Session-Expires', `120;refresher=${refresher}`],
    ])
    assert.equal(getHeader(accepted, 'Session-Expires'), `120;refresher=${refresher}`)
    assert.equal(getHeader(accepted, 'Require'), refresher === 'uac' ? 'timer' : undefined)
    network.run(61_000)
    const update = tester.requests('UPDATE')[0]
    if (refresher === 'uac') {
      assert.equal(update, undefined)
      network.run(40_000)
      // 120 s less the lesser of 32 s and a third: nobody refreshed
      assert.equal(bob.of('call.ended')[0]?.end.cause, 'expired')
      assert.ok(tester.requests('BYE').length > 0)
      return
    }
    if (update === undefined) assert.fail('no refresh')
    assert.equal(getHeader(update, 'Session-Expires'), '120;refresher=uac')
    tester.say(reply(update, 200, 'f', { headers: ['Session-Expires', '120;refresher=uac'] }), bob)
    network.run(50_000)
    assert.equal(bob.of('call.ended').length, 0)
    network.run(61_000)
    assert.ok(bob.of('call.ended').length === 1, 'nobody answered the second refresh')
  })
}

test('a peer without UPDATE is refreshed by re-INVITE with the description it has (RFC 4028 §7.4)', () => {
  const { network, bob, tester } = testerInCall({ sessionExpiresS: 120 }, ['Allow', 'INVITE, ACK, BYE'])
  network.run(61_000)
  const refresh = tester.requests('INVITE')[0] ?? assert.fail('no refresh')
  assert.deepEqual(refresh.body, sdp('bob').body)
  tester.say(reply(refresh, 200, 'f', { body: 'v=0' }), bob)
  network.run(100)
  assert.equal(tester.requests('ACK').length, 1)
})

test('two endpoints keep a call alive for hours and notice when one is gone', () => {
  const { network, alice, bob } = twoPeers({ sessionExpiresS: 90 })
  talking(network, alice, bob)
  network.run(3_600_000)
  assert.equal(alice.of('call.ended').length + bob.of('call.ended').length, 0)
  network.setWeather({ loss: 1 })
  network.run(200_000)
  assert.equal(alice.of('call.ended')[0]?.end.cause, 'expired')
  assert.equal(bob.of('call.ended')[0]?.end.cause, 'expired')
  assert.deepEqual([leftovers(alice.endpoint), leftovers(bob.endpoint)], [{}, {}])
})

test('an interval too brief is answered 422, and the caller tries again with Min-SE (RFC 4028 §7.3)', () => {
  const { network, alice, bob } = twoPeers({ sessionExpiresS: 100 }, { minSessionExpiresS: 300 })
  acceptAll(network, bob)
  callFrom(network, alice)
  network.run(100)
  assert.equal(
    network.passed.some(({ text }) => text.startsWith('SIP/2.0 422')),
    true,
  )
  assert.equal(alice.of('call.answered').length, 1)
  const invites = network.passed.filter(({ text }) => text.startsWith('INVITE'))
  assert.match(invites[1]?.text ?? '', /Session-Expires: 300\r\nMin-SE: 300/)
})

test('a peer that allows UPDATE and refuses it is refreshed by re-INVITE', () => {
  const allow = ['Allow', 'INVITE, ACK, BYE, UPDATE']
  const { network, bob, tester } = testerInCall({ sessionExpiresS: 120 }, allow)
  network.run(61_000)
  tester.say(reply(tester.requests('UPDATE')[0] ?? assert.fail('no refresh'), 405, 'f'), bob)
  network.run(100)
  assert.deepEqual(tester.requests('INVITE')[0]?.body, sdp('bob').body)
})
