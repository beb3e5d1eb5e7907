import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Call } from '@guichet/contract'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { demoQueues } from '../apps/server/src/seed/queues.ts'
import { type ApiVisitor, closeApiPeople, openApiAgent, openApiVisitor } from './support/api-people.ts'
import type { Guichet } from './support/guichet.ts'
import { say } from './support/people.ts'
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
  watchTone,
} from './support/talk.ts'

const skip = skipWithoutChromium()
/** Both sides are together again within this, whatever died. */
const GAP_LIMIT_MS = 5_000
/** A pause in the sound that nobody notices. */
const UNNOTICED_MS = 300
/** Time for clients to come back to a server that was away for a few seconds. */
const COME_BACK_LIMIT_MS = 25_000

let guichet: Guichet
let browser: Browser

before(async () => {
  if (skip) return
  ;[guichet, browser] = await startWithBrowser()
})
after(async () => {
  await closeApiPeople()
  await browser?.close()
  await guichet?.dispose()
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

test('a killed media process costs a gap, and both hear each other again', { skip }, async t => {
  const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await button(desk, 'Accept').click()
  await bothHear(shop, desk)

  const [shopSounds, deskSounds] = await Promise.all([countSounds(shop), countSounds(desk)])
  const killedAt = performance.now()
  process.kill(mediaPid(), 'SIGKILL')
  await Promise.all([newSound(shop, shopSounds), newSound(desk, deskSounds)])
  await bothHear(shop, desk)
  const gapMs = performance.now() - killedAt
  t.diagnostic(`both heard each other again after ${gapMs.toFixed(0)} ms`)
  assert.ok(gapMs < GAP_LIMIT_MS, `sound was back after ${gapMs.toFixed(0)} ms`)

  await button(shop, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
})

test('a database that restarts is not heard, and nothing typed meanwhile is lost', { skip }, async t => {
  const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await button(desk, 'Accept').click()
  await bothHear(shop, desk)
  const other = await joinLine(1)
  const heard = await Promise.all([watchTone(shop, AGENT_HZ), watchTone(desk, VISITOR_HZ)])

  process.kill(postmasterPid(), 'SIGKILL')
  await button(shop, 'Chat').click()
  await Promise.all([say(shop, 'Typed by the visitor meanwhile'), say(desk, 'Typed by the agent meanwhile')])
  await guichet.logged(line => line.msg === 'the embedded database is back')
  for (const page of [shop, desk]) {
    await page.getByText('Typed by the visitor meanwhile').first().waitFor()
    await page.getByText('Typed by the agent meanwhile').first().waitFor()
    await page.getByText('Sending…').first().waitFor({ state: 'detached' })
  }
  const gapsMs = await Promise.all(heard.map(one => one.longestGapMs()))
  t.diagnostic(`longest pause heard: ${gapsMs.map(gap => gap.toFixed(0)).join(' and ')} ms`)
  assert.ok(Math.max(...gapsMs) < UNNOTICED_MS, `the sound paused for ${gapsMs} ms`)
  await bothHear(shop, desk)

  await button(desk, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
  await button(desk, 'Accept').click()
  await other.heard('call.changed', ({ call }) => call.answeredAt !== null)
  await button(desk, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
})

test('ten who wait, and a chat, keep their places when the server is killed', { skip }, async () => {
  // Somebody is on duty, or nobody would be kept waiting.
  const agent = await openApiAgent(guichet.url, 'agent1')
  await agent.socket.request('presence.set', { presence: 'busy' })
  await agent.socket.request('queue.optIn', { queueId: demoQueues.support, optedIn: false })
  const chatter = await openApiVisitor(guichet.url)
  const chatAgent = await openApiAgent(guichet.url, 'agent5')
  await chatAgent.socket.request('presence.set', { presence: 'busy' })
  await chatter.socket.request('conversation.requestPerson', {})
  await chatter.heard('conversation.changed', ({ conversation }) => conversation.handling.position === 1)

  const visitors: ApiVisitor[] = []
  for (let place = 1; place <= 4; place++) visitors.push(await joinLine(place))
  const { page: shop } = await openShop(browser, guichet.url)
  await callSales(shop)
  await isNumber(shop, 5)
  for (let place = 6; place <= 10; place++) visitors.push(await joinLine(place))
  const sounds = await countSounds(shop)

  await guichet.kill()
  for (const person of [...visitors, chatter, chatAgent]) person.forget()
  await guichet.restart()

  await newSound(shop, sounds)
  await isNumber(shop, 5)
  for (const [index, visitor] of visitors.entries()) {
    const place = index < 4 ? index + 1 : index + 2
    await visitor.heard('call.changed', isBack(place), COME_BACK_LIMIT_MS)
  }
  const { conversation } = await chatter.socket.request('conversation.get', {})
  assert.equal(conversation.handling.by, 'queue')
  assert.equal(conversation.handling.position, 1)

  const order = visitors.map(visitor => visitor.session.visitor.rawId)
  await agent.socket.request('presence.set', { presence: 'available' })
  for (let place = 1; place <= 10; place++) {
    const { offer } = await agent.heard('offer.issued')
    agent.forget()
    agent.forget()
    const isBrowser = place === 5
    if (!isBrowser) assert.equal(offer.contact.rawId, order.shift(), `place ${place}`)
    const { assignment, call } = await agent.accept(offer)
    if (isBrowser) await shop.getByText('In call with Camille Durand').waitFor()
    await agent.socket.request('call.hangUp', { callId: (call as Call).id })
    await agent.socket.request('assignment.finishWrapUp', { assignmentId: assignment.id })
  }

  await chatAgent.socket.request('presence.set', { presence: 'available' })
  const { offer } = await chatAgent.heard('offer.issued')
  assert.equal(offer.contact.rawId, chatter.session.visitor.rawId)
  await chatAgent.accept(offer)
  await chatter.heard('conversation.changed', ({ conversation }) => conversation.handling.by === 'agent')
})

/** Calls, chooses the queue for orders, and waits until the place is told. */
async function joinLine(place: number): Promise<ApiVisitor> {
  const visitor = await openApiVisitor(guichet.url)
  const { id: callId } = await visitor.call()
  await visitor.heard('call.changed', ({ call }) => call.menu !== null)
  await visitor.socket.request('call.tone', { callId, tone: '1' })
  await visitor.heard('call.changed', ({ call }) => call.waiting?.position === place)
  return visitor
}

function isBack(place: number) {
  return ({ call }: { call: Call }) => call.state === 'connected' && call.waiting?.position === place
}

async function isNumber(shop: Page, place: number): Promise<void> {
  await shop
    .getByRole('region', { name: 'Call' })
    .getByText(`You are number ${place}`, { exact: true })
    .waitFor()
}

function mediaPid(): number {
  const ready = guichet.log.findLast(line => line.msg === 'media process ready')
  return Number(ready?.['pid'])
}

function postmasterPid(): number {
  const file = readFileSync(join(guichet.dataDir, 'postgres', 'postmaster.pid'), 'utf8')
  return Number(file.split('\n')[0])
}
