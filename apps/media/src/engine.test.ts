import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MediaEvent, MediaRequestKind, MediaResponse } from '@guichet/contract/media'
import { createOpusEncoder } from './audio/opus.ts'
import { createSoundStore } from './audio/sound-store.ts'
import { createEngine } from './engine.ts'
import { createLog } from './log.ts'
import { createMediaPort } from './port.ts'
import { writeReceiverReport } from './rtp/rtcp-write.ts'
import { buildPacket, type RtpPacket } from './rtp/rtp-packet.ts'
import { createFakeLinks } from './testing/fake-links.ts'
import { chromeOffer } from './testing/offers.ts'
import { createTestRandom, toneFrames } from './testing/packets.ts'
import { createTestClock } from './testing/test-clock.ts'

const audioSsrc = 1_477_418_386
const encoder = createOpusEncoder(40_000, 2)
const voice = toneFrames(500, 50).map(frame => encoder.encode(frame))

function createHarness() {
  const clock = createTestClock()
  const links = createFakeLinks()
  const events: MediaEvent[] = []
  const logs: string[] = []
  const random = createTestRandom(9)
  const log = createLog(
    line => logs.push(line),
    () => 0,
    'info',
  )
  const engine = createEngine({
    clock,
    log,
    sounds: createSoundStore({
      files: {
        stat: () => Promise.reject(new Error('no files here')),
        read: () => Promise.reject(new Error('no files here')),
      },
      maxBytes: 1_000_000,
      pause: () => Promise.resolve(),
    }),
    maxLegs: 4,
    random: () => Math.floor(random() * 4_294_967_296),
    openLink: links.openLink,
    phonePorts: { address: '127.0.0.1', open: () => Promise.reject(new Error('no phones here')) },
    emit: event => events.push(event),
  })
  const port = createMediaPort(
    engine,
    () => ({ ...engine.size, cpuRatio: 0, loopLagP99Ms: 0, rssBytes: 0, uptimeMs: 0 }),
    log,
  )
  let lastId = 0
  const ask = async (kind: MediaRequestKind | string, payload: unknown): Promise<MediaResponse> => {
    const response = await port({ type: 'request', id: ++lastId, kind, payload })
    assert.ok(response)
    return response
  }
  const must = async (kind: MediaRequestKind, payload: unknown): Promise<unknown> => {
    const response = await ask(kind, payload)
    if (!response.ok) throw new Error(`${kind}: ${response.problem.detail}`)
    return response.result
  }
  const join = async (legId: string) => {
    await must('leg.open', { roomId: 'r', legId, sdpOffer: chromeOffer() })
    links.link(legId).open()
  }
  const spoken = new Map<string, number>()
  /** All the legs named speak for a time, a packet every 20 ms. */
  const speak = (legIds: readonly string[], ms: number) => {
    for (let i = 0; i < ms / 20; i++) {
      for (const legId of legIds) {
        const number = spoken.get(legId) ?? legId.charCodeAt(0) * 400
        spoken.set(legId, number + 1)
        const header = {
          payloadType: 111,
          marker: false,
          sequence: number & 0xffff,
          timestamp: (number * 960) >>> 0,
          ssrc: audioSsrc,
        }
        links.link(legId).receive(buildPacket(header, voice[number % voice.length] as Uint8Array))
      }
      clock.advance(20)
    }
  }
  const told = (kind: MediaEvent['kind']) =>
    events.filter(event => event.kind === kind).map(event => event.payload)
  return { clock, links, events, logs, engine, port, ask, must, join, speak, told }
}

/** Every packet is of one SSRC, after the one before, and no later than real time allows. */
function assertContinuous(packets: readonly RtpPacket[], elapsedMs: number) {
  const [first] = packets
  assert.ok(first)
  let sequence = first.sequence
  let timestamp = first.timestamp
  for (const packet of packets.slice(1)) {
    assert.equal(packet.ssrc, first.ssrc)
    assert.equal((packet.sequence - sequence) & 0xffff, 1, 'no sequence number left out or repeated')
    const step = (packet.timestamp - timestamp) >>> 0
    assert.ok(step > 0 && step <= 48_000, `time goes on by ${step}`)
    sequence = packet.sequence
    timestamp = packet.timestamp
  }
  const span = (timestamp - first.timestamp) >>> 0
  assert.ok(Math.abs(span / 48 - elapsedMs) < 150, `${span / 48} ms of sound in ${elapsedMs} ms`)
}

describe('engine', () => {
  it('keeps one continuous stream through relay, mix, prompt, hold and relay again', async () => {
    const { links, must, join, speak, engine } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    await join('b')
    speak(['a', 'b'], 1_000)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'relay')
    await join('c')
    speak(['a', 'b', 'c'], 1_000)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'mix')
    assert.equal(engine.size.mixedLegs, 3)
    await must('play.start', {
      playId: 'p',
      roomId: 'r',
      legIds: ['a'],
      source: { kind: 'tone', hz: 900, durationMs: 500 },
    })
    speak(['a', 'b', 'c'], 1_000)
    await must('leg.close', { legId: 'c' })
    speak(['a', 'b'], 1_000)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'relay')
    await must('leg.update', { legId: 'a', part: { held: true } })
    await must('play.start', {
      playId: 'm',
      roomId: 'r',
      legIds: ['a'],
      source: { kind: 'tone', hz: 700, durationMs: 60_000 },
    })
    speak(['a', 'b'], 1_000)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'play')
    await must('play.stop', { playId: 'm' })
    await must('leg.update', { legId: 'a', part: { held: false } })
    speak(['a', 'b'], 1_000)
    const heard = links.link('a').rtp()
    assertContinuous(heard, 6_000)
    assert.ok(heard.length > 290, `${heard.length} packets in six seconds`)
  })

  it('lets a leg stand by that neither hears nor is heard, and lets it in from one packet to the next', async () => {
    const { links, must, join, speak, engine } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    const apart = { held: true, muted: true, deaf: true, audibleTo: 'nobody' }
    await must('leg.open', { roomId: 'r', legId: 'b', sdpOffer: chromeOffer(), part: apart })
    links.link('b').open()
    const source = { kind: 'tone', hz: 700, durationMs: 60_000 }
    await must('play.start', { playId: 'p', roomId: 'r', source })
    // Even if its browser sends sound.
    speak(['a', 'b'], 500)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'play')
    await must('play.stop', { playId: 'p' })
    speak(['a', 'b'], 500)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'silence')
    assert.equal(links.link('b').rtp().length, 0)
    const before = links.link('a').rtp().length
    const part = { held: false, muted: false, deaf: false, audibleTo: 'everyone' }
    await must('leg.update', { legId: 'b', part })
    speak(['a', 'b'], 40)
    assert.equal(engine.stats({ legId: 'a' }).hearing, 'relay')
    assert.equal(links.link('a').rtp().length - before, 2)
    assert.equal(links.link('b').rtp().length, 2)
  })

  it('hands over what a mix had not played, when it becomes a relay', async () => {
    const { links, must, join, speak } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    for (const legId of ['a', 'b', 'c']) await join(legId)
    speak(['a', 'b', 'c'], 1_000)
    const before = links.link('a').rtp().length
    await must('leg.update', { legId: 'c', part: { muted: true } })
    const handed = links.link('a').rtp().length - before
    assert.ok(handed >= 1 && handed <= 3, `${handed} packets`)
    speak(['a', 'b', 'c'], 200)
    assertContinuous(links.link('a').rtp(), 1_220)
  })

  it('continues toward the others after a replacement, and serves on the old until the new opens', async () => {
    const { links, must, join, speak, told } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    await join('b')
    speak(['a', 'b'], 500)
    const old = links.link('b')
    await must('leg.replace', { legId: 'b', sdpOffer: chromeOffer() })
    const replaced = links.link('b')
    assert.notEqual(old, replaced)
    assert.equal(old.closed, false)
    replaced.open()
    assert.equal(old.closed, true)
    speak(['a', 'b'], 500)
    assertContinuous(links.link('a').rtp(), 1_000)
    assert.equal(replaced.rtp()[0]?.ssrc, old.rtp()[0]?.ssrc, 'the listener keeps its SSRC')
    assert.equal(
      told('leg.state').filter(state => (state as { state: string }).state !== 'flowing').length,
      0,
    )
  })

  it('withholds keys from the others without a gap', async () => {
    const { links, must, join, speak, told, clock } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    await join('b')
    speak(['b'], 200)
    const key = Buffer.from([5, 0x8a, 0x12, 0xc0])
    const next = 'b'.charCodeAt(0) * 400 + 10
    for (let i = 0; i < 3; i++) {
      const header = { payloadType: 110, marker: i === 0, sequence: next + i, timestamp: 77, ssrc: audioSsrc }
      links.link('b').receive(buildPacket(header, key))
    }
    clock.advance(60)
    for (let i = 3; i < 6; i++) {
      const header = {
        payloadType: 111,
        marker: false,
        sequence: next + i,
        timestamp: (next + i) * 960,
        ssrc: audioSsrc,
      }
      links.link('b').receive(buildPacket(header, voice[0] as Uint8Array))
      clock.advance(20)
    }
    assert.deepEqual(told('digit'), [{ roomId: 'r', callId: 'c', legId: 'b', digit: '5', durationMs: 100 }])
    assertContinuous(links.link('a').rtp(), 320)
  })

  it('tells flowing, interrupted after two seconds of silence, flowing again, ended', async () => {
    const { must, join, speak, told, clock, links } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    speak(['a'], 100)
    clock.advance(2_600)
    speak(['a'], 100)
    links.link('a').lose()
    await must('leg.close', { legId: 'a' })
    await must('leg.close', { legId: 'a' })
    const states = told('leg.state') as { state: string; reason: string }[]
    assert.deepEqual(
      states.map(({ state, reason }) => `${state} ${reason}`),
      [
        'flowing packets',
        'interrupted silence',
        'flowing packets',
        'interrupted connection-lost',
        'ended closed',
      ],
    )
    assert.equal(told('leg.firstPacket').length, 1)
  })

  it('does not take a leg without a microphone for lost while it reports', async () => {
    const { must, join, told, clock, links } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    for (let i = 0; i < 10; i++) {
      links.link('a').receive(writeReceiverReport(1, []))
      clock.advance(5_000)
    }
    assert.deepEqual(
      (told('leg.state') as { state: string }[]).map(({ state }) => state),
      ['flowing'],
    )
  })

  it('tells when a connection was never made', async () => {
    const { must, told, clock } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await must('leg.open', { roomId: 'r', legId: 'a', sdpOffer: chromeOffer() })
    clock.advance(16_000)
    assert.deepEqual(told('leg.state'), [
      { roomId: 'r', callId: 'c', legId: 'a', state: 'interrupted', reason: 'never-connected' },
    ])
  })

  it('reports quality every five seconds, and refuses a flood', async () => {
    const { must, join, speak, told, engine, links } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    speak(['a'], 5_500)
    assert.equal(told('leg.quality').length, 1)
    for (let i = 0; i < 5_000; i++) links.link('a').receive(Buffer.alloc(12, 0x80))
    assert.ok(engine.stats({ legId: 'a' }).packetsRefused > 4_000)
  })

  it('plays for those who come later, ends once, and stops idle ticking', async () => {
    const { must, join, told, clock, links, speak, engine } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await must('play.start', {
      playId: 'm',
      roomId: 'r',
      source: { kind: 'tone', hz: 440, durationMs: 1_000 },
    })
    clock.advance(500)
    await join('a')
    speak(['a'], 400)
    assert.ok(links.link('a').rtp().length >= 18)
    clock.advance(300)
    assert.deepEqual(told('play.ended'), [{ roomId: 'r', callId: 'c', playId: 'm', reason: 'completed' }])
    assert.equal(engine.size.playbacks, 0)
    assert.equal(clock.pending, 1, 'only housekeeping is left')
  })

  it('loops, stops, and stops what is still being prepared', async () => {
    const { must, ask, join, told, clock, links } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    await must('play.start', {
      playId: 'm',
      roomId: 'r',
      loop: true,
      source: { kind: 'tone', hz: 440, durationMs: 100 },
    })
    clock.advance(2_000)
    assert.ok(links.link('a').rtp().length >= 99)
    const preparing = ask('play.start', { playId: 'k', roomId: 'r', source: { kind: 'music' } })
    await must('play.stop', { playId: 'k' })
    await must('play.stop', { playId: 'm' })
    assert.equal((await preparing).ok, true)
    assert.deepEqual(
      (told('play.ended') as { playId: string; reason: string }[])
        .map(({ playId, reason }) => `${playId} ${reason}`)
        .sort(),
      ['k stopped', 'm stopped'],
    )
  })

  it('goes on with music where an announcement interrupted it', async () => {
    const { must, join, clock, links } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    const play = (playId: string, loop: boolean, hz = 440) =>
      must('play.start', { playId, roomId: 'r', loop, source: { kind: 'tone', hz, durationMs: 1_000 } })
    const heard = () =>
      links
        .link('a')
        .rtp()
        .map(({ buffer, payloadStart, payloadEnd }) =>
          buffer.subarray(payloadStart, payloadEnd).toString('hex'),
        )
    await play('whole', false)
    clock.advance(1_100)
    const whole = heard()
    await play('music', true)
    clock.advance(200)
    await must('play.stop', { playId: 'music' })
    const place = heard().length - whole.length
    assert.notEqual(whole[place], whole[0])
    await play('words', false, 700)
    clock.advance(1_100)
    const before = heard().length
    await play('again', true)
    clock.advance(200)
    const after = heard().slice(before)
    assert.ok(after.length > 5)
    assert.deepEqual(after, whole.slice(place, place + after.length))
  })

  it('closes a room with all that is in it', async () => {
    const { must, join, told, links, engine } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    await must('play.start', {
      playId: 'm',
      roomId: 'r',
      loop: true,
      source: { kind: 'tone', hz: 440, durationMs: 100 },
    })
    await must('room.close', { roomId: 'r' })
    await must('room.close', { roomId: 'r' })
    assert.equal(links.link('a').closed, true)
    assert.deepEqual(engine.size, { rooms: 0, legs: 0, playbacks: 0, mixedLegs: 0 })
    assert.equal(told('play.ended').length, 1)
    assert.equal((told('leg.state').at(-1) as { reason: string }).reason, 'room-closed')
  })
})

describe('port', () => {
  it('answers every kind of wrong request with a problem', async () => {
    const { must, ask } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    const wrong: [kind: string, payload: unknown, code: string][] = [
      ['nothing', {}, 'invalid-request'],
      ['toString', {}, 'invalid-request'],
      ['room.open', {}, 'invalid-request'],
      ['room.open', { roomId: 'r', callId: 'c' }, 'invalid-request'],
      ['leg.open', { roomId: 'x', legId: 'a', sdpOffer: chromeOffer() }, 'not-found'],
      ['leg.open', { roomId: 'r', legId: 'a', sdpOffer: 'v=0' }, 'media-failed'],
      ['leg.replace', { legId: 'a', sdpOffer: chromeOffer() }, 'not-found'],
      ['leg.update', { legId: 'a', part: {} }, 'not-found'],
      ['play.start', { playId: 'p', roomId: 'r', source: { kind: 'file', path: '/none' } }, 'not-found'],
      ['stats.get', { legId: 'a' }, 'not-found'],
    ]
    for (const [kind, payload, code] of wrong) {
      const response = await ask(kind, payload)
      assert.equal(response.ok === false && response.problem.code, code, kind)
    }
  })

  it('says that it is full, and frees the place of a leg that failed', async () => {
    const { must, join, ask } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await ask('leg.open', { roomId: 'r', legId: 'z', sdpOffer: 'v=0' })
    for (const legId of ['a', 'b', 'c', 'd']) await join(legId)
    const full = await ask('leg.open', { roomId: 'r', legId: 'e', sdpOffer: chromeOffer() })
    assert.deepEqual(full.ok === false && [full.problem.code, full.problem.retryable], [
      'media-unavailable',
      true,
    ])
  })

  it('ignores what is no request', async () => {
    const { port } = createHarness()
    for (const message of [null, 1, 'x', [], {}, { type: 'request' }, { id: 'x' }, { id: -1 }]) {
      assert.equal(await port(message), undefined)
    }
  })

  it('writes no content into the log', async () => {
    const { must, join, logs } = createHarness()
    await must('room.open', { roomId: 'r', callId: 'c' })
    await join('a')
    for (const line of logs) {
      const parsed = JSON.parse(line) as Record<string, unknown>
      assert.equal(typeof parsed['msg'], 'string')
      assert.ok(!line.includes('ice-pwd') && !line.includes('v=0'))
    }
    assert.ok(logs.some(line => line.includes('"callId":"c"')))
  })
})
