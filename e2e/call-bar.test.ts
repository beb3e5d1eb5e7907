import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { freeUdpPort, type Guichet } from './support/guichet.ts'
import { type Network, openNetwork } from './support/network.ts'
import { hears, hearsMusic, hearsNot } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'
import {
  AGENT_HZ,
  bothHear,
  button,
  callSales,
  countSounds,
  newSound,
  openDesk,
  openShop,
  VISITOR_HZ,
} from './support/talk.ts'

const skip = skipWithoutChromium()
/** People bear a gap of this length. */
const GAP_LIMIT_MS = 5_000

describe('one call, with everything its two bars offer', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let network: Network
  let desk: Page
  let deskContext: BrowserContext
  let shop: Page

  before(async () => {
    if (skip) return
    const mediaPort = await freeUdpPort()
    ;[guichet, browser] = await startWithBrowser({ MEDIA_PORT: String(mediaPort) })
    network = await openNetwork(guichet.url, mediaPort)
    ;({ page: desk, context: deskContext } = await openDesk(
      browser,
      network.url,
      'agent1',
      'Available',
      network.lead,
    ))
    shop = (await openShop(browser, guichet.url)).page
    await callSales(shop)
    await button(desk, 'Accept').click()
    await bothHear(shop, desk)
  })
  after(async () => {
    await browser?.close()
    network?.close()
    await guichet?.dispose()
  })

  it('silences who is muted, tells the other, and lets them be heard again', async () => {
    await button(shop, 'Mute').click()
    await hearsNot(desk, VISITOR_HZ)
    await desk
      .getByText(/is muted$/)
      .first()
      .waitFor()
    await hears(shop, AGENT_HZ)
    await button(shop, 'Unmute').click()
    await hears(desk, VISITOR_HZ)

    await button(desk, 'Mute').click()
    await hearsNot(shop, AGENT_HZ)
    await hears(desk, VISITOR_HZ)
    await button(desk, 'Unmute').click()
    await hears(shop, AGENT_HZ)
  })

  it('keeps each from the other on hold', async () => {
    await button(desk, 'Hold').click()
    await hearsMusic(shop, [AGENT_HZ, VISITOR_HZ])
    await shop.getByText('On hold').first().waitFor()
    await hearsNot(desk, VISITOR_HZ)
    await button(desk, 'Resume').click()
    await bothHear(shop, desk)
  })

  it('says how well it is connected', async () => {
    await Promise.all([
      shop.getByRole('img', { name: 'Good connection' }).waitFor(),
      desk.getByRole('img', { name: 'Good connection' }).waitFor(),
    ])
  })

  it('goes on when the agent changes the network', async t => {
    const known = await countSounds(desk)
    await network.change(deskContext)
    const changedAt = performance.now()
    await newSound(desk, known)
    await bothHear(shop, desk)
    const gapMs = performance.now() - changedAt
    t.diagnostic(`sound was back after ${gapMs.toFixed(0)} ms`)
    assert.ok(gapMs < GAP_LIMIT_MS, `sound was back after ${gapMs.toFixed(0)} ms`)
  })

  it('ends for both when the agent hangs up, and the agent is rung again after the wrap-up', async () => {
    await button(desk, 'Hang up').click()
    await shop.getByText('Call ended').first().waitFor()
    await shop.getByText('The other side hung up.').waitFor()
    await button(desk, 'Finish wrap-up').waitFor()
    await button(shop, 'Call again').click()
    await shop.getByRole('button', { name: 'Orders and gifts' }).click()
    await shop.getByText('You are number 1').first().waitFor()
    assert.equal(await button(desk, 'Accept').count(), 0)
    await button(desk, 'Finish wrap-up').click()
    await button(desk, 'Accept').click()
    await bothHear(shop, desk)

    await button(shop, 'Hang up').click()
    await desk
      .getByText(/hung up/)
      .first()
      .waitFor()
    await button(desk, 'Finish wrap-up').click()
    await button(desk, 'Finish wrap-up').waitFor({ state: 'detached' })
  })
})
