import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader, setHeader } from '../message/headers.ts'
import { createNetwork, leftovers } from './testing/network.ts'
import { acceptAll, ask } from './testing/scripted.ts'

/** Sends one request to Bob and returns the answer. */
function answerTo(request: ReturnType<typeof ask>, options: object = {}) {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', options)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(request, bob)
  network.run(100)
  const response = tester.responses().at(-1)
  network.run(100_000)
  assert.deepEqual(leftovers(bob.endpoint), {})
  return response ?? assert.fail('no answer')
}

test('an unknown method is answered 405 with Allow (§8.2.1)', () => {
  const response = answerTo(ask('DANCE'))
  assert.equal(response.status, 405)
  assert.match(getHeader(response, 'Allow') ?? '', /^INVITE, ACK, CANCEL, OPTIONS/)
})

test('OPTIONS is answered like an INVITE would be (§11.2)', () => {
  const response = answerTo(ask('OPTIONS', { maxForwards: '0' }))
  assert.equal(response.status, 200)
  for (const name of ['Allow', 'Accept', 'Supported', 'Contact'] as const) {
    assert.notEqual(getHeader(response, name), undefined, name)
  }
})

test('an unknown scheme is answered 416 (§8.2.2.1)', () => {
  assert.equal(answerTo(ask('INVITE', { uri: 'http://example.com', body: 'v=0' })).status, 416)
})

test('a call that has used its hops up goes no further: 483', () => {
  assert.equal(answerTo(ask('INVITE', { maxForwards: '0', body: 'v=0' })).status, 483)
  assert.equal(answerTo(ask('INVITE', { maxForwards: 'many', body: 'v=0' })).status, 400)
})

test('an unknown extension is answered 420 with Unsupported (§8.2.2.3)', () => {
  const response = answerTo(ask('INVITE', { headers: ['Require', '100rel, magic'], body: 'v=0' }))
  assert.equal(response.status, 420)
  assert.equal(getHeader(response, 'Unsupported'), 'magic')
})

test('a body nobody understands, encoded or without a type is answered 415 (§8.2.3)', () => {
  for (const headers of [
    ['Content-Type', 'text/plain'],
    ['Content-Type', 'application/sdp', 'Content-Encoding', 'gzip'],
  ]) {
    assert.equal(answerTo(ask('INVITE', { headers, body: 'x' })).status, 415)
  }
  const untyped = ask('INVITE', { body: 'x' })
  untyped.headers.splice(untyped.headers.indexOf('Content-Type'), 2)
  assert.equal(answerTo(untyped).status, 415)
  const optional = ['Content-Type', 'text/plain', 'Content-Disposition', 'render;handling=optional']
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { headers: optional, body: 'x' }), bob)
  network.run(10)
  assert.equal(bob.of('call.incoming')[0]?.offer, undefined)
})

test('the same call by two paths is answered 482 on the second (§8.2.2.2)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  tester.say(ask('INVITE', { body: 'v=0' }), bob)
  network.run(100)
  assert.equal(bob.of('call.incoming').length, 1)
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [482],
  )
})

test('requests that live in calls are answered 481 outside of them, as is a CANCEL for nothing', () => {
  for (const method of ['BYE', 'PRACK', 'UPDATE', 'INFO', 'NOTIFY', 'CANCEL']) {
    assert.equal(answerTo(ask(method)).status, 481, method)
  }
})

test('methods of the owner come as requests, and what it leaves is given up (RFC 4320)', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', { methods: ['MESSAGE'] })
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('MESSAGE', { callId: 'a' }), bob)
  tester.say(ask('MESSAGE', { callId: 'b' }), bob)
  network.run(10)
  const [first, second] = bob.of('request')
  assert.equal(
    network.tell(bob, one => one.respond(first?.key ?? '', 202)),
    true,
  )
  network.run(40_000)
  assert.equal(
    network.tell(bob, one => one.respond(second?.key ?? '', 202)),
    false,
  )
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [202],
  )
  assert.deepEqual(leftovers(bob.endpoint), {})
})

test('a broken request is answered 400 without a transaction, garbage not at all', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2')
  const tester = network.script('tester', '10.0.0.9')
  const broken = ask('OPTIONS')
  setHeader(broken, 'CSeq', '1 INVITE')
  tester.say(broken, bob)
  for (const text of ['', '\r\n\r\n', 'hello', 'SIP/2.0 200', '\u0000\u0001\u0002']) network.inject(bob, text)
  network.run(10)
  assert.deepEqual(
    tester.responses().map(({ status }) => status),
    [400],
  )
  assert.deepEqual(leftovers(bob.endpoint), {})
})

test('over the limit new calls get 503 with Retry-After and leave no state; calls in progress go on', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', { overload: { maxCalls: 2, retryAfterS: 7 } })
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  for (const callId of ['a', 'b', 'c']) tester.say(ask('INVITE', { callId, body: 'v=0' }), bob)
  network.run(10)
  const refused = tester.responses().find(({ status }) => status === 503) ?? assert.fail('nothing refused')
  assert.equal(getHeader(refused, 'Retry-After'), '7')
  assert.equal(bob.of('call.incoming').length, 2)
  assert.equal(bob.endpoint.shed(), 1)
  for (const response of tester.responses().filter(({ status }) => status === 200)) {
    const toTag = /;tag=([^;]+)/.exec(getHeader(response, 'To') ?? '')?.[1]
    const callId = getHeader(response, 'Call-ID') ?? ''
    tester.say(ask('ACK', { callId, toTag }), bob)
    tester.say(ask('BYE', { callId, toTag, sequence: 2 }), bob)
  }
  network.run(10)
  assert.equal(bob.of('call.ended').length, 2)
  tester.say(ask('INVITE', { callId: 'd', body: 'v=0' }), bob)
  network.run(10)
  assert.equal(bob.of('call.incoming').length, 3, 'it takes calls again at once')
})

test('late datagrams close the valve, and it opens again when they are on time', () => {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', { overload: { maxDelayMs: 100 } })
  const tester = network.script('tester', '10.0.0.9')
  const attempt = (callId: string) => {
    tester.say(ask('INVITE', { callId, body: 'v=0' }), bob)
    network.run(10)
    return bob.of('call.incoming').length
  }
  for (let i = 0; i < 30; i++) bob.endpoint.observeDelay(500)
  assert.equal(attempt('a'), 0)
  for (let i = 0; i < 10; i++) bob.endpoint.observeDelay(0)
  assert.equal(attempt('b'), 0, 'not yet: it opens at three quarters of the limit')
  for (let i = 0; i < 30; i++) bob.endpoint.observeDelay(0)
  assert.equal(attempt('c'), 1)
})
