import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { demoApplications } from '../apps/server/src/seed/applications.ts'
import { demoQueues } from '../apps/server/src/seed/queues.ts'
import { type ApiVisitor, closeApiPeople, openApiAgent, openApiVisitor } from './support/api-people.ts'
import type { Guichet } from './support/guichet.ts'
import { callQueue, type Manager, openManager } from './support/manage.ts'
import { hearsMusic } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, callSales, openShop, VISITOR_HZ } from './support/talk.ts'

const skip = skipWithoutChromium()
const TIMEOUT_MS = 3_000
/** Greetings and announcements are spoken to their end. */
const SPOKEN_LIMIT_MS = 25_000

const silence = { kind: 'none' }
const words = (en: string) => ({ kind: 'text', text: { en } })
const toApplication = { kind: 'application', applicationId: demoApplications.support }

describe('a caller whom a queue will not keep', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let manager: Manager

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser()
    manager = await openManager(guichet.url)
  })
  after(async () => {
    await closeApiPeople()
    await browser?.close()
    await guichet?.dispose()
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
    await manager?.changeQueue(demoQueues.sales, { overflowThreshold: 50, timeoutMs: 600_000 })
  })

  /** Where the sales queue leads, without a greeting first. */
  const lead = (changes: Record<string, unknown>) =>
    manager.changeApplication(demoApplications.sales, { greeting: silence, ...changes })

  const isTold = (visitor: ApiVisitor, text: string) =>
    visitor.heard('call.changed', ({ call }) => call.announcement === text, SPOKEN_LIMIT_MS)
  const isOver = async (visitor: ApiVisitor) => {
    const { call } = await visitor.heard(
      'call.changed',
      ({ call }) => call.state === 'disconnected',
      SPOKEN_LIMIT_MS,
    )
    return call.endReason
  }

  it('hears why and what next, in a queue without agents, before the call ends', async () => {
    const why = 'Nobody is at work.'
    const next = 'Please call tomorrow. Goodbye.'
    await lead({
      noAgents: { announcement: words(why), target: { kind: 'disconnect', announcement: words(next) } },
    })
    const { page: shop } = await openShop(browser, guichet.url)
    await callSales(shop)
    await shop.getByText(why).waitFor()
    await hearsMusic(shop, [VISITOR_HZ])
    await shop.getByText(next).waitFor()
    await hearsMusic(shop, [VISITOR_HZ])
    await shop.getByText('Call ended').first().waitFor({ timeout: SPOKEN_LIMIT_MS })
    await shop.getByText('Nobody is available right now').waitFor()
    await button(shop, 'Back to the chat').click()
    await shop.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  it('goes on in another application when the wait was too long, and is answered there', async () => {
    const why = 'You waited too long with us.'
    await lead({ timeout: { announcement: words(why), target: toApplication } })
    await manager.changeQueue(demoQueues.sales, { timeoutMs: TIMEOUT_MS })
    const absent = await openApiAgent(guichet.url, 'agent1')
    await absent.socket.request('presence.set', { presence: 'busy' })
    const other = await openApiAgent(guichet.url, 'agent5')
    await other.socket.request('presence.set', { presence: 'available' })

    const { page: shop } = await openShop(browser, guichet.url)
    await callSales(shop)
    await shop.getByText('You are number 1').first().waitFor()
    await hearsMusic(shop, [VISITOR_HZ])
    await shop.getByText(why).waitFor()
    const { offer } = await other.heard('offer.issued', undefined, SPOKEN_LIMIT_MS)
    assert.equal(offer.queueName, 'Support')
    await other.accept(offer)
    await shop.getByText(`In call with ${other.me.party.displayName}`).waitFor()
    await button(shop, 'Hang up').click()
    other.close()
    absent.close()
  })

  it('is sent on by each exception to each kind of place', async () => {
    const agent = await openApiAgent(guichet.url, 'agent6')
    await agent.socket.request('presence.set', { presence: 'available' })
    const absent = await openApiAgent(guichet.url, 'agent2')
    await absent.socket.request('presence.set', { presence: 'busy' })

    await manager.changeQueue(demoQueues.sales, { overflowThreshold: 0 })
    await lead({ overflow: { announcement: words('All lines are taken.'), target: toApplication } })
    const moved = await openApiVisitor(guichet.url)
    await callQueue(moved)
    await isTold(moved, 'All lines are taken.')
    const { offer } = await agent.heard('offer.issued', undefined, SPOKEN_LIMIT_MS)
    assert.deepEqual([offer.queueName, offer.contact.rawId], ['Support', moved.session.visitor.rawId])
    moved.close()

    await lead({ overflow: { announcement: silence, target: { kind: 'disconnect' } } })
    const refused = await openApiVisitor(guichet.url)
    await callQueue(refused)
    assert.equal(await isOver(refused), 'overflow')

    await manager.changeQueue(demoQueues.sales, { overflowThreshold: 50, timeoutMs: 1 })
    await lead({ timeout: { announcement: words('Let us write.'), target: { kind: 'chat' } } })
    const written = await openApiVisitor(guichet.url)
    await callQueue(written)
    await isTold(written, 'Let us write.')
    assert.equal(await isOver(written), 'continuedByChat')
    const { conversation } = await written.socket.request('conversation.get', {})
    assert.notEqual(conversation.state, 'closed')
  })
})
