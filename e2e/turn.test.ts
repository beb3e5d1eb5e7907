import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { beginVisit } from './support/hostile.ts'
import { startWithBrowser } from './support/stage.ts'
import { bothHear, button, callSales, openDesk, openShop } from './support/talk.ts'
import { skipWithoutTurnServer, startTurnServer, type TurnServer } from './support/turn.ts'

const skip = skipWithoutChromium() || skipWithoutTurnServer()
const UNAUTHORIZED = 401

type Pair = { local: string; remote: string; protocol: string; bytesSent: number; bytesReceived: number }

describe('a visitor behind a firewall that lets nothing but TURN through', { skip }, () => {
  let turn: TurnServer
  let guichet: Guichet
  let browser: Browser

  before(async () => {
    if (skip) return
    turn = await startTurnServer()
    ;[guichet, browser] = await startWithBrowser({ TURN_URLS: turn.url, TURN_SECRET: turn.secret })
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
    await turn?.close()
  })

  it('talks with an agent through the relay, with the credentials that Guichet gave', async () => {
    const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
    const { page: shop } = await openShop(browser, guichet.url, allowRelayOnly)
    await callSales(shop)
    await button(desk, 'Accept').click()
    await bothHear(shop, desk)

    const pair = await pairInUse(shop)
    assert.equal(pair.local, 'relay')
    assert.ok(pair.bytesSent > 10_000, `${pair.bytesSent} bytes were sent through the relay`)
    assert.ok(pair.bytesReceived > 10_000, `${pair.bytesReceived} bytes came through the relay`)
    await button(shop, 'Hang up').click()
    await button(desk, 'Finish wrap-up').click()
  })

  it('is given nothing by the relay for credentials that are forged, altered or over', async () => {
    const session = await beginVisit(guichet.url)
    const [given] = session.iceServers
    const { username = '', credential = '', urls } = given ?? {}
    assert.deepEqual(urls, [turn.url])
    const page = await (await browser.newContext()).newPage()
    await page.goto(`${guichet.url}/demo/`)
    const ask = (server: { username: string; credential: string }) => askRelay(page, { urls, ...server })
    assert.deepEqual(await ask({ username, credential }), { relayed: true, errors: [] })

    const refused = { relayed: false, errors: [UNAUTHORIZED] }
    assert.deepEqual(await ask({ username, credential: sign(username, 'another secret') }), refused)
    assert.deepEqual(await ask({ username: username.replace(/^\d+/, later), credential }), refused)
    const over = `${Math.floor(Date.now() / 1_000) - 1}:${session.visitor.rawId}`
    assert.deepEqual(await ask({ username: over, credential: sign(over, turn.secret) }), refused)
  })
})

/** Makes the page's peer connections use relayed addresses and no others. */
async function allowRelayOnly(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const scope = Object.assign(window, { e2ePeers: [] as RTCPeerConnection[] })
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' })
        scope.e2ePeers.push(this)
      }
    }
  })
}

/** The pair of addresses over which the page's newest connection sends. */
async function pairInUse(page: Page): Promise<Pair> {
  return page.evaluate(async () => {
    const peers = (window as unknown as { e2ePeers: RTCPeerConnection[] }).e2ePeers
    const report = await (peers.at(-1) as RTCPeerConnection).getStats()
    const stats = new Map([...report].map(([id, one]) => [id, one]))
    const transport = [...stats.values()].find(one => one.type === 'transport')
    const pair = stats.get(transport.selectedCandidatePairId)
    const local = stats.get(pair.localCandidateId)
    return {
      local: local.candidateType,
      remote: stats.get(pair.remoteCandidateId).candidateType,
      protocol: local.protocol,
      bytesSent: pair.bytesSent,
      bytesReceived: pair.bytesReceived,
    }
  })
}

/** Asks one server for an address: whether it relays, and the errors it answered. */
async function askRelay(page: Page, server: object): Promise<{ relayed: boolean; errors: number[] }> {
  return page.evaluate(async server => {
    const connection = new RTCPeerConnection({
      iceServers: [server as RTCIceServer],
      iceTransportPolicy: 'relay',
    })
    const errors = new Set<number>()
    let relayed = false
    const answered = new Promise<void>(resolve => {
      connection.addEventListener('icecandidateerror', ({ errorCode }) => {
        // Beyond 699 it is the browser that speaks, of a path on which no server answered.
        if (errorCode >= 700) return
        errors.add(errorCode)
        resolve()
      })
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.type === 'relay') relayed = true
        if (candidate === null || relayed) resolve()
      })
    })
    connection.addTransceiver('audio')
    await connection.setLocalDescription()
    await answered
    connection.close()
    return { relayed, errors: [...errors] }
  }, server)
}

function sign(username: string, secret: string): string {
  return createHmac('sha1', secret).update(username).digest('base64')
}

/** One second more of life than was granted. */
function later(expiresAt: string): string {
  return String(Number(expiresAt) + 1)
}
