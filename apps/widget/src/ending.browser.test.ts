import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { launchChromium, skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { bot, camille } from './testing/fake-desk.ts'
import {
  assertAccessible,
  type Open,
  openChat,
  shoot,
  type VisitOptions,
  visitShop,
} from './testing/visit-shop.ts'

describe('the end of a conversation in the widget', { skip: skipWithoutChromium() }, () => {
  let browser: Browser

  before(async () => {
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
  })

  const visit = (options: VisitOptions, use: (open: Open) => Promise<void>) =>
    visitShop(browser, options, use)

  const activeName = (page: Page) =>
    page.evaluate(
      () =>
        document
          .querySelector('[data-guichet-widget]')
          ?.shadowRoot?.activeElement?.getAttribute('aria-label') ?? null,
    )

  async function write(page: Page, text: string) {
    const box = page.getByRole('textbox', { name: 'Message' })
    await box.fill(text)
    await box.press('Enter')
    await page.getByText(text).waitFor()
  }

  async function end(page: Page) {
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'End conversation' }).click()
    await page.getByText('You ended this conversation.').waitFor()
  }

  it('is undone with one click, or the conversation rated with one tap', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await write(page, 'Where is my soap?')
      await end(page)
      assert.equal(await activeName(page), 'After the conversation')
      assert.equal(await page.getByRole('textbox', { name: 'Message' }).count(), 0)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
      assert.equal(desk.framesOf('conversation.reopen').length, 1)

      await end(page)
      const faces = page.getByRole('group', { name: 'How was it?' })
      await faces.getByRole('button', { name: 'Good', exact: true }).click()
      await page.getByText('Thank you, that helps us.').waitFor()
      assert.equal(
        await faces.getByRole('button', { name: 'Good', exact: true }).getAttribute('aria-pressed'),
        'true',
      )
      const comment = page.getByRole('textbox', { name: 'Would you like to tell us more?' })
      await comment.fill('<b>Quick</b>')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('Sent. Thank you!').waitFor()
      await faces.getByRole('button', { name: 'Very good' }).click()
      assert.deepEqual(
        desk.framesOf('conversation.rate').map(frame => frame.params),
        [{ score: 4 }, { score: 4, comment: '<b>Quick</b>' }, { score: 5 }],
      )

      await page.getByRole('button', { name: 'Start a new conversation' }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
      assert.equal(desk.starts.at(-1)?.startNew, true)
    })
  })

  it('undone while a person was there asks for one again', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await write(page, 'Hello')
      desk.changeConversation({ handling: { ...desk.conversation.handling, by: 'agent', agent: camille } })
      await page.getByText('You are talking to Camille Roux').waitFor()
      await end(page)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('You are number 2, about 3 minutes').waitFor()
      const asked = desk.frames.map(frame => frame.method).filter(name => name.startsWith('conversation.'))
      assert.deepEqual(asked.slice(-3), [
        'conversation.end',
        'conversation.reopen',
        'conversation.requestPerson',
      ])
    })
  })

  it('is told when the agent ends it, and gives a copy to keep', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await write(page, 'Hello')
      desk.say({ sender: camille, content: { message: 'All done?\nBye' } })
      await page.getByText('All done?').waitFor()
      desk.say({
        type: 'system',
        sender: null,
        content: { notice: { code: 'conversationClosed', values: { by: 'agent', name: 'Camille Roux' } } },
      })
      desk.changeConversation({ state: 'closed', closedBy: 'agent', closedAt: new Date().toISOString() })
      await page.getByText('Camille Roux ended the conversation').waitFor()
      await page.getByText('This conversation has ended.').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Undo' }).count(), 0)
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save the conversation' }).click()
      const download = await downloading
      assert.match(download.suggestedFilename(), /^conversation-\d{4}-\d\d-\d\d\.txt$/)
      const text = await readFile(await download.path(), 'utf8')
      assert.match(text, /^Conversation with Maison Lavande\n/)
      assert.match(
        text,
        /You: Hello\n.*Camille Roux: All done\?\n {7}Bye\n.*\* Camille Roux ended the conversation\n$/,
      )
      await page.getByRole('button', { name: 'Continue this conversation' }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
    })
  })

  it('that came by silence is over as soon as the visitor writes again', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await write(page, 'One moment')
      desk.say({
        type: 'system',
        sender: null,
        content: { notice: { code: 'conversationIdle', values: {} } },
      })
      desk.changeConversation({ state: 'closed', closedBy: 'idle', closedAt: new Date().toISOString() })
      await page.getByText('Nobody wrote for a while').waitFor()
      await page.getByRole('button', { name: 'Start a new conversation' }).waitFor()
      await write(page, 'Here I am')
      const methods = desk.frames.map(frame => frame.method).filter(name => /reopen|chat.send/.test(name))
      assert.deepEqual(methods, ['chat.send', 'conversation.reopen', 'chat.send'])
    })
  })

  it('is reached by keyboard, and the menu gives the focus back', async () => {
    await visit({}, async ({ page }) => {
      await openChat(page)
      const more = page.getByRole('button', { name: 'More' })
      await more.focus()
      await page.keyboard.press('Enter')
      const sounds = page.getByRole('menuitemcheckbox', { name: 'Sounds' })
      await sounds.waitFor()
      assert.equal(await sounds.getAttribute('aria-checked'), 'true')
      await page.keyboard.press('Space')
      assert.equal(await sounds.getAttribute('aria-checked'), 'false')
      await page.keyboard.press('Escape')
      await sounds.waitFor({ state: 'detached' })
      assert.equal(await activeName(page), 'More')
      await page.keyboard.press('Enter')
      await sounds.waitFor()
      assert.equal(await sounds.getAttribute('aria-checked'), 'false', 'the choice is kept')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await page.getByText('You ended this conversation.').waitFor()
      assert.equal(await page.getByRole('group', { name: 'How was it?' }).count(), 0, 'nothing was said')
      await more.click()
      await sounds.waitFor()
      await more.click()
      await sounds.waitFor({ state: 'detached' })
      await more.click()
      await page.getByRole('log').click()
      await sounds.waitFor({ state: 'detached' })
    })
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [320, 400, 1000]) {
      it(`has a face for everybody at ${width} pixels, ${colorScheme}`, async () => {
        const options = {
          colorScheme,
          reducedMotion: 'reduce' as const,
          viewport: { width, height: width === 320 ? 568 : 760 },
          lang: width === 400 ? 'fr' : 'en',
        }
        await visit(options, async ({ page, desk }) => {
          const isFrench = options.lang === 'fr'
          const name = (english: string, french: string) => ({
            name: isFrench ? french : english,
            exact: true,
          })
          await page.getByRole('button', name('Contact us', 'Nous contacter')).click()
          const box = page.getByRole('textbox', { name: 'Message' })
          await box.fill('Bonjour')
          await box.press('Enter')
          desk.say({ sender: bot, content: { message: 'Avec plaisir. '.repeat(12) } })
          await page.getByText('Avec plaisir.').waitFor()
          await page.getByRole('button', name('More', 'Plus')).click()
          await page.getByRole('menuitem', name('End conversation', 'Terminer la conversation')).waitFor()
          const where = `${width} ${colorScheme}`
          await assertAccessible(page, `${where} menu`)
          await page.getByRole('menuitem', name('End conversation', 'Terminer la conversation')).click()
          await page.getByRole('button', name('Undo', 'Annuler')).waitFor()
          await assertAccessible(page, `${where} after`)
          await page.getByRole('button', name('Very good', 'Très bien')).click()
          await page.getByRole('button', name('Send', 'Envoyer')).waitFor()
          await assertAccessible(page, `${where} rated`)
          const overflow = await page.evaluate(() => {
            const panel = document.querySelector('[data-guichet-widget]')?.shadowRoot?.querySelector('.panel')
            return [...(panel?.querySelectorAll('*') ?? [])]
              .filter(
                element =>
                  element.scrollWidth > element.clientWidth + 1 &&
                  getComputedStyle(element).overflowX !== 'visible' &&
                  element.clientWidth > 1,
              )
              .map(element => element.className)
          })
          assert.deepEqual(overflow, [])
          desk.changeConversation({ closedBy: 'idle' })
          await box.waitFor()
          await shoot(page, `${where} idle`)
        })
      })
    }
  }
})
