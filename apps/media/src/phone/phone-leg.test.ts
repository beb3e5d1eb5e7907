import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type LegQuality, PhoneSettings } from '@guichet/contract/media'
import { createTicker } from '../audio/ticker.ts'
import type { Leg, LegListener } from '../room/leg.ts'
import { readRtcp } from '../rtp/rtcp-read.ts'
import { writeReceiverReport, writeSenderReport } from '../rtp/rtcp-write.ts'
import { buildPacket, isRtcp, parseRtp } from '../rtp/rtp-packet.ts'
import { createTestClock } from '../testing/test-clock.ts'
import { estimateMos } from './mos.ts'
import { openPhoneLeg } from './phone-leg.ts'
import type { RemoteAddress } from './sdp.ts'
import type { UdpListener } from './udp-ports.ts'

const far = { address: '192.0.2.7', port: 4_000 }
const offer = (attributes: string[] = [], formats = '8 101 13') =>
  [
    'v=0',
    'c=IN IP4 192.0.2.7',
    `m=audio 4000 RTP/AVP ${formats}`,
    'a=rtpmap:101 telephone-event/8000',
    ...attributes,
    '',
  ].join('\r\n')

/** A phone's leg over ports of which a test sees both sides, at a clock that it moves. */
async function openHarness() {
  const clock = createTestClock()
  const sent: { packet: Buffer; to: RemoteAddress; own: 'rtp' | 'rtcp' }[] = []
  const told: string[] = []
  const qualities: [LegQuality, LegQuality][] = []
  let ports: UdpListener | undefined
  let closed = false
  const ignore = () => {}
  const listener: LegListener = {
    onSound: ignore,
    onWithheldSound: () => told.push('withheld'),
    onPicture: ignore,
    onChange: ignore,
    onState: (_leg: Leg, state, reason) => told.push(`${state} ${reason}`),
    onFirstPacket: () => told.push('first packet'),
    onDigit: (_leg, { digit }) => told.push(`digit ${digit}`),
    onSpeaking: (_leg, speaking, level) => told.push(`speaking ${speaking} ${level < 40}`),
    onPictureActive: ignore,
    onQuality: (_leg, fromLeg, toLeg) => qualities.push([fromLeg, toLeg]),
    pictureLossOf: () => 0,
  }
  const leg = await openPhoneLeg('a', {}, PhoneSettings.parse({}), {
    clock,
    ticker: createTicker(clock, error => {
      throw error
    }),
    listener,
    random: () => 12_345,
    ports: {
      address: '192.0.2.1',
      async open(heard) {
        ports = heard
        return {
          port: 20_000,
          send: (packet, to) => sent.push({ packet: Buffer.from(packet), to, own: 'rtp' }),
          sendReport: (packet, to) => sent.push({ packet: Buffer.from(packet), to, own: 'rtcp' }),
          dropReports: ignore,
          close() {
            closed = true
          },
        }
      },
    },
  })
  clock.every(250, () => leg.onTime(clock.now()))
  let sequence = 0
  const receive = (payload: Uint8Array, payloadType = 8) => {
    sequence++
    const header = { payloadType, marker: false, sequence, timestamp: sequence * 160, ssrc: 7 }
    ports?.onRtpPort(buildPacket(header, payload), far.address, far.port)
  }
  const speak = (ms: number, code = 0x2a) => {
    for (let i = 0; i < ms / 20; i++) {
      receive(new Uint8Array(160).fill(code))
      clock.advance(20)
    }
  }
  const skip = (count: number) => {
    sequence += count
  }
  const report = (packet: Buffer) => ports?.onRtcpPort(packet, far.address, far.port + 1)
  return { clock, leg, sent, told, qualities, receive, speak, skip, report, isClosed: () => closed }
}

describe('a phone’s leg', () => {
  it('tells sound, its end after five seconds, and its return', async () => {
    const { leg, clock, told, speak } = await openHarness()
    leg.answer(offer(), [])
    speak(200)
    clock.advance(4_600)
    assert.deepEqual(told, ['flowing packets', 'first packet', 'speaking true true'])
    clock.advance(1_000)
    assert.equal(told.at(-1), 'interrupted silence')
    speak(100)
    assert.equal(told.at(-1), 'flowing packets')
  })

  it('waits long for a phone that pauses in silence, and for ever for one on hold', async () => {
    const { leg, clock, told, speak, receive } = await openHarness()
    leg.answer(offer(), [])
    speak(200)
    receive(Uint8Array.of(70), 13)
    clock.advance(30_000)
    assert.ok(!told.includes('interrupted silence'))
    leg.answer(offer(['a=inactive']), [])
    clock.advance(200_000)
    assert.ok(!told.includes('interrupted silence'))
    leg.answer(offer(), [])
    clock.advance(70_000)
    assert.equal(told.at(-1), 'interrupted silence')
  })

  it('tells a call that never connects, but lets one ring', async () => {
    const { leg, clock, told } = await openHarness()
    leg.offer('sendrecv', [])
    clock.advance(60_000)
    leg.apply(offer(), true)
    clock.advance(60_000)
    assert.deepEqual(told, [])
    leg.apply(offer(), false)
    clock.advance(16_000)
    assert.deepEqual(told, ['interrupted never-connected'])
  })

  it('reports to the phone on the port it named, and reads loss, jitter and round trip from it', async () => {
    const { leg, clock, sent, speak, skip, report, qualities } = await openHarness()
    leg.answer(offer(['a=rtcp:4100']), [])
    speak(2_000)
    skip(10)
    speak(3_200)
    const own = sent.find(entry => entry.own === 'rtcp')
    assert.deepEqual(own?.to, { address: far.address, port: 4_100 })
    const messages = readRtcp(own?.packet ?? Buffer.alloc(0))
    const receiver = messages.find(message => message.kind === 'receiverReport')
    assert.equal(receiver?.kind === 'receiverReport' && receiver.blocks[0]?.ssrc, 7)
    const sound = sent.find(({ packet }) => !isRtcp(packet))
    const ssrc = parseRtp(sound?.packet ?? Buffer.alloc(0))?.ssrc as number
    const sender = own?.packet.subarray(8, 16) as Buffer
    clock.advance(80)
    report(
      Buffer.concat([
        writeSenderReport({ ssrc: 7, ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packets: 4, bytes: 5 }),
        writeReceiverReport(7, [
          {
            ssrc,
            lossRatio: 0.05,
            cumulativeLost: 3,
            highestSequence: 9,
            jitter: 160,
            lastSenderReport: sender.readUInt32BE(2),
            delaySinceLastSenderReport: 0,
          },
        ]),
      ]),
    )
    speak(5_000)
    const [fromLeg, toLeg] = qualities.at(-1) as [LegQuality, LegQuality]
    assert.ok(Math.abs(toLeg.lossRatio - 0.05) < 0.01)
    assert.equal(toLeg.jitterMs, 20)
    assert.ok((toLeg.rttMs ?? 0) >= 80, `${toLeg.rttMs}`)
    assert.equal(fromLeg.lossRatio, 0)
    assert.ok((qualities[0]?.[0].lossRatio ?? 0) > 0.02, 'the ten that were missing')
    assert.ok((fromLeg.mos ?? 0) > 4 && (toLeg.mos ?? 5) < (fromLeg.mos ?? 0))
  })

  it('keeps the path open with a quiet packet a second', async () => {
    const { leg, clock, sent } = await openHarness()
    leg.answer(offer(['a=rtcp-mux']), [])
    clock.advance(10_000)
    const sound = sent.filter(({ packet }) => !isRtcp(packet))
    assert.ok(sound.length >= 7 && sound.length <= 11, `${sound.length}`)
    assert.ok(
      sound.every(({ packet, to }) => packet.length === 172 && packet[20] === 0xd5 && to.port === 4_000),
    )
  })

  it('closes once, and gives its ports back', async () => {
    const { leg, told, isClosed } = await openHarness()
    leg.answer(offer(), [])
    leg.close('closed')
    leg.close('room-closed')
    assert.deepEqual(told, ['ended closed'])
    assert.equal(isClosed(), true)
  })
})

describe('the estimate of quality', () => {
  it('is best without loss or delay and falls with each', () => {
    const mos = (lossRatio: number, rttMs: number, jitterMs = 0) =>
      estimateMos({ lossRatio, jitterMs, rttMs }, 'pcma')
    assert.ok(mos(0, 0) > 4.3 && mos(0, 0) <= 4.5, `${mos(0, 0)}`)
    assert.ok(mos(0.01, 0) < mos(0, 0))
    assert.ok(mos(0.05, 40) > 3 && mos(0.05, 40) < 4, `${mos(0.05, 40)}`)
    assert.ok(mos(0, 800) < 3.6)
    assert.ok(mos(0, 0, 100) < mos(0, 0))
    assert.equal(mos(1, 5_000, 900), 1)
  })
})
