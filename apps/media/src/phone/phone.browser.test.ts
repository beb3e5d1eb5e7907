import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  type BlankSite,
  launchChromium,
  serveBlankSite,
  skipWithoutChromium,
  waitForSound,
} from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { type BrowserLeg, openBrowserLeg, replaceBrowserLeg } from '../testing/browser-leg.ts'
import { startMediaProcess, type TestMediaProcess } from '../testing/media-process.ts'
import { openTestPhone, type TestPhone } from '../testing/test-phone.ts'
import type { CodecName } from './codecs.ts'

const hz = { agent: 500, phone: 800 }

describe('a call of a phone and a browser', { skip: skipWithoutChromium() }, () => {
  let site: BlankSite
  let browser: Browser
  let media: TestMediaProcess
  let agent: BrowserLeg | undefined
  let phone: TestPhone | undefined
  let roomId = ''
  let rooms = 0

  before(async () => {
    ;[site, browser, media] = await Promise.all([
      serveBlankSite(),
      launchChromium(),
      startMediaProcess({ MEDIA_PHONE_PORTS: '32000-39999' }),
    ])
  })

  after(async () => {
    await Promise.allSettled([media?.stop(), browser?.close(), site?.close()])
  })

  afterEach(async () => {
    await media.request('room.close', { roomId })
    await Promise.all([phone?.close(), agent?.own.context.close()])
    agent = undefined
    phone = undefined
  })

  const openRoom = async (prefer?: CodecName) => {
    roomId = `room-${++rooms}`
    await media.request('room.open', { roomId, callId: roomId, ...(prefer ? { prefer } : {}) })
  }
  const openAgent = async () => {
    agent = await openBrowserLeg(browser, site.url, media, { roomId, legId: `${roomId}-agent`, hz: hz.agent })
    return agent
  }
  const callIn = async (codec: CodecName) => {
    phone = await openTestPhone({ codec })
    const { sdp } = await media.request('phone.open', {
      roomId,
      legId: `${roomId}-phone`,
      sdpOffer: phone.describe(),
    })
    phone.connect(sdp)
    phone.speak(hz.phone)
    return phone
  }
  const hearEachOther = async (agentLeg: BrowserLeg, caller: TestPhone) => {
    await Promise.all([
      caller.waitForTone([hz.agent], [hz.phone], 15_000),
      waitForSound(agentLeg.page, 'ear', { heard: [hz.phone], absent: [hz.agent] }),
    ])
  }
  const hearing = async (name: string) =>
    (await media.request('stats.get', { legId: `${roomId}-${name}` })).hearing

  for (const codec of ['pcma', 'pcmu', 'g722', 'opus'] as CodecName[]) {
    it(`relays ${codec} both ways when the phone was there first`, async () => {
      await openRoom()
      const caller = await callIn(codec)
      await hearEachOther(await openAgent(), caller)
      assert.deepEqual([await hearing('agent'), await hearing('phone')], ['relay', 'relay'])
    })
  }

  it('relays what is known beforehand to go to a phone', async () => {
    await openRoom('pcma')
    const agentLeg = await openAgent()
    await hearEachOther(agentLeg, await callIn('pcma'))
    assert.deepEqual([await hearing('agent'), await hearing('phone')], ['relay', 'relay'])
  })

  it('passes the phone on as it is to a browser that sends Opus, and transcodes only toward the phone', async () => {
    await openRoom()
    const agentLeg = await openAgent()
    const caller = await callIn('pcmu')
    await hearEachOther(agentLeg, caller)
    assert.deepEqual([await hearing('agent'), await hearing('phone')], ['relay', 'mix'])
    // A prompt is Opus again, and then the phone's codec again.
    const source = { kind: 'tone', hz: 2_000, durationMs: 800 } as const
    await media.request('play.start', { playId: `${roomId}-p`, roomId, source })
    await waitForSound(agentLeg.page, 'ear', { heard: [2_000, hz.phone] })
    await hearEachOther(agentLeg, caller)
    // The next connection of the browser is in the codec of the phone.
    await replaceBrowserLeg(agentLeg, media, false)
    await hearEachOther(agentLeg, caller)
    assert.equal(await hearing('phone'), 'relay')
  })

  it('carries keys both ways', async () => {
    await openRoom()
    const caller = await callIn('pcma')
    const agentLeg = await openAgent()
    await hearEachOther(agentLeg, caller)
    await agentLeg.page.evaluate(`connection.getSenders()[0].dtmf.insertDTMF('15#', 120, 80)`)
    await media.waitFor('digit', ({ digit, legId }) => digit === '#' && legId === `${roomId}-agent`)
    const told = media.events.flatMap(event =>
      event.kind === 'digit' && event.payload.legId === `${roomId}-agent` ? [event.payload] : [],
    )
    assert.equal(told.map(({ digit }) => digit).join(''), '15#')
    for (const { durationMs } of told) assert.ok(durationMs >= 80 && durationMs <= 200, `${durationMs} ms`)
    await media.request('digits.send', { legId: `${roomId}-phone`, digits: '42' })
    await caller.waitForDigits(2)
    await media.request('digits.send', { legId: `${roomId}-agent`, digits: '5', durationMs: 1000 })
    await waitForSound(agentLeg.page, 'ear', { heard: [770, 1_336] })
    await hearEachOther(agentLeg, caller)
  })
})
