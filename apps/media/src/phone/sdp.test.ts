import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PhoneSettings } from '@guichet/contract/media'
import { DomainError } from '@guichet/domain'
import { createTestRandom } from '../testing/packets.ts'
import { createNegotiation } from './negotiation.ts'
import { readPhoneDescription } from './sdp.ts'

const lines = (...text: string[]) => `${text.join('\r\n')}\r\n`
const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0']
const key = 'inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'

/** As Teams' gateways offer: protected, many codecs, one line for RTCP. */
const gateway = lines(
  ...head,
  'm=audio 49170 RTP/SAVP 104 9 103 111 18 0 8 97 101 13 118',
  'c=IN IP4 192.0.2.8',
  'a=rtcp:49171',
  'a=rtpmap:104 SILK/16000',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:103 SILK/8000',
  'a=rtpmap:18 G729/8000',
  'a=rtpmap:97 RED/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key}|2^31|1:1`,
  `a=crypto:2 AES_CM_128_HMAC_SHA1_80 ${key}|2^31`,
  'a=sendrecv',
)

const negotiate = (settings: Partial<PhoneSettings> = {}) =>
  createNegotiation({ address: '192.0.2.1', port: 20_000, settings: PhoneSettings.parse(settings) })

describe('a phone’s description', () => {
  it('is read with static types, its own connection line, reports and the key that can be used', () => {
    const read = readPhoneDescription(gateway, true)
    assert.deepEqual(read.remote, { address: '192.0.2.8', port: 49_170 })
    assert.deepEqual(read.rtcpRemote, { address: '192.0.2.8', port: 49_171 })
    assert.deepEqual(
      read.codecs.map(({ codec, type }) => [codec.name, type]),
      [
        ['g722', 9],
        ['pcmu', 0],
        ['pcma', 8],
      ],
    )
    assert.deepEqual([read.digits, read.comfortType], [[{ type: 101, clockRate: 8_000 }], 13])
    assert.deepEqual(
      read.crypto.map(({ tag }) => tag),
      [2],
    )
  })

  it('tells the three kinds of hold', () => {
    const audio = (...more: string[]) => lines(...head, 'm=audio 4000 RTP/AVP 0', ...more)
    const onHold = (sdp: string) => negotiate().answer(sdp, []).agreement
    assert.equal(onHold(audio('a=sendrecv')).onHold, false)
    for (const direction of ['sendonly', 'inactive'])
      assert.equal(onHold(audio(`a=${direction}`)).onHold, true)
    const zero = onHold(audio('c=IN IP4 0.0.0.0'))
    assert.deepEqual([zero.onHold, zero.maySend, zero.mayReceive], [true, false, true])
    const session = lines('v=0', 'c=IN IP4 192.0.2.7', 'a=inactive', 'm=audio 4000 RTP/AVP 0')
    assert.equal(onHold(session).onHold, true, 'the direction of the whole session counts')
  })

  it('refuses with a reason what has no sound for us, and addresses that are not a host’s', () => {
    for (const sdp of [
      '',
      'v=0',
      lines(...head),
      lines(...head, 'm=audio 0 RTP/AVP 0'),
      lines(...head, 'm=video 4000 RTP/AVP 96'),
      lines(...head, 'm=audio 4000 UDP/TLS/RTP/SAVP 0'),
      lines(...head, 'm=audio 4000 RTP/AVP 18', 'a=rtpmap:18 G729/8000'),
      lines('v=0', 'c=IN IP6 2001:db8::1', 'm=audio 4000 RTP/AVP 0'),
      lines('v=0', 'c=IN IP4 host.example', 'm=audio 4000 RTP/AVP 0'),
      lines('v=0', 'c=IN IP4 255.255.255.255', 'm=audio 4000 RTP/AVP 0'),
      lines('v=0', 'c=IN IP4 224.2.1.1', 'm=audio 4000 RTP/AVP 0'),
      lines('v=0', 'c=IN IP4 0177.0.0.1', 'm=audio 4000 RTP/AVP 0'),
      lines(...head, 'm=audio 53 RTP/AVP 0'),
      lines(...head, 'm=audio 70000 RTP/AVP 0'),
    ]) {
      assert.throws(() => readPhoneDescription(sdp, false), DomainError, sdp)
    }
  })

  it('only ever fails with a reason, whatever is changed in it', () => {
    const random = createTestRandom(4)
    for (let round = 0; round < 3_000; round++) {
      let sdp = gateway
      for (let i = 0; i < 4; i++) {
        const at = Math.floor(random() * sdp.length)
        const cut = Math.floor(random() * 12)
        const put = random() < 0.5 ? '' : String.fromCharCode(Math.floor(random() * 256))
        sdp = sdp.slice(0, at) + put + sdp.slice(at + cut)
      }
      try {
        const { sdp: answer } = negotiate().answer(sdp, ['pcma'])
        assert.match(answer, /^[\x20-\x7e\r\n]+$/)
      } catch (error) {
        assert.ok(error instanceof DomainError, String(error))
      }
    }
  })
})

describe('a phone’s negotiation', () => {
  it('answers with one codec, in place, under the key it chose', () => {
    const { sdp, agreement } = negotiate().answer(gateway, [])
    assert.match(sdp, /m=audio 20000 RTP\/SAVP 9 101 13\r\n/)
    assert.match(sdp, /a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:/)
    assert.match(sdp, /a=rtcp:20001\r\n/)
    assert.equal(agreement.keys?.theirs.tag, 2)
    assert.equal(agreement.sends.codec.name, 'g722')
    const beside = negotiate().answer(gateway, ['opus', 'pcma']).agreement
    assert.equal(beside.sends.codec.name, 'pcma', 'what the others of the room have goes first')
    const narrow = negotiate({ codecs: ['pcmu'] }).answer(gateway, ['pcma']).agreement
    assert.equal(narrow.sends.codec.name, 'pcmu')
  })

  it('refuses other sections in their places and takes the protected one of two', () => {
    const offer = lines(
      ...head,
      'm=video 5000 RTP/AVP 96',
      'm=audio 4000 RTP/AVP 0',
      'm=audio 4002 RTP/SAVP 0',
      `a=crypto:1 AES_CM_128_HMAC_SHA1_32 ${key}`,
    )
    const { sdp, agreement } = negotiate({ srtp: 'offered' }).answer(offer, [])
    assert.deepEqual(
      sdp.match(/^m=.*$/gm)?.map(line => line.trim()),
      ['m=video 0 RTP/AVP 96', 'm=audio 0 RTP/AVP 0', 'm=audio 20000 RTP/SAVP 0'],
    )
    assert.equal(agreement.remote.port, 4_002)
    assert.equal(negotiate({ srtp: 'off' }).answer(offer, []).agreement.remote.port, 4_000)
  })

  it('keeps its key and version while nothing changes, and counts on when something does', () => {
    const negotiation = negotiate()
    const first = negotiation.answer(gateway, []).sdp
    assert.equal(negotiation.answer(gateway, []).sdp, first)
    const held = negotiation.answer(gateway.replace('a=sendrecv', 'a=inactive'), []).sdp
    const version = (sdp: string) => Number(/^o=guichet \d+ (\d+)/m.exec(sdp)?.[1])
    assert.equal(version(held), version(first) + 1)
    assert.equal(/inline:(\S+)/.exec(held)?.[1], /inline:(\S+)/.exec(first)?.[1])
  })

  it('offers, and reads answers with other numbers', () => {
    const negotiation = negotiate({ srtp: 'on' })
    const offer = negotiation.offer('sendrecv', ['opus'])
    assert.match(offer, /m=audio 20000 RTP\/SAVP 107 8 0 9 101 102\r\n/)
    const answer = (...more: string[]) => lines(...head, 'm=audio 4000 RTP/SAVP 96 97', ...more)
    const body = ['a=rtpmap:96 opus/48000/2', 'a=rtpmap:97 telephone-event/48000']
    const agreement = negotiation.apply(answer(...body, `a=crypto:2 AES_CM_128_HMAC_SHA1_32 ${key}`))
    assert.equal(agreement.sends.type, 96)
    assert.deepEqual([...agreement.arrives.keys()], [96, 107])
    assert.deepEqual([agreement.digitsOut?.type, agreement.digitsIn?.type], [97, 102])
    assert.equal(agreement.keys?.own.suite, 'AES_CM_128_HMAC_SHA1_32')
    assert.throws(() => negotiation.apply(answer(...body)), DomainError, 'no key')
    assert.throws(
      () => negotiation.apply(answer(...body).replace('SAVP', 'AVP')),
      DomainError,
      'protection may not be taken away',
    )
    assert.throws(() => negotiate().apply(gateway), DomainError, 'nothing was offered')
  })
})
