import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SdpCrypto, SessionDescription } from './sdp.types.ts'
import {
  answerTo,
  createOffer,
  nextVersion,
  readAnswer,
  type SdpCapabilities,
  type SdpLocal,
} from './sdp-answer.ts'
import { cryptosOf, directionOf, formatsOf, getAttribute, packetTimeOf, rtcpOf } from './sdp-attributes.ts'
import { formatSdp } from './sdp-format.ts'
import { parseSdp } from './sdp-parse.ts'

function parse(...lines: string[]): SessionDescription {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']
  const result = parseSdp([...head, ...lines, ''].join('\r\n'))
  assert.ok(result.ok, result.ok ? '' : result.detail)
  return result.session
}

const capabilities: SdpCapabilities = {
  codecs: [
    { encoding: 'opus', clockRateHz: 48_000, channels: 2, payloadType: 96, parameters: 'useinbandfec=1' },
    { encoding: 'PCMA', clockRateHz: 8_000, payloadType: 8 },
    { encoding: 'PCMU', clockRateHz: 8_000, payloadType: 0 },
  ],
  order: 'theirs',
  telephoneEvents: true,
  direction: 'sendrecv',
  protocols: ['RTP/AVP', 'RTP/SAVP'],
  rtcpMux: true,
  packetTimeMs: 20,
}

const local: SdpLocal = {
  origin: { username: '-', sessionId: '7', sessionVersion: '1', addressType: 'IP4', address: '198.51.100.1' },
  connection: { addressType: 'IP4', address: '198.51.100.1' },
  port: 40_000,
}

function answer(
  offer: SessionDescription,
  changed: Partial<SdpCapabilities> = {},
  own: Partial<SdpLocal> = {},
) {
  return answerTo(offer, { ...capabilities, ...changed }, { ...local, ...own })
}

test('reads and writes a description without losing a line', () => {
  const text = [
    'v=0',
    'o=alice 18446744073709551615 2 IN IP6 2001:db8::1',
    's=A call',
    'c=IN IP6 2001:db8::1',
    'b=AS:64',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 49170/2 RTP/SAVP 8 101',
    'i=Voice',
    'c=IN IP4 host.example.com',
    'b=TIAS:64000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20|1:4 KDR=1',
    'a=candidate:1 1 UDP 2130706431 192.0.2.1 49170 typ host',
    'a=rtcp:53020 IN IP4 192.0.2.9',
    'a=ptime:30',
    'a=x-unknown',
    'a=sendonly',
    'm=application 9 TCP/WS x-proto',
    '',
  ].join('\r\n')
  const result = parseSdp(text)
  assert.ok(result.ok)
  assert.equal(formatSdp(result.session), text)
  const [audio] = result.session.media
  assert.ok(audio)
  assert.deepEqual(formatsOf(audio), [
    { payloadType: 8, encoding: 'PCMA', clockRateHz: 8_000, channels: 1 },
    { payloadType: 101, encoding: 'telephone-event', clockRateHz: 8_000, channels: 1, parameters: '0-15' },
  ])
  assert.deepEqual(cryptosOf(audio), [
    {
      tag: 1,
      suite: 'AES_CM_128_HMAC_SHA1_80',
      keyParams: 'inline:c2VjcmV0|2^20|1:4',
      sessionParams: ['KDR=1'],
    },
  ])
  assert.deepEqual(rtcpOf(audio), { port: 53_020, address: '192.0.2.9' })
  assert.equal(packetTimeOf(audio), 30)
  assert.equal(directionOf(result.session, audio), 'sendonly')
})

test('refuses what a call cannot depend on, tolerates the rest', () => {
  const head = 'v=0\no=- 1 1 IN IP4 h\n'
  const table: [string, boolean][] = [
    ['', false],
    ['v=1\n', false],
    ['o=- 1 1 IN IP4 h\nv=0\n', false],
    ['v=0\ns=-\n', false],
    ['v=0\no=- 1 x IN IP4 h\n', false],
    ['v=0\no=- 1 1 IN IP4 h', true],
    [`${head}m=audio 1 RTP/AVP\n`, false],
    [`${head}m=audio 65536 RTP/AVP 0\n`, false],
    [`${head}m=audio -1 RTP/AVP 0\n`, false],
    [`${head}m=audio  1  RTP/AVP  0\n`, true],
    [`${head}c=IN IP9 h\n`, false],
    [`${head}c=IN IP4 224.2.1.1/127/3\n`, true],
    [`${head}c=IN IP4 a\rb\n`, false],
    [`${head}k=clear:x\nz=0\n`, true],
    [`${head}m =audio 1 RTP/AVP 0\n`, false],
    [`${head}${'a=x\n'.repeat(3_000)}`, false],
    [`${head}${'m=audio 1 RTP/AVP 0\n'.repeat(33)}`, false],
  ]
  for (const [text, ok] of table) assert.equal(parseSdp(text).ok, ok, JSON.stringify(text.slice(0, 80)))
})

test('answers with what both speak, by the numbers of the offer', () => {
  const offer = parse(
    'm=audio 5004 RTP/AVP 18 0 8 111 126 99',
    'a=rtpmap:111 OPUS/48000/2',
    'a=fmtp:111 minptime=10',
    'a=rtpmap:126 telephone-event/8000',
    'a=rtpmap:99 telephone-event/48000',
    'a=rtcp-mux',
    'a=mid:a',
  )
  const theirs = answer(offer)
  assert.ok(theirs.ok)
  assert.deepEqual(
    theirs.media.formats.map(format => format.payloadType),
    [0, 8, 111],
  )
  assert.deepEqual(
    theirs.media.telephoneEvents.map(format => format.payloadType),
    [126, 99],
  )
  assert.deepEqual(theirs.media.remote, {
    address: '192.0.2.1',
    port: 5004,
    rtcpPort: 5004,
    rtcpAddress: '192.0.2.1',
  })
  assert.equal(
    formatSdp(theirs.session).split('m=')[1],
    [
      'audio 40000 RTP/AVP 0 8 111 126 99',
      'a=mid:a',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:111 OPUS/48000/2',
      'a=fmtp:111 useinbandfec=1',
      'a=rtpmap:126 telephone-event/8000',
      'a=fmtp:126 0-16',
      'a=rtpmap:99 telephone-event/48000',
      'a=fmtp:99 0-16',
      'a=ptime:20',
      'a=rtcp-mux',
      'a=sendrecv',
      '',
    ].join('\r\n'),
  )
  const ours = answer(offer, { order: 'ours', telephoneEvents: false })
  assert.ok(ours.ok)
  assert.deepEqual(
    ours.media.formats.map(format => format.payloadType),
    [111, 8, 0],
  )
  assert.deepEqual(ours.media.telephoneEvents, [])
})

test('digits are agreed for the clock rates that are spoken only', () => {
  const offer = parse('m=audio 5004 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/48000')
  const result = answer(offer)
  assert.ok(result.ok)
  assert.deepEqual(result.media.telephoneEvents, [])
})

test('every form of hold', () => {
  const table: [string[], string, boolean, boolean][] = [
    [['m=audio 5004 RTP/AVP 8'], 'sendrecv', false, true],
    [['m=audio 5004 RTP/AVP 8', 'a=sendonly'], 'recvonly', true, true],
    [['m=audio 5004 RTP/AVP 8', 'a=recvonly'], 'sendonly', false, true],
    [['m=audio 5004 RTP/AVP 8', 'a=inactive'], 'inactive', true, true],
    [['m=audio 5004 RTP/AVP 8', 'c=IN IP4 0.0.0.0'], 'recvonly', true, false],
    [['m=audio 5004 RTP/AVP 8', 'c=IN IP6 ::', 'a=recvonly'], 'inactive', true, false],
    [['a=sendonly', 'm=audio 5004 RTP/AVP 8'], 'recvonly', true, true],
    [['a=sendonly', 'm=audio 5004 RTP/AVP 8', 'a=sendrecv'], 'sendrecv', false, true],
  ]
  for (const [lines, direction, held, hasRemote] of table) {
    const result = answer(parse(...lines))
    assert.ok(result.ok)
    assert.equal(result.media.direction, direction, lines.join())
    assert.equal(result.media.heldByPeer, held, lines.join())
    assert.equal(result.media.remote !== undefined, hasRemote, lines.join())
    assert.equal(getAttribute(result.session.media[0] ?? { attributes: [] }, direction), '')
  }
  const held = answer(parse('m=audio 5004 RTP/AVP 8'), { direction: 'sendonly' })
  assert.ok(held.ok && held.media.direction === 'sendonly' && !held.media.heldByPeer)
})

test('rejects every line but the first audio it can speak', () => {
  const result = answer(
    parse(
      'm=video 5000 RTP/AVP 31',
      'm=audio 0 RTP/AVP 8',
      'm=audio 5002 UDP/TLS/RTP/SAVPF 8',
      'm=audio 5004 RTP/AVP 8',
      'm=audio 5006 RTP/AVP 0',
      'm=application 9 TCP x y',
    ),
  )
  assert.ok(result.ok)
  assert.equal(result.media.index, 3)
  assert.deepEqual(
    result.session.media.map(({ kind, port, formats }) => [kind, port, formats[0]]),
    [
      ['video', 0, '31'],
      ['audio', 0, '8'],
      ['audio', 0, '8'],
      ['audio', 40_000, '8'],
      ['audio', 0, '0'],
      ['application', 0, 'x'],
    ],
  )
})

test('tells why there is no answer', () => {
  const reasonFor = (...lines: string[]) => {
    const result = answer(parse(...lines))
    return result.ok ? 'ok' : result.reason
  }
  assert.equal(reasonFor(), 'noAudio')
  assert.equal(reasonFor('m=video 5000 RTP/AVP 31'), 'noAudio')
  assert.equal(reasonFor('m=audio 0 RTP/AVP 8'), 'noAudio')
  assert.equal(reasonFor('m=audio 5000 RTP/AVP 18 101'), 'noCommonCodec')
  assert.equal(reasonFor('m=audio 5000 RTP/AVPF 8'), 'noCommonProtocol')
  assert.equal(reasonFor('m=audio 5000 RTP/SAVP 8'), 'noCommonCrypto')
})

const offeredKey = 'a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:dGhlaXJz'
const ourKey: SdpCrypto = {
  tag: 2,
  suite: 'AES_CM_128_HMAC_SHA1_80',
  keyParams: 'inline:b3Vycw',
  sessionParams: [],
}

test('agrees on keys for RTP/SAVP, both ways', () => {
  const offer = parse('m=audio 5004 RTP/SAVP 8', 'a=crypto:1 F8_128_HMAC_SHA1_80 inline:eA', offeredKey)
  const result = answer(offer, {}, { chooseCrypto: offered => (offered[1] ? ourKey : undefined) })
  assert.ok(result.ok)
  assert.equal(result.media.crypto?.remote.keyParams, 'inline:dGhlaXJz')
  assert.ok(formatSdp(result.session).includes('a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:b3Vycw\r\n'))

  const read = readAnswer(parse('m=audio 5004 RTP/SAVP 8', offeredKey), capabilities, { cryptos: [ourKey] })
  assert.ok(read.ok)
  assert.deepEqual(read.media.crypto?.local, ourKey)
  const unkeyed = readAnswer(parse('m=audio 5004 RTP/AVP 8'), capabilities, { cryptos: [ourKey] })
  assert.deepEqual(unkeyed, { ok: false, reason: 'noCommonCrypto' })
})

test('an offer of ours is understood by our answer, and the answer by us', () => {
  const offer = createOffer({ capabilities, local: { ...local, rtcpPort: 40_009 }, protocol: 'RTP/AVP' })
  const written = parseSdp(formatSdp(offer))
  assert.ok(written.ok)
  const answered = answer(written.session, { order: 'ours', codecs: capabilities.codecs.slice(1) })
  assert.ok(answered.ok)
  assert.deepEqual(
    answered.media.formats.map(format => format.encoding),
    ['PCMA', 'PCMU'],
  )
  const read = readAnswer(answered.session, capabilities)
  assert.ok(read.ok)
  assert.deepEqual(
    read.media.formats.map(format => format.payloadType),
    [8, 0],
  )
  assert.deepEqual(
    read.media.telephoneEvents.map(format => format.payloadType),
    [101],
  )
  assert.equal(read.media.direction, 'sendrecv')
})

test('a changed description is one version on, however great the number', () => {
  assert.equal(
    nextVersion({ ...local.origin, sessionVersion: '18446744073709551615' }).sessionVersion,
    '18446744073709551616',
  )
})

test('a payload type that is repeated is answered once', () => {
  const result = answer(parse(`m=audio 5004 RTP/AVP${' 8'.repeat(30_000)}`))
  assert.ok(result.ok)
  assert.deepEqual(result.session.media[0]?.formats, ['8'])
})
