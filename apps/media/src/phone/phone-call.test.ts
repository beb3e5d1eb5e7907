import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { PhoneSettings } from '@guichet/contract/media'
import { type PhoneEngine, startPhoneEngine } from '../testing/phone-engine.ts'
import { openTestPhone, type TestPhone } from '../testing/test-phone.ts'
import type { CodecName } from './codecs.ts'

describe('calls of phones', () => {
  let engine: PhoneEngine
  let rooms = 0
  let roomId = ''
  let phones: TestPhone[] = []

  before(() => {
    engine = startPhoneEngine()
  })
  after(() => engine.close())
  afterEach(async () => {
    await engine.request('room.close', { roomId })
    await Promise.all(phones.map(phone => phone.close()))
    phones = []
  })

  const openRoom = async () => {
    roomId = `room-${++rooms}`
    await engine.request('room.open', { roomId, callId: roomId })
  }
  /** Opens a leg with the phone's offer; ids are prefixed by the room. */
  const call = async (
    name: string,
    options: Parameters<typeof openTestPhone>[0],
    settings: Partial<PhoneSettings> = {},
  ): Promise<TestPhone> => {
    const phone = await openTestPhone(options)
    phones.push(phone)
    const { sdp } = await engine.request('phone.open', {
      roomId,
      legId: `${roomId}-${name}`,
      sdpOffer: phone.describe(),
      settings,
    })
    phone.connect(sdp)
    return phone
  }
  const statsOf = (name: string) => engine.request('stats.get', { legId: `${roomId}-${name}` })

  for (const codec of ['pcma', 'pcmu', 'g722', 'opus'] as CodecName[]) {
    for (const suite of [undefined, 'AES_CM_128_HMAC_SHA1_80'] as const) {
      it(`relays ${codec}${suite ? ' under SRTP' : ''} untouched`, async () => {
        await openRoom()
        const ann = await call('ann', { codec, ...(suite ? { suite } : {}) })
        const bob = await call('bob', { codec, ...(suite ? { suite } : {}) })
        ann.speak(500)
        bob.speak(800)
        await Promise.all([ann.waitForTone([800], [500]), bob.waitForTone([500], [800])])
        const stats = await statsOf('ann')
        assert.equal(stats.hearing, 'relay')
        assert.equal(stats.phone?.codec, codec)
        assert.equal(stats.phone?.secure, suite !== undefined)
        assert.equal(stats.phone?.packetsFromStrangers, 0)
        assert.equal(ann.unopened, 0)
      })
    }
  }

  it('transcodes between phones of different codecs, one protected', async () => {
    await openRoom()
    const ann = await call('ann', { codec: 'pcma', suite: 'AES_CM_128_HMAC_SHA1_32' })
    const bob = await call('bob', { codec: 'g722' })
    ann.speak(500)
    bob.speak(800)
    await Promise.all([ann.waitForTone([800], [500]), bob.waitForTone([500], [800])])
    assert.equal((await statsOf('ann')).hearing, 'mix')
  })

  it('mixes three phones of three codecs, and relays again when one leaves', async () => {
    await openRoom()
    const ann = await call('ann', { codec: 'pcma' })
    const bob = await call('bob', { codec: 'pcma' })
    const cai = await call('cai', { codec: 'opus' })
    ann.speak(500)
    bob.speak(800)
    cai.speak(1_300)
    await Promise.all([
      ann.waitForTone([800, 1_300], [500]),
      bob.waitForTone([500, 1_300], [800]),
      cai.waitForTone([500, 800], [1_300]),
    ])
    await engine.request('leg.close', { legId: `${roomId}-cai` })
    await ann.waitForTone([800], [1_300])
    assert.equal((await statsOf('ann')).hearing, 'relay')
  })

  it('makes an offer, takes the answer of each fork, and sends ring-back before it is answered', async () => {
    await openRoom()
    const caller = await call('caller', { codec: 'pcma' })
    const early = await openTestPhone({ codec: 'pcma' })
    const answered = await openTestPhone({ codec: 'pcma' })
    phones.push(early, answered)
    const legId = `${roomId}-callee`
    const { sdp } = await engine.request('phone.open', {
      roomId,
      legId,
      settings: { codecs: ['pcma', 'pcmu'] },
    })
    assert.match(sdp, /m=audio \d+ RTP\/AVP 8 0 101\r\n/)
    caller.speak(500)
    const source = { kind: 'progress', tone: 'ringback', country: 'FR' } as const
    await engine.request('play.start', {
      playId: `${roomId}-ring`,
      roomId,
      legIds: [`${roomId}-caller`],
      source,
      loop: true,
    })
    await caller.waitForTone([440])
    for (const phone of [early, answered]) phone.connect(sdp)
    await engine.request('phone.apply', { legId, sdpAnswer: early.describe(), early: true })
    early.speak(1_300)
    await engine.request('play.stop', { playId: `${roomId}-ring` })
    await caller.waitForTone([1_300], [440])
    await early.waitForTone([500])
    await engine.request('phone.apply', { legId, sdpAnswer: answered.describe() })
    answered.speak(800)
    await Promise.all([caller.waitForTone([800], [1_300]), answered.waitForTone([500])])
  })

  it('keeps quiet toward a phone on hold, and goes on after it', async () => {
    await openRoom()
    const ann = await call('ann', { codec: 'pcmu' })
    const bob = await call('bob', { codec: 'pcmu' })
    ann.speak(500)
    bob.speak(800)
    await Promise.all([ann.waitForTone([800]), bob.waitForTone([500])])
    const legId = `${roomId}-bob`
    const held = await engine.request('phone.answer', {
      legId,
      sdpOffer: bob.describe({ direction: 'sendonly' }),
    })
    assert.equal(held.onHold, true)
    assert.match(held.sdp, /a=recvonly/)
    const before = bob.packets.length
    bob.speak(1_300)
    await ann.waitForTone([1_300], [800])
    assert.ok(bob.packets.length - before <= 5, 'nothing is sent to who does not listen')
    const oldStyle = await engine.request('phone.answer', {
      legId,
      sdpOffer: bob.describe({ address: '0.0.0.0' }),
    })
    assert.equal(oldStyle.onHold, true)
    const back = await engine.request('phone.answer', { legId, sdpOffer: bob.describe() })
    assert.equal(back.onHold, false)
    await bob.waitForTone([500])
    const versions = [held.sdp, oldStyle.sdp, back.sdp].map(sdp =>
      Number(/^o=guichet \d+ (\d+)/m.exec(sdp)?.[1]),
    )
    assert.ok((versions[0] as number) < (versions[1] as number), String(versions))
  })

  it('presses keys toward phones, as events or as tones, and tells the keys of both', async () => {
    await openRoom()
    const ann = await call('ann', { codec: 'pcma' })
    const bob = await call('bob', { codec: 'pcma', events: false })
    ann.speak(500)
    bob.speak(undefined)
    await ann.waitForPackets(2)
    const { durationMs } = await engine.request('digits.send', { legId: `${roomId}-ann`, digits: '15#A' })
    assert.equal(durationMs, 4 * 200)
    await ann.waitForDigits(4)
    assert.equal(ann.digits.map(({ digit }) => digit).join(''), '15#A')
    for (const digit of ann.digits) assert.equal(digit.durationMs, 120)
    // What the phone without events is sent as tones, it can send back as it came: we find the keys in it.
    const from = bob.packets.length
    await engine.request('digits.send', { legId: `${roomId}-bob`, digits: '90*', gapMs: 100 })
    await bob.waitForPackets(40)
    for (const { buffer, payloadStart, payloadEnd } of bob.packets.slice(from)) {
      bob.sendRtp({}, Buffer.from(buffer.subarray(payloadStart, payloadEnd)))
    }
    await engine.waitFor('digit', ({ legId, digit }) => legId === `${roomId}-bob` && digit === '*')
    const told = engine.events.flatMap(event =>
      event.kind === 'digit' && event.payload.legId === `${roomId}-bob` ? [event.payload.digit] : [],
    )
    assert.equal(told.join(''), '90*')
  })

  it('counts a key by the way its first came', async () => {
    await openRoom()
    await call('ann', { codec: 'pcma' })
    const legId = `${roomId}-ann`
    await engine.request('digits.note', { legId, digit: '7', durationMs: 160 })
    const told = await engine.waitFor('digit', payload => payload.legId === legId)
    assert.deepEqual([told.digit, told.durationMs], ['7', 160])
    const [ann] = phones as [TestPhone]
    for (let i = 1; i <= 4; i++) {
      ann.sendRtp({ payloadType: 101, timestamp: 9_000 }, Uint8Array.of(7, i === 4 ? 0x8a : 10, 0, i * 160))
    }
    ann.speak(500)
    await engine.waitFor('leg.firstPacket', payload => payload.legId === legId)
    assert.equal(
      engine.events.filter(event => event.kind === 'digit' && event.payload.legId === legId).length,
      1,
    )
  })

  it('sends packets to who hears nothing, so that paths stay open', async () => {
    await openRoom()
    const ann = await call('ann', { codec: 'g722' })
    await ann.waitForPackets(2)
    assert.ok(ann.packets.every(({ payloadEnd, payloadStart }) => payloadEnd - payloadStart === 160))
  })

  it('refuses what cannot be, and gives ports back', async () => {
    await openRoom()
    const phone = await openTestPhone({ codec: 'pcma' })
    phones.push(phone)
    const open = (sdpOffer: string, settings: Partial<PhoneSettings> = {}) =>
      engine.request('phone.open', { roomId, legId: `${roomId}-x`, sdpOffer, settings })
    const failed = { code: 'media-failed' }
    await assert.rejects(open(phone.describe(), { codecs: ['opus'] }), failed)
    await assert.rejects(open(phone.describe(), { srtp: 'on' }), failed)
    await assert.rejects(open(phone.describe({ port: 53 })), failed)
    await assert.rejects(open(phone.describe({ address: '239.1.1.1' })), failed)
    await assert.rejects(open('nonsense'), failed)
    await assert.rejects(engine.request('phone.offer', { legId: `${roomId}-x` }), { code: 'not-found' })
    await open(phone.describe())
    await assert.rejects(open(phone.describe()), { code: 'invalid-request' })
    await assert.rejects(engine.request('leg.replace', { legId: `${roomId}-x`, sdpOffer: 'v=0' }), {
      code: 'invalid-request',
    })
  })
})
