import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildInvite, buildOk, buildRequest } from '../testing/builders.ts'
import { serializeMessage } from './serialize.ts'
import { createStreamParser, pingBytes, pongBytes, type StreamEvent } from './stream.ts'
import { decodeText, encodeText } from './text.ts'

function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap(part => [...part]))
}

function kinds(events: StreamEvent[]): string[] {
  return events.map(event => {
    if (event.kind === 'problem') return `${event.problem.code}${event.fatal ? '!' : ''}`
    if (event.kind !== 'message') return event.kind
    return event.message.kind === 'request' ? event.message.method : String(event.message.status)
  })
}

const invite = serializeMessage(buildInvite())
const ok = serializeMessage(buildOk(buildInvite()))

test('messages and keep-alives come out however they are cut', () => {
  const bytes = join(pingBytes, invite, ok, pongBytes, serializeMessage(buildRequest('BYE')))
  const whole = createStreamParser().push(bytes)
  assert.deepEqual(kinds(whole), ['ping', 'INVITE', '200', 'pong', 'BYE'])
  for (const size of [1, 3, 100, 999]) {
    const parser = createStreamParser()
    const events: StreamEvent[] = []
    for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)))
    assert.deepEqual(
      events.filter(event => event.kind === 'message'),
      whole.filter(event => event.kind === 'message'),
    )
    assert.ok(
      events.some(event => event.kind === 'ping'),
      'a ping that arrives in halves is one',
    )
  }
})

test('bodies are copies, so that what comes later leaves them alone', () => {
  const parser = createStreamParser()
  const [event] = parser.push(invite)
  assert.ok(event?.kind === 'message')
  const before = decodeText(event.message.body)
  parser.push(
    serializeMessage(
      buildRequest('MESSAGE', { body: 'x'.repeat(3_000), headers: { 'Content-Type': 'a/b' } }),
    ),
  )
  assert.equal(decodeText(event.message.body), before)
})

test('a broken message is passed over where its length is known', () => {
  const broken = encodeText(decodeText(invite).replace('CSeq: 314159', 'CSeq: x'))
  assert.deepEqual(kinds(createStreamParser().push(join(broken, ok))), ['malformedHeader', '200'])
  const parser = createStreamParser()
  assert.deepEqual(kinds(parser.push(broken.subarray(0, -10))), ['malformedHeader'])
  assert.deepEqual(kinds(parser.push(join(broken.subarray(-10), ok))), ['200'])
})

test('a stream that cannot be framed ends', () => {
  const table: [string, string][] = [
    [decodeText(invite).replace(/Content-Length.*\r\n/, ''), 'missingContentLength!'],
    [decodeText(invite).replace(/Content-Length.*\r\n/, 'Content-Length: -1\r\n'), 'malformedHeader!'],
    [decodeText(invite).replace(/Content-Length.*\r\n/, 'Content-Length: 1\r\nl: 2\r\n'), 'repeatedHeader!'],
    [decodeText(invite).replace(/Content-Length.*\r\n/, 'Content-Length: 99999\r\n'), 'tooLarge!'],
    [`INVITE sip:a@b SIP/2.0\r\nX: ${'y'.repeat(40_000)}`, 'tooLarge!'],
    ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'malformedStartLine!'],
    ['\0\0\0\r\n\r\n', 'malformedStartLine!'],
  ]
  for (const [text, kind] of table) {
    const parser = createStreamParser()
    assert.deepEqual(kinds(parser.push(encodeText(text))), [kind])
    assert.deepEqual(parser.push(ok), [])
  }
})

test('a refused request of a stream can be answered before it is closed', () => {
  const [event] = createStreamParser().push(
    encodeText(decodeText(invite).replace(/Content-Length.*\r\n/, '')),
  )
  assert.ok(event?.kind === 'problem')
  assert.equal(event.problem.status, 400)
  assert.equal(event.problem.partial?.method, 'INVITE')
})
