import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { type ApiVisitor, closeApiPeople, openApiVisitor } from './support/api-people.ts'
import type { Guichet } from './support/guichet.ts'
import { callQueue } from './support/manage.ts'
import { openStaff, say, setPresence } from './support/people.ts'
import { giveSenses } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'
import { AGENT_HZ, button } from './support/talk.ts'

const skip = skipWithoutChromium()

describe('a desk', { skip }, () => {
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

  async function openDesk(account: string): Promise<Page> {
    const { page } = await openStaff(browser, guichet.url, account, {
      init: async page => {
        await giveSenses(page, AGENT_HZ)
        await watchNotifications(page)
      },
    })
    await setPresence(page, 'Available')
    return page
  }

  it('tells the screen and its tab who rings while nobody looks, and takes it back', async () => {
    const desk = await openDesk('agent1')
    const titleBefore = await desk.title()
    const caller = await openApiVisitor(guichet.url)
    const name = caller.session.visitor.displayName
    const seen = await callQueue(caller)
    await button(desk, 'Accept').waitFor()
    assert.deepEqual(await notificationsOf(desk), [], 'a page that is looked at needs no notification')
    assert.equal(await desk.title(), `● ${name} – Guichet`)
    await caller.socket.request('call.hangUp', { callId: seen.id })
    await button(desk, 'Accept').waitFor({ state: 'detached' })
    assert.equal(await desk.title(), titleBefore)

    await lookAway(desk)
    const unseen = await callQueue(caller)
    await desk.waitForFunction(name => document.title.includes(name), name)
    await desk.waitForFunction(() => (window as unknown as { e2eShown: unknown[] }).e2eShown.length === 1)
    const [shown] = await notificationsOf(desk)
    assert.equal(shown?.title, 'Incoming call')
    assert.match(shown?.body ?? '', new RegExp(`^${name} · Sales · waiting `))
    assert.equal(shown?.closed, false)
    await caller.socket.request('call.hangUp', { callId: unseen.id })
    await desk.waitForFunction(
      () => (window as unknown as { e2eShown: { closed: boolean }[] }).e2eShown[0]?.closed === true,
    )
    assert.equal(await desk.title(), titleBefore)
  })

  it('holds three chats at once, each with its own words, and no fourth', async () => {
    const desk = await openDesk('agent2')
    const visitors: ApiVisitor[] = []
    for (const number of [1, 2, 3]) {
      const visitor = await openApiVisitor(guichet.url)
      visitors.push(visitor)
      await visitor.socket.request('conversation.requestPerson', {})
      await button(desk, 'Accept').click()
      await visitor.heard('conversation.changed', ({ conversation }) => conversation.handling.by === 'agent')
      await say(desk, `Hello, visitor ${number}`)
      await visitor.heard(
        'message.changed',
        ({ message }) => message.content.message === `Hello, visitor ${number}`,
      )
    }
    const fourth = await openApiVisitor(guichet.url)
    await fourth.socket.request('conversation.requestPerson', {})
    await fourth.heard('conversation.changed', ({ conversation }) => conversation.handling.position === 1)
    assert.equal(await button(desk, 'Accept').count(), 0)

    for (const [index, visitor] of visitors.entries()) await write(visitor, `Question ${index + 1}`)
    const card = (visitor: ApiVisitor) =>
      desk.getByRole('link', { name: new RegExp(visitor.session.visitor.displayName) })
    const [first, second, third] = visitors as [ApiVisitor, ApiVisitor, ApiVisitor]
    for (const visitor of [first, second]) await card(visitor).getByText('1 unread message').waitFor()
    for (const [visitor, question, reply] of [
      [first, 'Question 1', 'Answer 1'],
      [second, 'Question 2', 'Answer 2'],
      [third, 'Question 3', 'Answer 3'],
    ] as const) {
      await card(visitor).click()
      const thread = desk.getByRole('log')
      await thread.getByText(question, { exact: true }).waitFor()
      assert.equal(await thread.getByText(/^Question \d$/).count(), 1)
      await say(desk, reply)
      await visitor.heard('message.changed', ({ message }) => message.content.message === reply)
    }
    for (const [index, visitor] of visitors.entries()) {
      const answers = visitor.all('message.changed').map(({ message }) => message.content.message)
      assert.deepEqual(
        answers
          .filter(text => text?.startsWith('Answer'))
          .filter((text, at, all) => all.indexOf(text) === at),
        [`Answer ${index + 1}`],
      )
    }

    await card(second).click()
    await button(desk, 'End chat').click()
    await button(desk, 'Finish wrap-up').click()
    await button(desk, 'Accept').click()
    await fourth.heard('conversation.changed', ({ conversation }) => conversation.handling.by === 'agent')
  })
})

type Shown = { title: string; body: string; closed: boolean }

/** Keeps what the page shows on the screen, which a headless browser has not. */
async function watchNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const scope = Object.assign(window, { e2eShown: [] as Shown[] })
    window.Notification = class extends Notification {
      readonly #shown: Shown
      constructor(title: string, options?: NotificationOptions) {
        super(title, options)
        this.#shown = { title, body: options?.body ?? '', closed: false }
        scope.e2eShown.push(this.#shown)
      }
      override close(): void {
        this.#shown.closed = true
        super.close()
      }
    }
  })
}

function notificationsOf(page: Page): Promise<Shown[]> {
  return page.evaluate(() => (window as unknown as { e2eShown: Shown[] }).e2eShown)
}

/** As if another tab were in front: headless pages are all in front of their own window. */
async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true })
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  })
}

async function write(visitor: ApiVisitor, message: string): Promise<void> {
  await visitor.socket.request('chat.send', {
    threadId: visitor.session.thread.id,
    clientMessageId: `${visitor.session.thread.id}-${message}`,
    message,
  })
}
