import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
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
import { type BrowserLeg, openBrowserLeg, sendPicture } from './testing/browser-leg.ts'
import { createLossyPath, type LossyPath } from './testing/lossy-path.ts'
import { startMediaProcess, type TestMediaProcess } from './testing/media-process.ts'

const isRed = ({ red, green, blue }: Look) => red > 120 && red > green * 1.5 && red > blue * 1.5

describe('pictures over lossy paths', { skip: skipWithoutChromium() }, () => {
  let site: BlankSite
  let browser: Browser
  let media: TestMediaProcess
  let annPath: LossyPath
  let bobPath: LossyPath
  let ann: BrowserLeg
  let bob: BrowserLeg

  before(async () => {
    ;[site, browser, media] = await Promise.all([serveBlankSite(), launchChromium(), startMediaProcess()])
    ;[annPath, bobPath] = await Promise.all([createLossyPath(media.udpPort), createLossyPath(media.udpPort)])
    await media.request('room.open', { roomId: 'r', callId: 'c' })
    const open = (legId: string, hz: number, throughPort: number) =>
      openBrowserLeg(browser, site.url, media, { roomId: 'r', legId, hz, throughPort })
    ;[ann, bob] = await Promise.all([open('ann', 500, annPath.port), open('bob', 800, bobPath.port)])
    await sendPicture(ann, 'camera', '#ff0000')
    await waitForPicture(bob.page, 'camera', isRed)
  })

  after(async () => {
    await Promise.allSettled([
      media?.stop(),
      browser?.close(),
      site?.close(),
      annPath?.close(),
      bobPath?.close(),
    ])
  })

  const cameraOf = async (legId: string) => {
    const [camera] = (await media.request('stats.get', { legId })).pictures
    assert.ok(camera)
    return camera
  }

  it('asks the sender again for what was lost on its way', async () => {
    annPath.dropEvery = 6
    const { frames } = await look(bob.page, 'camera')
    await waitForPicture(bob.page, 'camera', seen => isRed(seen) && seen.frames > frames + 40)
    annPath.dropEvery = 0
    assert.ok(annPath.dropped.fromBrowser >= 3, `${annPath.dropped.fromBrowser} lost`)
    assert.ok((await cameraOf('ann')).retransmissionsAsked >= 3)
  })

  it('sends the listener again what it missed', async () => {
    bobPath.dropEvery = 6
    const { frames } = await look(bob.page, 'camera')
    await waitForPicture(bob.page, 'camera', seen => isRed(seen) && seen.frames > frames + 40)
    bobPath.dropEvery = 0
    assert.ok(bobPath.dropped.toBrowser >= 3, `${bobPath.dropped.toBrowser} lost`)
    const { retransmissionsServed } = await cameraOf('bob')
    assert.ok(retransmissionsServed >= 3, `${retransmissionsServed} served`)
    const report = await bob.page.evaluate(`(async () => {
      let found
      for (const stat of (await connection.getStats()).values()) {
        if (stat.type === 'inbound-rtp' && stat.kind === 'video' && stat.framesDecoded > 0) found = stat
      }
      return { nacks: found.nackCount, again: found.retransmittedPacketsReceived }
    })()`)
    const { nacks, again } = report as { nacks: number; again: number }
    assert.ok(nacks >= 3 && again >= 3, JSON.stringify(report))
  })
})
