import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeader, setHeader } from '../message/headers.ts'
import type { SipRequest, TransportAddress } from '../message/message.types.ts'
import { parseMessage } from '../message/parse.ts'
import { createResponse } from '../message/response.ts'
import { createRandomSource } from './branch.ts'
import { readIncoming } from './incoming.ts'
import { createTimerQueue, defaultTimerSettings } from './timers.ts'
import { createTransactionLayer } from './transaction.layer.ts'

const udp: TransportAddress = { protocol: 'udp', address: '10.0.0.2', port: 5060 }
const tcp: TransportAddress = { protocol: 'tcp', address: '10.0.0.2', port: 5060, connectionId: 'c' }
const via = { branch: 'z9hG4bKabc', sentBy: '10.0.0.1:5060' }

function requestOf(method: string, branch = ';branch=z9hG4bKabc', toTag = ''): SipRequest {
  return {
    kind: 'request',
    method,
    requestUri: 'sip:bob@10.0.0.2',
    headers: [
      ...['Via', `SIP/2.0/UDP 10.0.0.1:5060${branch}`],
      ...['From', '<sip:alice@10.0.0.1>;tag=1', 'To', `<sip:bob@10.0.0.2>${toTag}`],
      ...['Call-ID', 'one', 'CSeq', `1 ${method}`],
    ],
    body: new Uint8Array(0),
  }
}

function createBench() {
  let now = 0
  const sent: { at: number; data: Uint8Array; to: TransportAddress }[] = []
  const told: string[] = []
  const timers = createTimerQueue(() => now)
  const layer = createTransactionLayer({
    now: () => now,
    timers,
    random: createRandomSource(size => new Uint8Array(size)),
    timerSettings: defaultTimerSettings,
    transmit: (data, to) => sent.push({ at: now, data, to }),
  })
  const user = {
    response: ({ message }: { message: { status: number } }) => told.push(String(message.status)),
    failed: (cause: string) => told.push(cause),
  }
  return {
    layer,
    sent,
    told,
    user,
    receive: (request: SipRequest, from = udp) =>
      layer.receiveRequest(readIncoming(request) ?? assert.fail(), from),
    answer: (request: SipRequest, status: number) =>
      layer.receiveResponse(readIncoming(createResponse(request, status, 'Any', '2')) ?? assert.fail()),
    pass(ms: number) {
      const until = now + ms
      for (let at = timers.nextAt(); at !== undefined && at <= until; at = timers.nextAt()) {
        now = at
        timers.runDue(now)
      }
      now = until
    },
  }
}

test('timer A doubles until timer B gives the INVITE up (RFC 3261 §17.1.1.2)', () => {
  const { layer, sent, told, user, pass } = createBench()
  layer.send(requestOf('INVITE'), via, udp, user)
  pass(60_000)
  assert.deepEqual(
    sent.map(({ at }) => at),
    [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500],
  )
  assert.deepEqual(told, ['timeout'])
})

test('timer E doubles up to T2 (RFC 3261 §17.1.2.2)', () => {
  const { layer, sent, told, user, pass } = createBench()
  layer.send(requestOf('OPTIONS'), via, udp, user)
  pass(60_000)
  assert.deepEqual(
    sent.map(({ at }) => at),
    [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500],
  )
  assert.deepEqual(told, ['timeout'])
})

test('nothing is repeated over a stream, yet timers B and F hold', () => {
  for (const method of ['INVITE', 'OPTIONS']) {
    const { layer, sent, told, user, pass } = createBench()
    layer.send(requestOf(method), via, tcp, user)
    pass(60_000)
    assert.equal(sent.length, 1)
    assert.deepEqual(told, ['timeout'])
  }
})

test('a failure is acknowledged each time it comes, with the Via of the INVITE (§17.1.1.3)', () => {
  const { layer, sent, told, user, answer } = createBench()
  const invite = requestOf('INVITE')
  layer.send(invite, via, udp, user)
  answer(invite, 486)
  answer(invite, 486)
  assert.deepEqual(told, ['486'])
  const acks = sent.slice(1).map(({ data }) => {
    const parsed = parseMessage(data)
    return parsed.ok ? parsed.message : assert.fail()
  })
  assert.equal(acks.length, 2)
  for (const ack of acks) {
    assert.equal(ack.kind === 'request' && ack.method, 'ACK')
    assert.equal(getHeader(ack, 'Via'), getHeader(invite, 'Via'))
    assert.equal(getHeader(ack, 'CSeq'), '1 ACK')
    assert.match(getHeader(ack, 'To') ?? '', /;tag=2$/)
  }
})

test('an answer whose Via names another sender is dropped (§18.1.2)', () => {
  const { layer, told, user, answer } = createBench()
  const invite = requestOf('INVITE')
  layer.send(invite, via, udp, user)
  const foreign = requestOf('INVITE')
  setHeader(foreign, 'Via', 'SIP/2.0/UDP 10.6.6.6:5060;branch=z9hG4bKabc')
  assert.equal(answer(foreign, 200), false)
  const unknown = requestOf('INVITE', ';branch=z9hG4bKother')
  assert.equal(answer(unknown, 200), false)
  assert.deepEqual(told, [])
})

test('a failure of ours is repeated by timer G until its ACK (§17.2.1)', () => {
  const { layer, sent, receive, pass } = createBench()
  const invite = requestOf('INVITE')
  const match = receive(invite)
  if (match.kind !== 'new') assert.fail()
  layer.respond(match.transaction, createResponse(invite, 486, 'Busy', '2'))
  pass(8_000)
  assert.deepEqual(
    sent.map(({ at }) => at),
    [0, 500, 1_500, 3_500, 7_500],
  )
  assert.equal(receive(requestOf('ACK', undefined, ';tag=2')).kind, 'absorbed')
  pass(60_000)
  assert.equal(sent.length, 5)
  assert.equal(layer.size().servers, 0)
})

test('a user that says nothing for 200 ms has 100 said for it (§17.2.1)', () => {
  const { sent, receive, pass } = createBench()
  receive(requestOf('INVITE'))
  pass(199)
  assert.equal(sent.length, 0)
  pass(1)
  const parsed = parseMessage(sent[0]?.data ?? assert.fail())
  assert.equal(parsed.ok && parsed.message.kind === 'response' && parsed.message.status, 100)
})

test('CANCEL finds its INVITE by branch and sender (§9.2, §17.2.3)', () => {
  const { receive } = createBench()
  const invite = receive(requestOf('INVITE'))
  const cancel = receive(requestOf('CANCEL'))
  if (invite.kind !== 'new' || cancel.kind !== 'cancel') assert.fail()
  assert.equal(cancel.invite, invite.transaction)
  const stray = receive(requestOf('CANCEL', ';branch=z9hG4bKelse'))
  assert.equal(stray.kind === 'cancel' && stray.invite, undefined)
})

test('an RFC 2543 peer without the magic cookie is recognised (§17.2.3)', () => {
  for (const branch of ['', ';branch=1']) {
    const { layer, sent, receive } = createBench()
    const invite = requestOf('INVITE', branch)
    const match = receive(invite)
    if (match.kind !== 'new') assert.fail()
    layer.respond(match.transaction, createResponse(invite, 486, 'Busy', '2'))
    assert.equal(receive(invite).kind, 'absorbed')
    assert.equal(sent.length, 2, 'the repetition is answered with the same answer')
    assert.equal(receive(requestOf('ACK', branch, ';tag=2')).kind, 'absorbed')
    assert.equal(match.transaction.state, 'confirmed')
  }
})

test('the same request by another path is merged (§8.2.2.2)', () => {
  const { receive } = createBench()
  assert.equal(receive(requestOf('INVITE')).kind, 'new')
  assert.equal(receive(requestOf('INVITE', ';branch=z9hG4bKother')).kind, 'merged')
})

test('a cut connection fails the requests that wait on it, and no other', () => {
  const { layer, told, user } = createBench()
  layer.send(requestOf('OPTIONS'), via, tcp, user)
  layer.send(requestOf('INVITE'), via, udp, user)
  layer.connectionLost(tcp)
  assert.deepEqual(told, ['transport'])
})

test('a cut connection fails those it was opened for', () => {
  const { layer, told, user } = createBench()
  layer.send(requestOf('OPTIONS'), via, { protocol: 'tcp', address: '10.0.0.2', port: 5_060 }, user)
  layer.connectionLost({ ...tcp, address: '10.0.0.3' })
  assert.deepEqual(told, [])
  layer.connectionLost({ ...tcp, connectionId: 'd' })
  assert.deepEqual(told, ['transport'])
})

test('branches hold 96 random bits and begin with the cookie', () => {
  let calls = 0
  const source = createRandomSource(size => {
    calls++
    return crypto.getRandomValues(new Uint8Array(size))
  })
  const branches = new Set(Array.from({ length: 1_000 }, () => source.branch()))
  assert.equal(branches.size, 1_000)
  for (const branch of branches) assert.match(branch, /^z9hG4bK[A-Za-z0-9.-]{16}$/)
  assert.ok(calls < 20)
  for (let i = 0; i < 1_000; i++) assert.ok(source.below(7) < 7)
})

test('timers run in order and cancelled ones leave the heap', () => {
  let now = 0
  const queue = createTimerQueue(() => now)
  const ran: number[] = []
  const timers = [5, 1, 9, 3, 7, 2, 8].map(at => queue.after(at, () => ran.push(at)))
  queue.cancel(timers[2])
  queue.cancel(timers[2])
  assert.equal(queue.size(), 6)
  assert.equal(queue.nextAt(), 1)
  now = 7
  queue.runDue(now)
  assert.deepEqual(ran, [1, 2, 3, 5, 7])
  now = 100
  queue.runDue(now)
  assert.deepEqual(ran, [1, 2, 3, 5, 7, 8])
  assert.equal(queue.size(), 0)
})
