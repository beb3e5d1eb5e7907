import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildInvite, buildOk, buildRequest } from '../testing/builders.ts'
import { getHeader, getHeaders, setHeader } from './headers.ts'
import type { SipMessage } from './message.types.ts'
import { defaultLimits } from './message-problem.ts'
import { parseMessage } from './parse.ts'
import { createResponse, reasonPhrase } from './response.ts'
import { serializeMessage } from './serialize.ts'
import { decodeText, encodeText } from './text.ts'

function parse(text: string): SipMessage {
  const result = parseMessage(encodeText(text))
  assert.ok(result.ok, result.ok ? '' : result.problem.detail)
  return result.message
}

function refusal(text: string, limits = defaultLimits) {
  const result = parseMessage(encodeText(text), limits)
  assert.ok(!result.ok)
  return result.problem
}

const bye = decodeText(serializeMessage(buildRequest('BYE')))

test('what is written is read again', () => {
  for (const message of [buildInvite(), buildOk(buildInvite()), buildRequest('ACK')]) {
    const result = parseMessage(serializeMessage(message))
    assert.ok(result.ok)
    setHeader(message, 'Content-Length', String(message.body.length))
    assert.deepEqual(
      { ...result.message, body: decodeText(result.message.body) },
      { ...message, body: decodeText(message.body) },
    )
  }
})

test('compact, folded, oddly spelled and unknown headers', () => {
  const message = parse(
    'OPTIONS sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\nF:<sip:a@b>;tag=1\r\nt :\r\n\t<sip:c@d>\r\n' +
      'I: 1\r\ncSEQ: 1 OPTIONS\r\nx-trunk-ID: one\r\n two\r\nSubject:\r\n\r\n',
  )
  assert.deepEqual(message.headers, [
    'Via',
    'SIP/2.0/UDP h;branch=z9hG4bK1',
    'From',
    '<sip:a@b>;tag=1',
    'To',
    '<sip:c@d>',
    'Call-ID',
    '1',
    'CSeq',
    '1 OPTIONS',
    'X-Trunk-Id',
    'one two',
    'Subject',
    '',
  ])
  assert.equal(getHeader(message, 'X-TRUNK-id'), 'one two')
})

test('a Call-ID is one word of any kind', () => {
  const message = parse(bye.replace('a84b4c76e66710@', 'a84b/4c|76e6=='))
  assert.equal(getHeader(message, 'Call-ID'), 'a84b/4c|76e6==192.0.2.10')
})

test('a body is as long as Content-Length says, or what is there', () => {
  const request = buildRequest('INFO', {
    body: 'Signal=1',
    headers: { 'Content-Type': 'application/dtmf-relay' },
  })
  const text = decodeText(serializeMessage(request))
  assert.equal(decodeText(parse(`${text}more`).body), 'Signal=1')
  assert.equal(decodeText(parse(text.replace(/Content-Length.*\r\n/, '')).body), 'Signal=1')
  const short = refusal(text.slice(0, -1))
  assert.deepEqual([short.code, short.status], ['shortBody', 400])
  assert.equal(parse(`\r\n\r\n${bye}`).kind, 'request')
})

test('refuses what could be read in two ways', () => {
  const table: [string, string, number | undefined][] = [
    ['', 'empty', undefined],
    ['\r\n\r\n', 'empty', undefined],
    ['hello', 'malformedStartLine', undefined],
    [bye.replace('\r\nContent-Length', '\nContent-Length'), 'malformedHeader', 400],
    [bye.replace('70\r\n', '70\rX: y\r\n'), 'malformedHeader', 400],
    [bye.replace('Max-Forwards:', 'Max Forwards:'), 'malformedHeader', 400],
    [bye.replace('Max-Forwards: 70', 'Max-Forwards'), 'malformedHeader', 400],
    [bye.replace('SIP/2.0\r\n', 'SIP/2.0\r\n folded\r\n'), 'malformedHeader', 400],
    [bye.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'), 'unsupportedVersion', 505],
    [bye.replace('SIP/2.0\r\n', 'HTTP/1.1\r\n'), 'malformedStartLine', 400],
    [bye.replace('BYE sip', 'B@E sip'), 'malformedStartLine', 400],
    [bye.replace('sip:bob', 'sip:b%zz'), 'malformedRequestUri', 400],
    [bye.replace('314159 BYE', '2147483648 BYE'), 'malformedHeader', 400],
    [bye.replace('314159 BYE', '314159 INVITE'), 'methodMismatch', 400],
    [bye.replace('Call-ID: ', 'Call-ID: a b '), 'malformedHeader', 400],
    [bye.replace(/Call-ID.*\r\n/, ''), 'missingHeader', undefined],
    [bye.replace(/Via.*\r\n/, ''), 'missingHeader', undefined],
    [bye.replace('Max-Forwards', 'To: <sip:x@y>\r\nMax-Forwards'), 'repeatedHeader', 400],
    [bye.replace('Max-Forwards', 'Max-Forwards: 1\r\nMax-Forwards'), 'repeatedHeader', 400],
    [bye.replace('\r\n\r\n', '\r\n'), 'unfinished', 400],
    [bye.replaceAll('BYE', 'ACK').replace('314159', 'x'), 'malformedHeader', undefined],
    ['SIP/2.0 99 Low\r\n\r\n', 'malformedStartLine', undefined],
    ['SIP/2.0 200OK\r\n\r\n', 'malformedStartLine', undefined],
    ['SIP/2.0 200 OK\r\n\r\n', 'missingHeader', undefined],
  ]
  for (const [text, code, status] of table) {
    const problem = refusal(text)
    assert.deepEqual([problem.code, problem.status], [code, status], JSON.stringify(text))
    assert.equal(problem.partial === undefined, status === undefined)
  }
})

test('limits are told with 513', () => {
  const limits = { maxHeaderBytes: 500, maxHeaders: 12, maxBodyBytes: 4 }
  assert.ok(parseMessage(encodeText(bye), limits).ok)
  const table = [
    bye.replace('Max-Forwards', `X: ${'y'.repeat(500)}\r\nMax-Forwards`).replace(/^/, ''),
    bye.replace('Max-Forwards', `${'X: y\r\n'.repeat(12)}Max-Forwards`),
    bye.replace('Content-Length: 0\r\n\r\n', 'Content-Type: a/b\r\n\r\n12345'),
  ]
  for (const text of table) assert.equal(refusal(text, limits).code, 'tooLarge')
})

test('no value becomes a header of its own', () => {
  const request = buildRequest('INVITE', {
    headers: { Subject: 'a\r\nEvil: yes\n\rmore' },
    requestUri: 'sip:a\r\nb',
  })
  const text = decodeText(serializeMessage(request))
  assert.ok(text.startsWith('INVITE sip:a b SIP/2.0\r\n'))
  assert.ok(text.includes('\r\nSubject: a Evil: yes more\r\n'))
})

test('long messages and short ones are written right', () => {
  for (const length of [0, 1, 2_000, 9_000, 70_000]) {
    const request = buildRequest('INFO', {
      headers: { 'X-Long': 'é'.repeat(length) },
      body: 'b'.repeat(length),
    })
    const result = parseMessage(serializeMessage(request), {
      maxHeaderBytes: 2e5,
      maxHeaders: 20,
      maxBodyBytes: 1e5,
    })
    assert.ok(result.ok)
    assert.equal(getHeader(result.message, 'X-Long')?.length, length)
    assert.equal(result.message.body.length, length)
  }
})

test('a response has what its request had, and a tag', () => {
  const request = buildRequest('INVITE', { headers: { Timestamp: '54', Subject: 'x' } })
  request.headers.unshift('Via', 'SIP/2.0/TCP proxy;branch=z9hG4bK2')
  const trying = createResponse(request, 100)
  assert.equal(trying.reason, 'Trying')
  assert.equal(getHeader(trying, 'Timestamp'), '54')
  assert.equal(getHeader(trying, 'To'), '<sip:bob@example.com>')
  const busy = createResponse(request, 486, undefined, 'ours')
  assert.deepEqual(getHeaders(busy, 'Via'), getHeaders(request, 'Via'))
  assert.equal(getHeader(busy, 'To'), '<sip:bob@example.com>;tag=ours')
  assert.equal(getHeader(busy, 'Subject'), undefined)
  setHeader(request, 'To', '<sip:bob@example.com>;tag=theirs')
  assert.equal(
    getHeader(createResponse(request, 200, 'Fine', 'ours'), 'To'),
    '<sip:bob@example.com>;tag=theirs',
  )
  assert.equal(reasonPhrase(603), 'Decline')
  assert.equal(reasonPhrase(499), 'Bad Request')
})
