import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { openStaff, openVisitor, say, setPresence } from './support/people.ts'
import { giveSenses, hears, hearsMusic, pictureArrives } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'

const VISITOR_HZ = 440
const AGENT_HZ = 1_000
const skip = skipWithoutChromium()

let guichet: Guichet
let browser: Browser

before(async () => {
  if (skip) return
  ;[guichet, browser] = await startWithBrowser()
})
after(async () => {
  await browser?.close()
  await guichet?.dispose()
})
afterEach(async () => {
  // A context left open would keep an agent available for the next journey.
  for (const context of browser?.contexts() ?? []) await context.close()
})

const visitor = () => openVisitor(browser, guichet.url, { init: page => giveSenses(page, VISITOR_HZ) })
async function agent(account: string, presence = 'Available'): Promise<Page> {
  const { page } = await openStaff(browser, guichet.url, account, {
    init: page => giveSenses(page, AGENT_HZ),
  })
  await setPresence(page, presence)
  return page
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function call(shop: Page, key: string): Promise<void> {
  await button(shop, 'Call').click()
  await shop.getByText('Please choose').waitFor()
  await button(shop, 'Keypad').click()
  await button(shop, key).click()
}

async function finishWrapUp(desk: Page): Promise<void> {
  await button(desk, 'Finish wrap-up').click()
  await button(desk, 'Finish wrap-up').waitFor({ state: 'detached' })
}

test('a visitor asks the bot, calls, chooses, waits with music, and talks with an agent', {
  skip,
}, async () => {
  const { page: shop } = await visitor()
  await say(shop, 'How long does delivery take?')
  await shop.getByText('2 working days').waitFor()

  const desk = await agent('agent1', 'Busy')
  await call(shop, '1')
  await shop
    .getByText(/You are next|number 1/)
    .first()
    .waitFor()
  await hearsMusic(shop, [VISITOR_HZ, AGENT_HZ])

  await setPresence(desk, 'Available')
  await desk.getByText('Topic: Delivery times').waitFor()
  await button(desk, 'Accept').click()
  await Promise.all([hears(shop, AGENT_HZ, VISITOR_HZ), hears(desk, VISITOR_HZ, AGENT_HZ)])
  await shop.getByText('Camille Durand').first().waitFor()

  await button(desk, 'Hold').click()
  await hearsMusic(shop, [AGENT_HZ, VISITOR_HZ])
  await button(desk, 'Resume').click()
  await hears(shop, AGENT_HZ)

  await button(shop, 'Hang up').click()
  await button(desk, 'Finish wrap-up').waitFor()
  await desk.getByText('Conversation with the assistant').waitFor()
  await finishWrapUp(desk)
})

test('camera and screen reach the other side, both ways', { skip }, async () => {
  const { page: shop } = await visitor()
  const desk = await agent('agent1')
  await call(shop, '1')
  await button(desk, 'Accept').click()
  await hears(desk, VISITOR_HZ)

  await Promise.all([button(shop, 'Camera').click(), button(desk, 'Camera').click()])
  await Promise.all([pictureArrives(shop, 'camera'), pictureArrives(desk, 'camera')])
  await button(desk, 'Share screen').click()
  await pictureArrives(shop, 'screen')
  await button(shop, 'Share screen').click()
  await pictureArrives(desk, 'screen')

  await button(desk, 'Hang up').click()
  await shop
    .getByText(/ended|Thank you/i)
    .first()
    .waitFor()
  await finishWrapUp(desk)
})

test('an offer declined goes to the next agent at once', { skip }, async () => {
  const first = await agent('agent1')
  const second = await agent('agent2', 'Busy')
  const { page: shop } = await visitor()
  await call(shop, '1')
  await button(first, 'Accept').waitFor()
  await setPresence(second, 'Available')
  await button(first, 'Decline').click()
  await button(second, 'Accept').click()
  await hears(shop, AGENT_HZ, VISITOR_HZ)
  await button(second, 'Hang up').click()
  await finishWrapUp(second)
})

test('with nobody there, the caller is told and goes on by chat', { skip }, async () => {
  const { page: shop } = await visitor()
  await call(shop, '1')
  await shop.getByRole('textbox', { name: 'Message' }).waitFor({ timeout: 40_000 })
  await say(shop, 'Do you wrap gifts?')
  await shop.getByText('Do you wrap gifts?').waitFor()
})

test('a visitor asks for a person and chats with an agent, who sees what was said', { skip }, async () => {
  const desk = await agent('agent1')
  const { page: shop } = await visitor()
  await say(shop, 'Can I return an opened soap?')
  await button(shop, 'Talk to a person').click()
  await button(desk, 'Accept').click()
  await desk.getByText('Conversation with the assistant').click()
  await desk.getByText('Can I return an opened soap?').first().waitFor()
  await say(desk, 'Hello, this is Camille. Yes, within thirty days.')
  await shop.getByText('Hello, this is Camille.').waitFor()
  await say(shop, 'Wonderful, thank you')
  await desk.getByText('Wonderful, thank you').first().waitFor()
  await button(desk, 'End chat').click()
  await finishWrapUp(desk)
  await shop.getByText('This conversation is closed').first().waitFor()
})

test('keys of the visitor reach the agent once each, in order', { skip }, async () => {
  const { page: desk } = await openStaff(browser, guichet.url, 'agent1', {
    init: page => giveSenses(page, AGENT_HZ),
  })
  const keys: string[] = []
  const [socket] = await Promise.all([desk.waitForEvent('websocket'), desk.reload()])
  socket.on('framereceived', ({ payload }) => {
    const frame = JSON.parse(String(payload))
    if (frame.name === 'call.toneReceived') keys.push(frame.payload.tone)
  })
  await setPresence(desk, 'Available')
  const { page: shop } = await visitor()
  await call(shop, '1')
  await button(desk, 'Accept').click()
  await hears(desk, VISITOR_HZ)
  for (const key of ['1', '5', '#', '5', '*', '0']) await button(shop, key).click()
  await waitUntil(
    () => keys.length >= 6,
    () => `keys so far: ${keys.join('')}`,
  )
  // A tone repeated late would arrive within the time a key lasts.
  await hears(desk, VISITOR_HZ)
  assert.equal(keys.join(''), '15#5*0')
  await button(shop, 'Hang up').click()
  await finishWrapUp(desk)
})

async function waitUntil(isTrue: () => boolean, describe: () => string): Promise<void> {
  const until = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > until) throw new Error(describe())
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
