import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { openVisitor, say } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, openDesk } from './support/talk.ts'

const skip = skipWithoutChromium()

describe('a conversation that its visitor ends', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let visitor: Page
  let desk: Page
  let colleague: Page

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser()
    desk = (await openDesk(browser, guichet.url, 'agent1')).page
    colleague = (await openDesk(browser, guichet.url, 'agent2', 'Away')).page
    visitor = (await openVisitor(browser, guichet.url)).page
    await say(visitor, 'Where is my soap?')
    await button(visitor, 'Talk to a person').click()
    await button(desk, 'Accept').click()
    await say(desk, 'On its way.')
    await visitor.getByText('On its way.').waitFor()
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })

  it('is seen by colleagues while it lasts', async () => {
    const list = colleague.getByRole('region', { name: 'Colleagues' })
    await list.getByText(/^In a chat since /).waitFor()
    assert.equal(await list.getByText('Camille Durand').count(), 1)
  })

  it('is told to the agent, and its rating shown beside the work', async () => {
    await button(visitor, 'More').click()
    await visitor.getByRole('menuitem', { name: 'End conversation' }).click()
    await visitor.getByText('You ended this conversation.').waitFor()
    await desk.getByText(/^Visitor \d+ ended the conversation/).waitFor()
    await button(visitor, 'Very good').click()
    await visitor.getByText('Thank you, that helps us.').waitFor()
    await visitor.getByRole('textbox', { name: 'Would you like to tell us more?' }).fill('<b>Quick!</b>')
    await button(visitor, 'Send').click()
    await visitor.getByText('Sent. Thank you!').waitFor()
  })

  it('is shown with its rating to whoever serves the visitor next', async () => {
    await button(visitor, 'Start a new conversation').click()
    await say(visitor, 'One more thing')
    await button(visitor, 'Talk to a person').click()
    await button(desk, 'Accept').click()
    const context = desk.getByRole('complementary', { name: 'Contact' })
    await context.getByText('Rated 5 out of 5').waitFor()
    await context.getByText('<b>Quick!</b>').waitFor()
  })
})
