import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { openVisitor, say } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, openDesk } from './support/talk.ts'

const skip = skipWithoutChromium()

describe('a chat of a visitor with two tabs and an agent', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let desk: Page
  let first: Page
  let second: Page

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser()
    desk = (await openDesk(browser, guichet.url, 'agent1')).page
    const visitor = await openVisitor(browser, guichet.url)
    first = visitor.page
    await button(first, 'Talk to a person').click()
    await button(desk, 'Accept').click()
    await say(desk, 'Hello, what can I do?')
    second = await visitor.context.newPage()
    await second.goto(`${guichet.url}/demo/`)
    await button(second, 'Contact us').click()
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })

  it('is the same in both tabs, in the same order', async () => {
    await second.getByText('Hello, what can I do?').waitFor()
    for (let number = 1; number <= 4; number++) {
      await Promise.all([say(first, `tab one ${number}`), say(second, `tab two ${number}`)])
      await say(desk, `desk ${number}`)
    }
    const everywhere = [first, second, desk]
    for (const page of everywhere) {
      for (const text of ['tab one 4', 'tab two 4', 'desk 4'])
        await page.getByRole('log').getByText(text, { exact: true }).waitFor()
      await page.getByText('Sending…').first().waitFor({ state: 'detached' })
    }
    const [shown, ...others] = await Promise.all(everywhere.map(linesOf))
    assert.equal(shown?.length, 12)
    for (const other of others) assert.deepEqual(other, shown)
  })

  it('tells each who is writing, and what was seen', async () => {
    await Promise.all([write(desk), isToldOf('Camille Durand', first), isToldOf('Camille Durand', second)])
    await Promise.all([write(first), isToldOf('Visitor \\d+', desk)])
    await say(first, 'Did you see this?')
    await first.getByText(/Seen/).last().waitFor()
    await say(desk, 'I did. And this?')
    await desk.getByRole('log').getByText(/Seen/).last().waitFor()
  })

  it('changes everywhere when its sender edits or deletes', async () => {
    await say(first, 'My number is 4711')
    await desk.getByText('My number is 4711').first().waitFor()
    await button(first, 'Edit').last().click()
    const box = first.getByRole('textbox', { name: 'Message' })
    await waitUntil(async () => (await box.inputValue()) === 'My number is 4711')
    await box.fill('My number is 4712')
    await button(first, 'Save').click()
    for (const page of [first, second, desk]) {
      await page.getByRole('log').getByText('My number is 4712', { exact: true }).waitFor()
      await page
        .getByRole('log')
        .getByText(/edited/)
        .first()
        .waitFor()
    }
    assert.equal(await desk.getByText('My number is 4711').count(), 0)
    await button(first, 'Delete').last().click()
    for (const page of [first, second, desk]) {
      await page.getByRole('log').getByText('Message deleted').waitFor()
      assert.equal(await page.getByRole('log').getByText('4712').count(), 0)
    }
  })

  it('goes on when the visitor turns to another page of the shop', async () => {
    await first.goto(`${guichet.url}/demo/?page=elsewhere`)
    await first.getByRole('log').getByText('tab two 4', { exact: true }).waitFor()
    await say(desk, 'Are you still there?')
    await first.getByRole('log').getByText('Are you still there?').waitFor()
    await say(first, 'On another page')
    await desk.getByRole('log').getByText('On another page').waitFor()
  })
})

/** Writes as slowly as people do, and takes it back. */
async function write(page: Page): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.pressSequentially('Let me think', { delay: 350 })
  await box.fill('')
}

async function isToldOf(name: string, page: Page): Promise<void> {
  await page
    .getByText(new RegExp(`^${name} is writing…$`))
    .first()
    .waitFor()
}

async function waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 5_000
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error('it did not come to be')
    await new Promise(resolve => setTimeout(resolve, 30))
  }
}

/** What the three wrote in turns, from top to bottom. */
function linesOf(page: Page): Promise<string[]> {
  return page
    .getByRole('log')
    .getByText(/^(tab one|tab two|desk) \d$/)
    .allTextContents()
}
