import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import { createTestDatabase, type TestDatabase } from '@guichet/testkit/postgres'
import pg from 'pg'
import type { Browser } from 'playwright-core'
import { closeApiPeople, openApiVisitor } from './support/api-people.ts'
import { freeUdpPort, type Guichet } from './support/guichet.ts'
import { openNetwork } from './support/network.ts'
import { setPresence } from './support/people.ts'
import { giveSenses, hearsMusic } from './support/senses.ts'
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

let database: TestDatabase
let guichet: Guichet
let browser: Browser
let mediaPort: number

before(async () => {
  if (skip) return
  database = await createTestDatabase()
  mediaPort = await freeUdpPort()
  ;[guichet, browser] = await startWithBrowser({
    DATABASE_URL: database.connectionString,
    MEDIA_PORT: String(mediaPort),
  })
})
after(async () => {
  await closeApiPeople()
  await browser?.close()
  await guichet?.dispose()
  await database?.drop()
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

test('an agent whose tab closed comes back in time, and the call goes on', { skip }, async () => {
  const desk = await openDesk(browser, guichet.url, 'agent1')
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await button(desk.page, 'Accept').click()
  await bothHear(shop, desk.page)

  await desk.page.close()
  await shop.getByText('The connection to our colleague was lost').waitFor()
  await hearsMusic(shop, [VISITOR_HZ, AGENT_HZ])

  const again = await desk.context.newPage()
  await giveSenses(again, AGENT_HZ)
  await again.goto(`${guichet.url}/`)
  await again.getByRole('link', { name: /Call in another tab/ }).click()
  await shop.getByText('The connection to our colleague was lost').waitFor()
  await button(again, 'Take it here').click()
  await bothHear(shop, again)
  await shop.getByText('The connection to our colleague was lost').waitFor({ state: 'detached' })

  await button(shop, 'Hang up').click()
  await button(again, 'Finish wrap-up').click()
})

test('an agent who does not come back loses the caller to the next, ahead of others', { skip }, async () => {
  const first = await openDesk(browser, guichet.url, 'agent1')
  const second = await openDesk(browser, guichet.url, 'agent2', 'Busy')
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await button(first.page, 'Accept').click()
  await bothHear(shop, first.page)
  const other = await openApiVisitor(guichet.url)
  const waiting = await other.call()
  await other.heard('call.changed', ({ call }) => call.menu !== null)
  await other.socket.request('call.tone', { callId: waiting.id, tone: '1' })
  await other.heard('call.changed', ({ call }) => call.waiting?.position === 1)

  await first.context.close()
  await other.heard('call.changed', ({ call }) => call.waiting?.position === 2, 40_000)
  await shop.getByRole('region', { name: 'Call' }).getByText('You are number 1').waitFor()
  await setPresence(second.page, 'Available')
  await button(second.page, 'Accept').click()
  await bothHear(shop, second.page)

  await button(second.page, 'Hang up').click()
  await other.socket.request('call.hangUp', { callId: waiting.id })
  await button(second.page, 'Finish wrap-up').click()
})

test('a visitor whose network changed hears and is heard again, on the same leg', { skip }, async t => {
  const network = await openNetwork(guichet.url, mediaPort)
  t.after(network.close)
  const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
  const { page: shop, context } = await openShop(browser, network.url, network.lead)
  await callSales(shop)
  await button(desk, 'Accept').click()
  await bothHear(shop, desk)
  const legsBefore = await openLegs()

  const known = await countSounds(shop)
  await network.change(context)
  const changedAt = performance.now()
  await newSound(shop, known)
  await bothHear(shop, desk)
  const gapMs = performance.now() - changedAt
  t.diagnostic(`sound was back after ${gapMs.toFixed(0)} ms`)
  assert.ok(gapMs < GAP_LIMIT_MS, `sound was back after ${gapMs.toFixed(0)} ms`)
  assert.deepEqual(await openLegs(), legsBefore)
  assert.equal(legsBefore.length, 2)

  await button(shop, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
})

test('an offer rings in both tabs of an agent; the call is in the tab that accepted', { skip }, async () => {
  const { page: one, context } = await openDesk(browser, guichet.url, 'agent1')
  const two = await context.newPage()
  await giveSenses(two, AGENT_HZ)
  await two.goto(`${guichet.url}/`)
  await two.getByRole('button', { name: /^Presence/ }).waitFor()
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await Promise.all([button(one, 'Accept').waitFor(), button(two, 'Accept').waitFor()])

  await button(two, 'Accept').click()
  await button(one, 'Accept').waitFor({ state: 'detached' })
  await bothHear(shop, two)
  await one.getByText('Call in another tab').first().waitFor()
  assert.equal(await button(one, 'Hold').count(), 0)
  // What the other tab had connected ahead, while it rang, is closed.
  await one.waitForFunction(() =>
    (window as unknown as { e2eReceived: MediaStreamTrack[] }).e2eReceived.every(
      track => track.readyState === 'ended',
    ),
  )

  await button(two, 'Hang up').click()
  await button(two, 'Finish wrap-up').click()
})

/** Ids of the legs that are open now, as stored. */
async function openLegs(): Promise<string[]> {
  const client = new pg.Client(database.connectionString)
  await client.connect()
  const { rows } = await client.query<{ id: string }>(
    `select id from call_legs where state <> 'ended' order by id`,
  )
  await client.end()
  return rows.map(row => row.id)
}
