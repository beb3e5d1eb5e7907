import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DomainError } from '@guichet/domain'
import { chromeOffer } from '../testing/offers.ts'
import { createTestRandom } from '../testing/packets.ts'
import { readLocalTransport, writeAnswer } from './answer.ts'
import { preferCodec, readOffer, writeTransportOffer } from './offer.ts'

const transport = {
  iceUfrag: 'SiX6',
  icePwd: '0YlD6GtTehHDqQDHMVEZ8H',
  fingerprint: 'sha-256 75:5E',
  setup: 'active',
  candidates: ['candidate:1 1 UDP 2114977791 192.0.2.2 47000 typ host'],
}
const ssrcs = { audio: 11, camera: { ssrc: 21, rtxSsrc: 22 }, screen: { ssrc: 31, rtxSsrc: 32 } }
const answerTo = (sdp: string) => writeAnswer(readOffer(sdp), transport, ssrcs)

describe('offer', () => {
  it('is reduced to what we use', () => {
    const offer = readOffer(chromeOffer())
    assert.equal(offer.iceUfrag, 'XAr/')
    assert.equal(offer.setup, 'actpass')
    assert.deepEqual(
      offer.sections.map(section => section.kind),
      ['audio', 'camera', 'screen'],
    )
    const [audio, camera] = offer.sections
    assert.ok(audio?.kind === 'audio' && camera?.kind === 'camera')
    assert.deepEqual(
      audio.codecs.map(({ codec, type }) => [codec.name, type]),
      [
        ['opus', 111],
        ['pcmu', 0],
      ],
    )
    assert.deepEqual([audio.digitType, audio.ssrc], [110, 1_477_418_386])
    assert.deepEqual([audio.midExtension, audio.levelExtension], [4, 1])
    assert.deepEqual([camera.vp8Type, camera.rtxType, camera.ssrc, camera.rtxSsrc], [96, 97, 1_001, 2_001])
  })

  it('may hold sound alone, and candidates that we do not use', () => {
    const offer = chromeOffer(['audio']).replace(
      'a=setup',
      'a=candidate:1 1 udp 2122260223 10.0.0.1 22 typ host\r\na=setup',
    )
    assert.equal(readOffer(offer).sections.length, 1)
    assert.ok(!writeTransportOffer(readOffer(offer)).includes('candidate'))
  })

  it('reaches native code as one section without foreign text', () => {
    const written = writeTransportOffer(readOffer(chromeOffer()))
    assert.equal(written.match(/^m=/gm)?.length, 1)
    assert.ok(!written.includes('cH7I4dFeTWG2mDRm'))
    assert.ok(written.includes('a=ice-ufrag:XAr/\r\n'))
  })

  const broken: [what: string, change: (sdp: string) => string][] = [
    ['nothing', () => ''],
    ['text', () => 'hello'],
    ['too much', sdp => sdp + 'a=x\r\n'.repeat(20_000)],
    ['no sections', () => 'v=0\r\ns=-\r\n'],
    ['five sections', sdp => sdp + 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n'.repeat(2)],
    ['no ufrag', sdp => sdp.replace(/a=ice-ufrag.*\r\n/g, '')],
    ['a ufrag with a space', sdp => sdp.replaceAll('XAr/', 'XA r')],
    ['a short password', sdp => sdp.replaceAll('yDzqzP0oc+rvASbnR6IdxwDT', 'abc')],
    ['no fingerprint', sdp => sdp.replace(/a=fingerprint.*\r\n/g, '')],
    ['a short fingerprint', sdp => sdp.replaceAll(':DF:47', ':DF')],
    ['an unknown hash', sdp => sdp.replaceAll('sha-256', 'md5')],
    ['an inherited property as hash', sdp => sdp.replaceAll('sha-256', 'constructor')],
    ['an odd setup', sdp => sdp.replaceAll('actpass', 'holdconn')],
    ['no Opus', sdp => sdp.replaceAll('opus/', 'sirius/')],
    ['no multiplexing', sdp => sdp.replaceAll('a=rtcp-mux\r\n', '')],
    ['no bundle', sdp => sdp.replace(/a=group.*\r\n/, 'a=group:BUNDLE 7\r\n')],
    ['two equal mids', sdp => sdp.replace('a=mid:1', 'a=mid:0')],
    ['a mid with odd characters', sdp => sdp.replace('a=mid:0', 'a=mid:0;x')],
    ['two sounds', () => chromeOffer(['audio', 'audio'])],
  ]
  for (const [what, change] of broken) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => readOffer(change(chromeOffer())), { code: 'media-failed' })
    })
  }

  it('only ever fails with a reason, whatever is changed in it', () => {
    const random = createTestRandom(5)
    const whole = chromeOffer()
    for (let i = 0; i < 3_000; i++) {
      let sdp = whole
      for (let change = 0; change < 1 + random() * 6; change++) {
        const at = Math.floor(random() * sdp.length)
        const cut = Math.floor(random() * 30)
        const junk = Array.from({ length: random() * 6 }, () => String.fromCharCode(random() * 300)).join('')
        sdp = sdp.slice(0, at) + junk + sdp.slice(at + cut)
      }
      try {
        const offer = readOffer(sdp)
        const written = writeTransportOffer(offer)
        assert.match(written, /^[\x20-\x7e\r\n]+$/)
        assert.equal(written.split('\r\n').length, 16)
        writeAnswer(offer, transport, ssrcs)
      } catch (error) {
        assert.ok(error instanceof DomainError, String(error))
      }
    }
  })
})

describe('answer', () => {
  it('takes Opus and the keypad at its rate, and VP8 with its repair', () => {
    const answer = answerTo(chromeOffer())
    assert.match(answer, /m=audio 9 UDP\/TLS\/RTP\/SAVPF 111 0 110\r\n/)
    assert.equal(answer.match(/m=video 9 UDP\/TLS\/RTP\/SAVPF 96 97\r\n/g)?.length, 2)
    for (const absent of ['transport-cc', 'telephone-event/8000', 'H264', 'video-orientation', 'red/']) {
      assert.ok(!answer.includes(absent), absent)
    }
    for (const present of ['goog-remb', 'nack pli', 'a=ssrc-group:FID 21 22', 'a=ssrc-group:FID 31 32']) {
      assert.ok(answer.includes(present), present)
    }
    assert.equal(answer.match(/a=candidate/g)?.length, 1)
    assert.match(answer, /a=group:BUNDLE 0 1 2\r\n/)
  })

  it('puts the codec of a phone first, with the keypad at its rate', () => {
    const preferred = writeAnswer(preferCodec(readOffer(chromeOffer(['audio'])), 'pcmu'), transport, ssrcs)
    assert.match(preferred, /m=audio 9 UDP\/TLS\/RTP\/SAVPF 0 111 126\r\n/)
    assert.match(preferred, /a=rtpmap:126 telephone-event\/8000\r\n/)
    const without = writeAnswer(preferCodec(readOffer(chromeOffer(['audio'])), 'g722'), transport, ssrcs)
    assert.match(without, /SAVPF 111 0 110\r\n/, 'not offered by this browser: nothing changes')
  })

  it('refuses a section it cannot use, in its place', () => {
    const answer = answerTo(chromeOffer(['audio', 'camera']).replace('VP8/90000', 'AV1/90000'))
    assert.match(answer, /m=video 0 UDP\/TLS\/RTP\/SAVPF 96\r\n/)
    assert.match(answer, /a=group:BUNDLE 0\r\n/)
  })

  it('mirrors directions', () => {
    assert.match(answerTo(chromeOffer(['audio']).replace('a=sendrecv', 'a=sendonly')), /a=recvonly/)
    assert.match(answerTo(chromeOffer(['audio']).replace('a=sendrecv', 'a=recvonly')), /a=sendonly/)
  })

  it('announces another address', () => {
    const local = [
      'a=ice-ufrag:SiX6',
      'a=ice-pwd:0YlD6GtTehHDqQDHMVEZ8H',
      'a=fingerprint:sha-256 75:5E',
      'a=setup:active',
      'a=candidate:1 1 UDP 2114977791 10.1.1.1 47000 typ host',
      'a=candidate:2 1 UDP 2114977790 fd00::2 47000 typ host',
    ].join('\r\n')
    assert.deepEqual(
      readLocalTransport(local, '203.0.113.5').candidates[0],
      'candidate:1 1 UDP 2114977791 203.0.113.5 47000 typ host',
    )
    assert.equal(readLocalTransport(local).candidates.length, 2)
    assert.throws(() => readLocalTransport('v=0'), { code: 'media-failed' })
  })
})
