import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildRequest } from '../testing/builders.ts'
import { canonicalHeaderName } from './header-names.ts'
import {
  addHeader,
  getHeader,
  getHeaderList,
  getHeaders,
  prependHeader,
  removeFirstValue,
  removeHeader,
  setHeader,
} from './headers.ts'
import { formatNameAddress, parseNameAddress } from './name-address.ts'
import { contacts, cseq, fromTag, topVia } from './typed.ts'
import { formatVia, parseVia } from './via.ts'

test('names have one spelling', () => {
  const table = [
    ['via', 'Via'],
    ['V', 'Via'],
    ['CALL-id', 'Call-ID'],
    ['www-authenticate', 'WWW-Authenticate'],
    ['cseq', 'CSeq'],
    ['x', 'Session-Expires'],
    ['x-ms-thing', 'X-Ms-Thing'],
    ['-', '-'],
    ['x--y-', 'X--Y-'],
  ]
  for (const [name = '', canonical] of table) assert.equal(canonicalHeaderName(name), canonical)
})

test('headers are set, added, put first and removed', () => {
  const message = { headers: ['Via', 'a', 'Route', '<sip:1>, <sip:2>', 'Via', 'b', 'Route', '<sip:3>'] }
  prependHeader(message, 'v', 'top')
  assert.deepEqual(getHeaders(message, 'via'), ['top', 'a', 'b'])
  prependHeader(message, 'Record-Route', '<sip:r>')
  assert.equal(message.headers[0], 'Record-Route')
  removeFirstValue(message, 'Route')
  assert.deepEqual(getHeaderList(message, 'Route'), ['<sip:2>', '<sip:3>'])
  removeFirstValue(message, 'Route')
  removeFirstValue(message, 'Route')
  removeFirstValue(message, 'Route')
  assert.equal(getHeader(message, 'Route'), undefined)
  setHeader(message, 'Via', 'only')
  assert.deepEqual(getHeaders(message, 'Via'), ['only'])
  setHeader(message, 'Expires', '1')
  addHeader(message, 'Expires', '2')
  removeHeader(message, 'expires')
  assert.deepEqual(message.headers, ['Record-Route', '<sip:r>', 'Via', 'only'])
})

test('lists are split outside of quotes and brackets', () => {
  const lists: [string, string[]][] = [
    ['"a, \\", b" <sip:a,b@c>;x="1,2", <sip:d>', ['"a, \\", b" <sip:a,b@c>;x="1,2"', '<sip:d>']],
    ['a,,b, ', ['a', 'b']],
    ['"never closed, a', ['"never closed, a']],
    ['', []],
  ]
  for (const [line, parts] of lists)
    assert.deepEqual(getHeaderList({ headers: ['Contact', line] }, 'Contact'), parts)
})

test('what was read of a header is read again after a change', () => {
  const request = buildRequest('INVITE')
  assert.equal(fromTag(request), '1928301774')
  setHeader(request, 'From', '<sip:a@b>;tag=2')
  assert.equal(fromTag(request), '2')
  const copy = { ...request, headers: [...request.headers] }
  setHeader(copy, 'CSeq', '5 BYE')
  assert.deepEqual(
    [cseq(request)?.sequence, cseq(copy)?.sequence, cseq(request)?.sequence],
    [314_159, 5, 314_159],
  )
  prependHeader(request, 'Via', 'SIP/2.0/TCP [2001:DB8::1]:5061 ; branch = z9hG4bK2')
  assert.deepEqual(
    [topVia(request)?.host, topVia(request)?.port, topVia(request)?.branch],
    ['2001:db8::1', 5061, 'z9hG4bK2'],
  )
  assert.deepEqual(contacts({ headers: ['Contact', '*'] }), '*')
  assert.deepEqual(contacts({ headers: [] }), [])
  assert.equal(contacts({ headers: ['Contact', '*, <sip:a@b>'] }), undefined)
})

test('addresses, with and without brackets', () => {
  const read = (value: string) => {
    const address = parseNameAddress(value)
    return address && [address.displayName, address.uriText, Object.fromEntries(address.params)]
  }
  assert.deepEqual(read('sip:a@b;lr;tag=1'), [undefined, 'sip:a@b', { lr: undefined, tag: '1' }])
  assert.deepEqual(read('<sip:a@b;lr>;tag=1'), [undefined, 'sip:a@b;lr', { tag: '1' }])
  assert.deepEqual(read('A  B <sip:a@b>'), ['A  B', 'sip:a@b', {}])
  assert.deepEqual(read('Zoë <sip:a@b>'), ['Zoë', 'sip:a@b', {}])
  assert.deepEqual(read('"" <tel:+1>'), ['', 'tel:+1', {}])
  assert.deepEqual(read('"a\\"<>;" <sip:a@b> ; x = "q;,\\\\"'), ['a"<>;', 'sip:a@b', { x: 'q;,\\' }])
  for (const wrong of [
    '',
    '<>',
    '<sip:a@b',
    'sip:a@b>',
    '"a <sip:a@b>',
    '<sip:a@b>;x=1;X=2',
    '<sip:a@b> y',
    '*',
  ])
    assert.equal(parseNameAddress(wrong), undefined, wrong)
  const written = formatNameAddress({
    displayName: 'O"B\r\n',
    uri: 'sip:a@b',
    params: new Map([['tag', '1']]),
  })
  assert.equal(written, '"O\\"B  " <sip:a@b>;tag=1')
})

test('Via is read and written', () => {
  const via = parseVia('SIP/2.0/udp h.Example:5070;rport=40000;received=192.0.2.1;maddr=[::1];Branch="b"')
  assert.deepEqual(
    { ...via, params: undefined },
    {
      transport: 'UDP',
      host: 'h.example',
      port: 5070,
      branch: 'b',
      received: '192.0.2.1',
      maddr: '::1',
      rport: 40_000,
      params: undefined,
    },
  )
  assert.equal(
    formatVia({ transport: 'tls', host: '2001:db8::1', port: 5061, branch: 'z9hG4bK1', rport: true }),
    'SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1;rport',
  )
  for (const wrong of [
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/2.0/UDP h:0x1',
    'SIP/2.0 UDP h',
    'SIP/2.0/UDP h;;',
  ])
    assert.equal(parseVia(wrong), undefined, wrong)
})
