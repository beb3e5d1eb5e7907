import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type BlankSite,
  type Look,
  launchChromium,
  look,
  serveBlankSite,
  skipWithoutChromium,
  waitForPicture,
} from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { type BrowserLeg, openBrowserLeg, replaceBrowserLeg, sendPicture } from './testing/browser-leg.ts'
import { startMediaProcess, type TestMediaProcess } from './testing/media-process.ts'

const isRed = ({ red, green, blue }: Look) => red > 120 && red > green * 1.5 && red > blue * 1.5
const isGreen = ({ red, green, blue }: Look) => green > 80 && green > red * 1.5 && green > blue * 1.5
const isBlue = ({ red, green, blue }: Look) => blue > 120 && blue > red * 1.5 && blue > green * 1.5

describe('pictures of a call', { skip: skipWithoutChromium() }, () => {
  let site: BlankSite
  let browser: Browser
  let media: TestMediaProcess
  let ann: BrowserLeg
  let bob: BrowserLeg
  const roomId = 'room-1'

  before(async () => {
    ;[site, browser, media] = await Promise.all([serveBlankSite(), launchChromium(), startMediaProcess()])
    await media.request('room.open', { roomId, callId: 'call-1' })
    ;[ann, bob] = await Promise.all([
      openBrowserLeg(browser, site.url, media, { roomId, legId: 'ann', hz: 500 }),
      openBrowserLeg(browser, site.url, media, { roomId, legId: 'bob', hz: 800 }),
    ])
    await media.waitFor('leg.state', ({ legId, state }) => legId === 'bob' && state === 'flowing')
  })

  after(async () => {
    await Promise.allSettled([media?.stop(), browser?.close(), site?.close()])
  })

  it('shows a camera turned on in the middle of a call', async () => {
    await sendPicture(ann, 'camera', '#ff0000')
    const seen = await waitForPicture(bob.page, 'camera', isRed)
    assert.deepEqual([seen.width, seen.height], [320, 240])
    await media.waitFor('leg.picture', ({ legId, active }) => legId === 'ann' && active)
  })

  it('shows a screen beside it, each in its place, and pictures the other way', async () => {
    await Promise.all([sendPicture(ann, 'screen', '#00c000'), sendPicture(bob, 'camera', '#0000ff')])
    await waitForPicture(bob.page, 'screen', isGreen)
    await waitForPicture(ann.page, 'camera', isBlue)
    assert.ok(isRed(await look(bob.page, 'camera')))
  })

  it('lets the bitrate grow', async () => {
    const capOf = async () => (await media.request('stats.get', { legId: 'ann' })).pictureBitrateCap
    const until = performance.now() + 6_000
    while ((await capOf()) < 900_000 && performance.now() < until) await delay(200)
    const cap = await capOf()
    assert.ok(cap >= 900_000, `${cap} bit/s`)
  })

  it('shows one who joins late a whole picture at once', async () => {
    const cai = await openBrowserLeg(browser, site.url, media, { roomId, legId: 'cai', hz: 1_300 })
    await waitForPicture(cai.page, 'screen', isGreen, 3_000)
    const ofBob = await waitForPicture(cai.page, 'camera', isBlue, 3_000)
    assert.ok(ofBob.frames > 0)
    await media.request('leg.close', { legId: 'cai' })
    await cai.own.context.close()
  })

  it('goes on after a new connection of the sender and of the listener', async () => {
    await replaceBrowserLeg(ann, media, true)
    const before = await look(bob.page, 'camera')
    await waitForPicture(bob.page, 'camera', seen => isRed(seen) && seen.frames > before.frames + 5)
    await replaceBrowserLeg(bob, media, true)
    await waitForPicture(bob.page, 'camera', isRed)
    await waitForPicture(bob.page, 'screen', isGreen)
  })

  it('hides pictures of who is held', async () => {
    await media.request('leg.update', { legId: 'ann', part: { held: true } })
    await delay(400)
    const frozen = await look(bob.page, 'camera')
    await delay(400)
    assert.equal((await look(bob.page, 'camera')).frames, frozen.frames)
    await media.request('leg.update', { legId: 'ann', part: { held: false } })
    await waitForPicture(bob.page, 'camera', seen => isRed(seen) && seen.frames > frozen.frames + 3)
  })

  it('tells when a picture is turned off', async () => {
    media.forget()
    await sendPicture(ann, 'camera', null)
    await media.waitFor(
      'leg.picture',
      ({ legId, picture, active }) => legId === 'ann' && picture === 'camera' && !active,
      7_000,
    )
  })
})
