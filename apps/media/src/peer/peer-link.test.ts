import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import ndc, { type PeerConnection, type Track } from 'node-datachannel'
import { writeAnswer } from '../sdp/answer.ts'
import { readOffer } from '../sdp/offer.ts'
import { holdUdpPort, openPeerLink, type PeerLink, type UdpPort } from './peer-link.ts'

const OPUS = 111
const SSRC = 4_711
const LIMIT_MS = 5_000

// A flag of the engine, since a test is not started with it.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe('a link to a browser', () => {
  const complaints: string[] = []
  const log = { info: () => undefined, warn: () => undefined, error: (text: string) => complaints.push(text) }
  let port: UdpPort
  let link: PeerLink
  let browser: { connection: PeerConnection; track: Track }
  let received = 0
  let throwsNext = false
  let heard: () => void = () => undefined

  before(async () => {
    const settings = { udpPort: await freePort(), bindAddress: '127.0.0.1', announcedAddress: undefined }
    port = holdUdpPort(settings, log)
    browser = openBrowser()
    const opened = Promise.withResolvers<void>()
    const offer = readOffer(browser.connection.localDescription()?.sdp ?? '')
    link = openPeerLink(
      'a',
      offer,
      settings,
      {
        onOpen: opened.resolve,
        onLost: () => undefined,
        onPacket() {
          received += 1
          heard()
          if (!throwsNext) return
          throwsNext = false
          throw new Error('a bug of ours')
        },
      },
      log,
    )
    const video = { ssrc: 2, rtxSsrc: 3 }
    const ssrcs = { audio: 1, camera: video, screen: video }
    browser.connection.setRemoteDescription(writeAnswer(offer, link.transport, ssrcs), 'answer')
    await opened.promise
  })
  after(() => {
    link?.close()
    browser?.track.close()
    browser?.connection.close()
    port?.close()
  })

  /** Sends packets until the link has passed one on. */
  async function passesPackets(): Promise<void> {
    const before = received
    const passed = new Promise<void>(resolve => {
      heard = () => received > before && resolve()
    })
    let sequence = before
    const sending = setInterval(() => {
      if (browser.track.isOpen()) browser.track.sendMessageBinary(packet(++sequence))
    }, 10)
    const limit = setTimeout(() => assert.fail('no packet came through'), LIMIT_MS)
    await passed
    clearInterval(sending)
    clearTimeout(limit)
  }

  it('survives an exception in its callback, which left alone would abort Node', async () => {
    throwsNext = true
    await passesPackets()
    await passesPackets()
    assert.deepEqual(complaints, ['media callback failed'])
  })

  it('keeps its track while garbage is collected', async () => {
    for (let round = 0; round < 5; round++) {
      collectGarbage()
      await passesPackets()
    }
  })

  it('sends nothing once it is closed, and says so', () => {
    assert.equal(link.send(packet(1)), true)
    link.close()
    assert.equal(link.send(packet(2)), false)
    assert.equal(link.isOpen(), false)
  })
})

function openBrowser(): { connection: PeerConnection; track: Track } {
  const connection = new ndc.PeerConnection('browser', {
    iceServers: [],
    disableAutoNegotiation: true,
    bindAddress: '127.0.0.1',
  })
  const audio = new ndc.Audio('0', 'SendRecv')
  audio.addOpusCodec(OPUS)
  audio.addSSRC(SSRC, 'browser', 'browser', 'voice')
  const track = connection.addTrack(audio)
  connection.setLocalDescription('offer')
  return { connection, track }
}

/** An RTP packet with a frame of silence. */
function packet(sequence: number): Buffer {
  const header = Buffer.alloc(12)
  header[0] = 0x80
  header[1] = OPUS
  header.writeUInt16BE(sequence & 0xffff, 2)
  header.writeUInt32BE(sequence * 960, 4)
  header.writeUInt32BE(SSRC, 8)
  return Buffer.concat([header, Buffer.from([0xf8, 0xff, 0xfe])])
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
