import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { writeReceiverReport } from '../rtp/rtcp-write.ts'
import { buildPacket } from '../rtp/rtp-packet.ts'
import { createTestRandom, toneFrames } from '../testing/packets.ts'
import { type PhoneEngine, startPhoneEngine } from '../testing/phone-engine.ts'
import { openTestPhone, type TestPhone } from '../testing/test-phone.ts'
import { codecs } from './codecs.ts'

const portOf = (sdp: string) => Number(/m=audio (\d+)/.exec(sdp)?.[1])

/** Sends packets to a port of loopback from an address of its own, so many a second, until stopped. */
async function openAttacker(port: number, make: (n: number) => Buffer, perSecond: number) {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.2', resolve))
  let sent = 0
  const startedAt = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000
    for (; sent < due; sent++) socket.send(make(sent), port, '127.0.0.1')
  }, 5)
  return {
    get sent() {
      return sent
    },
    stop() {
      clearInterval(timer)
      socket.close()
    },
  }
}

describe('attacks on phones’ legs', () => {
  let engine: PhoneEngine
  let ann: TestPhone
  let bob: TestPhone
  let annPort = 0

  beforeEach(async () => {
    engine = startPhoneEngine()
    await engine.request('room.open', { roomId: 'r', callId: 'c' })
    ann = await openTestPhone({ codec: 'pcma' })
    bob = await openTestPhone({ codec: 'pcma' })
    for (const [legId, phone] of [
      ['ann', ann],
      ['bob', bob],
    ] as const) {
      const { sdp } = await engine.request('phone.open', { roomId: 'r', legId, sdpOffer: phone.describe() })
      phone.connect(sdp)
      if (phone === ann) annPort = portOf(sdp)
    }
  })

  afterEach(async () => {
    engine.close()
    await Promise.all([ann.close(), bob.close()])
  })

  const intruderTone = toneFrames(1_300, 50)
  const intruder = (ssrc: number) => {
    const encoder = codecs.pcma.createEncoder(5)
    const payloads = intruderTone.map(frame => encoder.encode(frame))
    return (n: number) =>
      buildPacket(
        { payloadType: 8, marker: false, sequence: n & 0xffff, timestamp: n * 160, ssrc },
        payloads[n % payloads.length] as Uint8Array,
      )
  }

  it('lets no stranger’s sound into a call in progress, not even with the caller’s own numbers', async () => {
    ann.speak(500)
    bob.speak(800)
    await bob.waitForTone([500])
    const attackers = [
      await openAttacker(annPort, intruder(66), 100),
      await openAttacker(annPort, intruder(ann.ssrc), 100),
    ]
    await bob.waitForPackets(60)
    await bob.waitForTone([500], [1_300])
    const { phone } = await engine.request('stats.get', { legId: 'ann' })
    assert.equal(phone?.remote, `127.0.0.1:${ann.port}`)
    assert.ok((phone?.packetsFromStrangers ?? 0) > 100)
    // When the caller falls silent the stranger still is none of it.
    ann.speak(undefined)
    await engine.waitFor('leg.state', ({ legId, reason }) => legId === 'ann' && reason === 'silence', 8_000)
    assert.equal((await engine.request('stats.get', { legId: 'bob' })).hearing, 'silence')
    for (const attacker of attackers) attacker.stop()
  })

  it('lets no stranger be first: before the phone’s own first packet its sound is refused as well', async () => {
    const attacker = await openAttacker(annPort, intruder(66), 200)
    bob.speak(800)
    await ann.waitForTone([800])
    assert.equal((await engine.request('stats.get', { legId: 'ann' })).state, 'negotiating')
    ann.speak(500)
    await bob.waitForTone([500], [1_300])
    attacker.stop()
  })

  it('is unharmed by a thousand datagrams of garbage a second, from strangers and from the phone', async () => {
    const random = createTestRandom(2)
    const garbage = (n: number) => {
      const bytes = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 300) }, () => random() * 256))
      if (n % 3 > 0) bytes[0] = 0x80 | ((bytes[0] as number) & 0x3f)
      if (n % 3 > 1) bytes[1] = 200 + (n % 4)
      return bytes
    }
    ann.speak(500)
    bob.speak(800)
    await Promise.all([ann.waitForTone([800]), bob.waitForTone([500])])
    const attacker = await openAttacker(annPort, garbage, 1_000)
    for (let i = 0; i < 30; i++) bob.sendRaw(garbage(i))
    const before = bob.packets.length
    const startedAt = performance.now()
    await bob.waitForPackets(100)
    const ms = performance.now() - startedAt
    assert.ok(attacker.sent > 1_000, `${attacker.sent}`)
    assert.ok(ms < 2_600, `100 packets took ${ms} ms`)
    const numbers = bob.packets.slice(before).map(({ sequence }) => sequence)
    numbers.forEach((sequence, i) => {
      if (i > 0)
        assert.equal((sequence - (numbers[i - 1] as number)) & 0xffff, 1, 'no packet lost or doubled')
    })
    await Promise.all([ann.waitForTone([800]), bob.waitForTone([500])])
    attacker.stop()
    assert.deepEqual(
      engine.logs.filter(line => line.includes('"level":50')),
      [],
    )
  })

  it('moves to another address by signalling alone', async () => {
    ann.speak(500)
    bob.speak(800)
    await bob.waitForTone([500])
    const moved = await openTestPhone({ codec: 'pcma' })
    try {
      const { sdp } = await engine.request('phone.answer', { legId: 'ann', sdpOffer: moved.describe() })
      assert.equal(portOf(sdp), annPort, 'our own port stays')
      moved.connect(sdp)
      moved.speak(1_300)
      await bob.waitForTone([1_300], [500])
      await moved.waitForTone([800])
      const { phone } = await engine.request('stats.get', { legId: 'ann' })
      assert.equal(phone?.remote, `127.0.0.1:${moved.port}`)
    } finally {
      await moved.close()
    }
  })

  it('learns the port of a phone behind address translation once', async () => {
    const hidden = await openTestPhone({ codec: 'pcma' })
    const third = await openTestPhone({ codec: 'pcma' })
    try {
      const { sdp } = await engine.request('phone.open', {
        roomId: 'r',
        legId: 'cai',
        sdpOffer: hidden.describe({ address: '192.168.77.5', port: 4_000 }),
        settings: { sources: ['127.0.0.1'] },
      })
      for (const phone of [hidden, third]) phone.connect(sdp)
      hidden.speak(1_300)
      await bob.waitForTone([1_300])
      ann.speak(500)
      await hidden.waitForTone([500])
      third.speak(2_000)
      await bob.waitForPackets(25)
      await bob.waitForTone([1_300, 500], [2_000])
      const { phone } = await engine.request('stats.get', { legId: 'cai' })
      assert.deepEqual([phone?.remote, phone?.learned], [`127.0.0.1:${hidden.port}`, true])
    } finally {
      await Promise.all([hidden.close(), third.close()])
    }
  })

  it('takes a report from nobody else, and survives a stranger’s', async () => {
    ann.speak(500)
    await bob.waitForTone([500])
    const attacker = await openAttacker(annPort, n => writeReceiverReport(n, []), 200)
    await bob.waitForPackets(30)
    const { phone } = await engine.request('stats.get', { legId: 'ann' })
    assert.ok((phone?.packetsFromStrangers ?? 0) >= 50)
    attacker.stop()
  })
})
