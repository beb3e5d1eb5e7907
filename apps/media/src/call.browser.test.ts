import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type BlankSite,
  launchChromium,
  serveBlankSite,
  skipWithoutChromium,
  waitForSound,
} from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { type BrowserLeg, openBrowserLeg, replaceBrowserLeg } from './testing/browser-leg.ts'
import { startMediaProcess, type TestMediaProcess } from './testing/media-process.ts'

const hz = { ann: 500, bob: 800, cai: 1300, prompt: 2000 }

describe('a call of browsers', { skip: skipWithoutChromium() }, () => {
  let site: BlankSite
  let browser: Browser
  let media: TestMediaProcess
  let ann: BrowserLeg
  let bob: BrowserLeg
  let cai: BrowserLeg
  const roomId = 'room-1'

  before(async () => {
    ;[site, browser, media] = await Promise.all([serveBlankSite(), launchChromium(), startMediaProcess()])
    await media.request('room.open', { roomId, callId: 'call-1' })
    ;[ann, bob] = await Promise.all([
      openBrowserLeg(browser, site.url, media, { roomId, legId: 'ann', hz: hz.ann }),
      openBrowserLeg(browser, site.url, media, { roomId, legId: 'bob', hz: hz.bob }),
    ])
  })

  after(async () => {
    await Promise.allSettled([media?.stop(), browser?.close(), site?.close()])
  })

  it('lets two hear each other, relayed', async () => {
    await Promise.all([
      waitForSound(ann.page, 'ear', { heard: [hz.bob], absent: [hz.ann] }),
      waitForSound(bob.page, 'ear', { heard: [hz.ann], absent: [hz.bob] }),
    ])
    assert.equal((await media.request('stats.get', { legId: 'ann' })).hearing, 'relay')
    const first = await media.waitFor('leg.firstPacket', ({ legId }) => legId === 'ann')
    assert.deepEqual(first, { roomId, callId: 'call-1', legId: 'ann' })
    await media.waitFor('leg.state', ({ legId, state }) => legId === 'bob' && state === 'flowing')
  })

  it('plays a prompt to one leg over the call, and tells its end', async () => {
    const source = { kind: 'tone', hz: hz.prompt, durationMs: 1_500 } as const
    await media.request('play.start', { playId: 'prompt', roomId, legIds: ['bob'], source })
    await waitForSound(bob.page, 'ear', { heard: [hz.prompt, hz.ann] })
    await waitForSound(ann.page, 'ear', { heard: [hz.bob], absent: [hz.prompt] })
    const ended = await media.waitFor('play.ended', ({ playId }) => playId === 'prompt')
    assert.equal(ended.reason, 'completed')
    await waitForSound(bob.page, 'ear', { heard: [hz.ann], absent: [hz.prompt] })
    assert.equal((await media.request('stats.get', { legId: 'bob' })).hearing, 'relay')
  })

  it('tells each key once, and passes none on', async () => {
    await ann.page.evaluate(`connection.getSenders()[0].dtmf.insertDTMF('15#', 120, 80)`)
    await media.waitFor('digit', ({ digit }) => digit === '#')
    const digits = media.events.filter(event => event.kind === 'digit').map(event => event.payload)
    assert.deepEqual(
      digits.map(({ legId, digit }) => [legId, digit]),
      [
        ['ann', '1'],
        ['ann', '5'],
        ['ann', '#'],
      ],
    )
    for (const { durationMs } of digits) assert.ok(durationMs >= 80 && durationMs <= 200, `${durationMs} ms`)
  })

  it('mixes when a third joins, and relays again when it leaves', async () => {
    cai = await openBrowserLeg(browser, site.url, media, { roomId, legId: 'cai', hz: hz.cai })
    await waitForSound(cai.page, 'ear', { heard: [hz.ann, hz.bob], absent: [hz.cai] })
    await waitForSound(ann.page, 'ear', { heard: [hz.bob, hz.cai], absent: [hz.ann] })
    await waitForSound(bob.page, 'ear', { heard: [hz.ann, hz.cai], absent: [hz.bob] })
    assert.equal((await media.request('ping', {})).mixedLegs, 3)
    await media.request('leg.close', { legId: 'cai' })
    await waitForSound(ann.page, 'ear', { heard: [hz.bob], absent: [hz.cai] })
    const stats = await media.request('stats.get', { legId: 'ann' })
    assert.equal(stats.hearing, 'relay')
  })

  it('mutes, and holds with music', async () => {
    await media.request('leg.update', { legId: 'ann', part: { muted: true } })
    await waitForSound(bob.page, 'ear', { absent: [hz.ann] })
    await media.request('leg.update', { legId: 'ann', part: { muted: false, held: true } })
    const source = { kind: 'music' } as const
    await media.request('play.start', { playId: 'hold', roomId, legIds: ['ann'], source, loop: true })
    await waitForSound(ann.page, 'ear', { absent: [hz.bob] })
    assert.equal((await media.request('stats.get', { legId: 'ann' })).hearing, 'play')
    await media.request('play.stop', { playId: 'hold' })
    await media.request('leg.update', { legId: 'ann', part: { held: false } })
    await waitForSound(bob.page, 'ear', { heard: [hz.ann] })
    await waitForSound(ann.page, 'ear', { heard: [hz.bob] })
  })

  for (const closeOldFirst of [false, true]) {
    it(`goes on after a new connection (old closed first: ${closeOldFirst})`, async () => {
      await replaceBrowserLeg(ann, media, closeOldFirst)
      await waitForSound(ann.page, 'ear', { heard: [hz.bob], absent: [hz.ann] })
      await waitForSound(bob.page, 'ear', { heard: [hz.ann], absent: [hz.bob] })
    })
  }

  it('notices a browser that vanished within three seconds', async () => {
    await bob.own.context.close()
    const lost = await media.waitFor(
      'leg.state',
      ({ legId, state }) => legId === 'bob' && state === 'interrupted',
      3_500,
    )
    assert.match(lost.reason, /silence|connection-lost/)
  })
})
