import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, before, describe, it } from 'node:test'
import { startMediaProcess, type TestMediaProcess } from './testing/media-process.ts'
import { chromeOffer } from './testing/offers.ts'
import { createTestRandom } from './testing/packets.ts'

describe('media process', () => {
  let media: TestMediaProcess

  before(async () => {
    media = await startMediaProcess()
    await media.request('room.open', { roomId: 'r', callId: 'c' })
  })

  after(() => media.stop())

  it('answers an offer with one candidate on its port', async () => {
    const { sdpAnswer } = await media.request('leg.open', {
      roomId: 'r',
      legId: 'a',
      sdpOffer: chromeOffer(),
    })
    const candidates = sdpAnswer.match(/a=candidate.*/g)
    assert.equal(candidates?.length, 1)
    assert.match(String(candidates), new RegExp(`127\\.0\\.0\\.1 ${media.udpPort} typ host`))
    await media.request('leg.close', { legId: 'a' })
  })

  it('lives through hundreds of damaged offers, in native code too', async () => {
    const random = createTestRandom(11)
    const whole = chromeOffer()
    let answered = 0
    for (let i = 0; i < 400; i++) {
      let sdpOffer = whole
      for (let change = 0; change < 1 + random() * 3; change++) {
        const at = Math.floor(random() * sdpOffer.length)
        const junk = Array.from({ length: random() * 4 }, () => String.fromCharCode(random() * 128)).join('')
        sdpOffer = sdpOffer.slice(0, at) + junk + sdpOffer.slice(at + Math.floor(random() * 4))
      }
      try {
        await media.request('leg.open', { roomId: 'r', legId: `f${i}`, sdpOffer })
        answered++
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'media-failed')
      }
      await media.request('leg.close', { legId: `f${i}` })
    }
    assert.ok(answered > 50, `${answered} of 400 reached native code`)
    assert.equal((await media.request('ping', {})).legs, 0)
  })

  it('lives through messages that are none', async () => {
    for (const message of [
      'x',
      1,
      [],
      { type: 'request', id: 'a' },
      { type: 'request', id: 1e9, kind: {}, payload: 1 },
    ]) {
      media.sendRaw(message)
    }
    assert.equal((await media.request('ping', {})).rooms, 1)
  })

  it('lives through datagrams of every kind on its port', async () => {
    const random = createTestRandom(12)
    const socket = createSocket('udp4')
    // A binding request for a user name nobody has, whole and well-formed. @source RFC 8489 §5, §14.3
    const binding = Buffer.from(
      '000100102112a442000102030405060708090a0b00060009616263643a65666768000000',
      'hex',
    )
    const stun = Buffer.from('000100002112a442', 'hex')
    for (let i = 0; i < 2_000; i++) {
      const junk = Buffer.from(Array.from({ length: random() * 200 }, () => random() * 256))
      const firstByte = [0, 1, 20, 22, 63, 128, 144, 191, 255][i % 9] as number
      const garbage = Buffer.concat([i % 4 === 0 ? stun : Buffer.from([firstByte]), junk])
      const datagram = i % 8 === 0 ? binding : garbage
      await new Promise<void>(resolve => socket.send(datagram, media.udpPort, '127.0.0.1', () => resolve()))
    }
    socket.close()
    assert.equal((await media.request('ping', {})).rooms, 1)
  })

  it('opens and closes two hundred legs without growing', async () => {
    const turn = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await media.request('leg.open', { roomId: 'r', legId: 'x', sdpOffer: chromeOffer() })
        await media.request('leg.close', { legId: 'x' })
      }
      return (await media.request('ping', {})).rssBytes
    }
    const warm = await turn(50)
    const grown = (await turn(200)) - warm
    assert.ok(grown < 30_000_000, `${grown} bytes more`)
  })
})

describe('media process, beginning and end', () => {
  it('ends when its server is gone', async () => {
    const media = await startMediaProcess()
    media.process.disconnect()
    assert.equal(await media.exited, 0)
  })

  it('ends on SIGTERM, with calls', async () => {
    const media = await startMediaProcess()
    await media.request('room.open', { roomId: 'r', callId: 'c' })
    await media.request('leg.open', { roomId: 'r', legId: 'a', sdpOffer: chromeOffer() })
    media.process.kill('SIGTERM')
    assert.equal(await media.exited, 0)
  })

  it('shows a kill as such', async () => {
    const media = await startMediaProcess()
    media.process.kill('SIGKILL')
    assert.equal(await media.exited, 'SIGKILL')
  })

  it('says in one line that its port is taken, or a setting is wrong', async () => {
    const first = await startMediaProcess()
    await assert.rejects(startMediaProcess({ MEDIA_PORT: String(first.udpPort) }), /ended \(3\).*is taken/s)
    await assert.rejects(
      startMediaProcess({ MEDIA_BIND_ADDRESS: 'everywhere' }),
      /ended \(2\).*MEDIA_BIND_ADDRESS/s,
    )
    await first.stop()
  })
})
