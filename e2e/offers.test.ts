import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { demoQueues } from '../apps/server/src/seed/queues.ts'
import { closeApiPeople, openApiAgent, openApiVisitor } from './support/api-people.ts'
import type { Guichet } from './support/guichet.ts'
import { callQueue, type Manager, openManager } from './support/manage.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, callSales, openDesk, openShop } from './support/talk.ts'

const skip = skipWithoutChromium()
const ALERT_MS = 2_500
/** The ringing of somebody who hung up ends sooner than a person looks up. */
const AT_ONCE_MS = 1_000

describe('an offer of a call', { skip }, () => {
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
  })

  it('that expires at one desk is shown there as missed, and rings at the next', async t => {
    t.after(() => manager.changeQueue(demoQueues.sales, { agentAlertTimeMs: 30_000 }))
    await manager.changeQueue(demoQueues.sales, { agentAlertTimeMs: ALERT_MS })
    const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
    const next = await openApiAgent(guichet.url, 'agent2')
    const visitor = await openApiVisitor(guichet.url)
    await callQueue(visitor)
    await button(desk, 'Accept').waitFor()
    await next.socket.request('presence.set', { presence: 'available' })

    const { offer } = await next.heard('offer.issued')
    await button(desk, 'Accept').waitFor({ state: 'detached' })
    const missed = desk.getByText(`Call from ${visitor.session.visitor.displayName}, Sales`)
    await missed.waitFor()
    const { call } = await next.accept(offer)
    await visitor.heard('call.changed', ({ call }) => call.answeredAt !== null)
    assert.ok(call)
    await next.socket.request('call.hangUp', { callId: call.id })
    await visitor.heard('call.changed', ({ call }) => call.state === 'disconnected')
    next.close()
  })

  it('that two accept at once is won by one, and the other is told and rung for the next', async t => {
    t.after(() => manager.changeQueue(demoQueues.sales, { routingMethod: 'longestIdle' }))
    await manager.changeQueue(demoQueues.sales, { routingMethod: 'attendant' })
    const desks = await Promise.all(
      ['agent3', 'agent4'].map(async account => (await openDesk(browser, guichet.url, account)).page),
    )
    const visitor = await openApiVisitor(guichet.url)
    await callQueue(visitor)
    await Promise.all(desks.map(desk => button(desk, 'Accept').waitFor()))
    await Promise.all(
      desks.map(desk => button(desk, 'Accept').evaluate(element => (element as HTMLElement).click())),
    )

    await visitor.heard('call.changed', ({ call }) => call.answeredAt !== null)
    const winner = await Promise.any(
      desks.map(async desk => {
        await button(desk, 'Hold').waitFor()
        return desk
      }),
    )
    const loser = desks.find(desk => desk !== winner) as Page
    await loser
      .getByText(/was answered elsewhere|Somebody else was faster/)
      .first()
      .waitFor()
    assert.equal(await button(loser, 'Hold').count(), 0)
    const agents = visitor.view()?.participants.filter(({ role }) => role === 'agent')
    assert.equal(agents?.length, 1, JSON.stringify(agents))

    const second = await openApiVisitor(guichet.url)
    await callQueue(second)
    await button(loser, 'Accept').click()
    await second.heard('call.changed', ({ call }) => call.answeredAt !== null)
    for (const desk of desks) {
      await button(desk, 'Hang up').click()
      await button(desk, 'Finish wrap-up').click()
      await button(desk, 'Finish wrap-up').waitFor({ state: 'detached' })
    }
  })

  it('stops ringing at once when the visitor hangs up, and the desk is free for the next', async t => {
    const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
    const { page: shop } = await openShop(browser, guichet.url)
    await callSales(shop)
    await button(desk, 'Accept').waitFor()
    const stillRings = button(desk, 'Accept')
      .waitFor({ state: 'detached' })
      .then(() => performance.now())
    await button(shop, 'Hang up').click()
    const hungUpAt = performance.now()
    const silentAfterMs = (await stillRings) - hungUpAt
    t.diagnostic(`silent ${silentAfterMs.toFixed(0)} ms after the click`)
    assert.ok(silentAfterMs < AT_ONCE_MS, `it rang on for ${silentAfterMs.toFixed(0)} ms`)
    await desk.getByText('no longer waits').first().waitFor()
    assert.equal(await button(desk, 'Finish wrap-up').count(), 0)

    const visitor = await openApiVisitor(guichet.url)
    await callQueue(visitor)
    await button(desk, 'Accept').click()
    await visitor.heard('call.changed', ({ call }) => call.answeredAt !== null)
    await button(desk, 'Hang up').click()
    await button(desk, 'Finish wrap-up').click()
  })
})
