import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { launchChromium, skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'

const packagesFolder = new URL('../../', import.meta.url)

const importMap = {
  imports: {
    '@guichet/client': '/client/src/index.ts',
    '@guichet/softphone': '/softphone/src/index.ts',
  },
}

/**
 * The page plays the server too: `answer(name, sdpOffer)` answers a leg and forwards what it gets to the other one,
 * as a relaying room does.
 */
const pageScript = `
  import { browserSoftphoneEnvironment, createDeviceStore, createSoftphone } from '@guichet/softphone'
  const environment = browserSoftphoneEnvironment()
  const devices = createDeviceStore(environment)
  const legs = {}
  const tones = []
  const forward = (from, to) => {
    if (!legs[from] || !legs[to]) return
    legs[to].getTransceivers().forEach((transceiver, slot) =>
      transceiver.sender.replaceTrack(legs[from].getTransceivers()[slot].receiver.track))
  }
  async function answer(name, other, sdpOffer) {
    legs[name]?.close()
    const connection = new RTCPeerConnection()
    await connection.setRemoteDescription({ type: 'offer', sdp: sdpOffer })
    for (const transceiver of connection.getTransceivers()) transceiver.direction = 'sendrecv'
    await connection.setLocalDescription(await connection.createAnswer())
    await new Promise(resolve => {
      const check = () => connection.iceGatheringState === 'complete' && resolve()
      connection.onicegatheringstatechange = check
      check()
    })
    legs[name] = connection
    forward(name, other)
    forward(other, name)
    return connection.localDescription.sdp
  }
  window.rejoins = 0
  window.pictures = []
  const make = (name, other) => createSoftphone({
    environment, devices, iceServers: [],
    rejoin: offer => { window.rejoins += 1; return answer(name, other, offer) },
    onPictureChange: picture => window.pictures.push([name, picture.camera, picture.screen]),
  })
  const until = condition => new Promise(resolve => {
    const check = async () => (await condition()) ? resolve() : requestAnimationFrame(check)
    check()
  })
  const waitFor = (phone, state) => new Promise(resolve => {
    const check = () => phone.getSnapshot().state === state && resolve()
    phone.subscribe(check)
    check()
  })
  async function frames(stream) {
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    await video.play()
    const canvas = new OffscreenCanvas(64, 48)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    await until(() => {
      if (video.videoWidth === 0) return false
      context.drawImage(video, 0, 0, 64, 48)
      return context.getImageData(0, 0, 64, 48).data.some((value, i) => i % 4 !== 3 && value > 60)
    })
    return { width: video.videoWidth, height: video.videoHeight }
  }
  Object.assign(window, { make, answer, legs, until, waitFor, frames, devices })
  window.ready = true
`

async function serve(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    if (path === '/') {
      response.setHeader('content-type', 'text/html')
      response.end(
        `<!doctype html><title>Softphone</title><script type="importmap">${JSON.stringify(importMap)}</script>
         <script type="module">${pageScript}</script>`,
      )
      return
    }
    try {
      const source = await readFile(new URL(`.${path}`, packagesFolder), 'utf8')
      response.setHeader('content-type', 'text/javascript')
      response.end(stripTypeScriptTypes(source))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

describe('softphone in Chromium', { skip: skipWithoutChromium() }, () => {
  let server: Server
  let browser: Browser
  let page: Page
  let address: string

  before(async () => {
    server = await serve()
    address = `http://localhost:${(server.address() as AddressInfo).port}/`
    browser = await launchChromium(['--auto-select-desktop-capture-source=Entire screen'])
    page = await browser.newPage()
    await page.goto(address)
    await page.waitForFunction('window.ready')
  })

  after(async () => {
    await browser?.close()
    server?.close()
  })

  /** Connects both phones through the page's own relay. */
  const connectBoth = `(async () => {
    window.alice = make('alice', 'bob')
    window.bob = make('bob', 'alice')
    const [a, b] = await Promise.all([alice.prepare(), bob.prepare()])
    window.offerOfAlice = a
    await alice.connect(await answer('alice', 'bob', a))
    await bob.connect(await answer('bob', 'alice', b))
    await Promise.all([waitFor(alice, 'connected'), waitFor(bob, 'connected')])
  })()`

  it('connects, each side hears the other, and the offer has the agreed shape', async () => {
    await page.evaluate(connectBoth)
    const offer = (await page.evaluate('offerOfAlice')) as string
    assert.deepEqual(
      [...offer.matchAll(/^m=(\w+)/gm)].map(match => match[1]),
      ['audio', 'video', 'video'],
    )
    assert.deepEqual(
      [...offer.matchAll(/^a=mid:(\S+)/gm)].map(match => match[1]),
      ['0', '1', '2'],
    )
    assert.equal([...offer.matchAll(/^a=sendrecv/gm)].length, 3)
    assert.match(offer, /opus\/48000/)
    assert.match(offer, /telephone-event\/48000/)
    assert.doesNotMatch(offer, /H264|VP9|AV1|rtpmap:\d+ red/i)
    // The fake microphone beeps; loudness arrives on the far side.
    await page.evaluate('until(() => bob.readLevels().output > 0.3 && alice.readLevels().output > 0.3)')
    await page.evaluate('until(() => alice.readLevels().input > 0.3)')
  })

  it('is not heard while muted', async () => {
    await page.evaluate('alice.setMuted(true)')
    await page.evaluate(`(async () => {
      let quietSince = performance.now()
      await until(() => {
        if (bob.readLevels().output > 0.1) quietSince = performance.now()
        return performance.now() - quietSince > 1500
      })
    })()`)
    assert.equal(await page.evaluate('alice.readLevels().input'), 0)
    await page.evaluate('alice.setMuted(false)')
    await page.evaluate('until(() => bob.readLevels().output > 0.3)')
  })

  it('shows camera and screen without a new negotiation, and tells when they stop by themselves', async () => {
    await page.evaluate('alice.setCamera(true)')
    const camera = (await page.evaluate('frames(bob.getSnapshot().remoteCamera)')) as { width: number }
    assert.ok(camera.width >= 160)
    assert.equal(await page.evaluate('alice.getSnapshot().localCamera !== null'), true)
    await page.evaluate('alice.setScreen(true)')
    await page.evaluate('frames(bob.getSnapshot().remoteScreen)')
    // As when the camera is unplugged, or the browser's own button stops the sharing.
    await page.evaluate("alice.getSnapshot().localCamera.getTracks()[0].dispatchEvent(new Event('ended'))")
    await page.evaluate('until(() => window.pictures.length === 3)')
    assert.deepEqual(await page.evaluate('window.pictures'), [
      ['alice', true, false],
      ['alice', true, true],
      ['alice', false, true],
    ])
  })

  it('sends keys as telephone events', async () => {
    const taken = await page.evaluate(`['1', '2', '#'].map(tone => alice.sendTone(tone))`)
    assert.deepEqual(taken, [true, true, true])
  })

  it('measures quality', async () => {
    await page.evaluate('until(() => alice.getSnapshot().quality !== null)')
    assert.equal(await page.evaluate('alice.getSnapshot().quality.lossRatio'), 0)
  })

  it('rejoins with its tracks when the path dies, and the far side hears again', async () => {
    const before = (await page.evaluate('window.rejoins')) as number
    await page.evaluate('alice.setScreen(false)')
    await page.evaluate('alice.setCamera(true)')
    await page.evaluate('legs.alice.close()')
    await page.evaluate("waitFor(alice, 'reconnecting')")
    await page.evaluate("waitFor(alice, 'connected')")
    assert.ok(((await page.evaluate('window.rejoins')) as number) > before)
    await page.evaluate('until(() => bob.readLevels().output > 0.3)')
    await page.evaluate('frames(bob.getSnapshot().remoteCamera)')
  })

  it('lists devices, remembers a choice and follows it', async () => {
    const microphones = (await page.evaluate('devices.getSnapshot().microphone.list')) as { id: string }[]
    assert.ok(microphones.length >= 2)
    const chosen = microphones.at(-1)?.id
    await page.evaluate(`devices.select('microphone', ${JSON.stringify(chosen)})`)
    await page.evaluate('until(() => bob.readLevels().output > 0.3)')
    assert.match((await page.evaluate("localStorage.getItem('guichet.devices')")) as string, /microphone/)
  })

  it('frees microphone and camera at the end', async () => {
    await page.evaluate('alice.end(); bob.end()')
    assert.equal(await page.evaluate('alice.getSnapshot().state'), 'ended')
    assert.equal(await page.evaluate('alice.getSnapshot().localCamera'), null)
  })

  it('joins to listen only, with silence to send', async () => {
    await page.evaluate(`(async () => {
      window.carol = make('carol', 'dave')
      window.dave = make('dave', 'carol')
      const [a, b] = await Promise.all([carol.prepare({ listenOnly: true }), dave.prepare()])
      await carol.connect(await answer('carol', 'dave', a))
      await dave.connect(await answer('dave', 'carol', b))
      await Promise.all([waitFor(carol, 'connected'), waitFor(dave, 'connected')])
      await until(() => carol.readLevels().output > 0.3)
      await until(() => dave.getSnapshot().quality !== null)
    })()`)
    assert.equal(await page.evaluate('carol.getSnapshot().isListenOnly'), true)
    await page.evaluate('carol.end(); dave.end()')
  })

  it('explains a refused microphone, and may be asked again', async () => {
    const context = await browser.newContext()
    const refused = await context.newPage()
    await refused.addInitScript(() => {
      let refusals = 1
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async constraints => {
        if (refusals-- > 0) throw new DOMException('Permission denied', 'NotAllowedError')
        return ask(constraints)
      }
    })
    await refused.goto(address)
    await refused.waitForFunction('window.ready')
    const result = await refused.evaluate(`(async () => {
      const phone = make('erin', 'none')
      const code = await phone.prepare().then(() => 'none', error => error.code)
      const stateAfter = phone.getSnapshot().state
      const offer = await phone.prepare()
      phone.end()
      return { code, stateAfter, offered: offer.startsWith('v=0') }
    })()`)
    assert.deepEqual(result, { code: 'permissionDenied', stateAfter: 'idle', offered: true })
    await context.close()
  })
})
