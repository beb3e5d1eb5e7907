import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { launchChromium, skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { bot, camille, me, shopOrigin } from './testing/fake-desk.ts'
import { assertAccessible, type Open, openChat, type VisitOptions, visitShop } from './testing/visit-shop.ts'

describe('widget on a strange page', { skip: skipWithoutChromium() }, () => {
  let browser: Browser

  before(async () => {
    browser = await launchChromium(['--auto-select-desktop-capture-source=Entire screen'])
  })
  after(async () => {
    await browser?.close()
  })

  const visit = (options: VisitOptions, use: (open: Open) => Promise<void>) =>
    visitShop(browser, options, use)

  it('chats under the strictest policy', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      const box = page.getByRole('textbox', { name: 'Message' })
      await page.waitForFunction(
        () =>
          document.querySelector('[data-guichet-widget]')?.shadowRoot?.activeElement?.tagName === 'TEXTAREA',
      )
      await box.fill('Hello')
      await box.press('Shift+Enter')
      await box.pressSequentially('there')
      await box.press('Enter')
      await page.getByText('Hello\nthere').waitFor()
      assert.equal(await box.inputValue(), '')
      assert.deepEqual(
        desk.framesOf('chat.send').map(frame => (frame.params as { message: string }).message),
        ['Hello\nthere'],
      )
      desk.type(bot)
      await page.getByText('Lavandine is writing…').waitFor()
      desk.say({
        content: {
          message: 'See https://shop.example/delivery. Shall I?',
          quickReplies: [
            { label: 'Yes, please', value: 'yes', action: 'send' },
            { label: 'A person', value: 'I want a person', action: 'requestPerson' },
          ],
        },
      })
      const link = page.getByRole('link', { name: 'https://shop.example/delivery' })
      assert.equal(await link.getAttribute('href'), 'https://shop.example/delivery')
      assert.match((await link.getAttribute('rel')) ?? '', /noopener.*nofollow/)
      await page.getByRole('button', { name: 'A person', exact: true }).click()
      await page.getByText('You are number 2, about 3 minutes').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Yes, please' }).count(), 0)
      assert.equal(await page.getByRole('button', { name: 'Talk to a person' }).isDisabled(), true)
    })
  })

  it('takes nothing that was said for markup or script', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      const hostile = '<img src=x onerror="window.hacked=1"> javascript:alert(1) <b>bold</b>'
      desk.say({ content: { message: hostile } })
      await page.getByText(hostile).waitFor()
      desk.say({
        type: 'html',
        content: {
          message: '<p>Formatted</p><script>window.hacked=1</script><img src=x onerror="window.hacked=1">',
        },
      })
      await page.getByText('Formatted').waitFor()
      desk.say({
        content: { message: 'source', sources: [{ title: 'Bad', url: 'javascript:window.hacked=1' }] },
      })
      await page.getByText('Bad', { exact: true }).waitFor()
      assert.equal(await page.getByRole('link').count(), 0)
      assert.equal(await page.evaluate('window.hacked'), undefined)
    })
  })

  it('adds one global, and its object speaks with the page', async () => {
    await visit({}, async ({ page, desk, context }) => {
      await page.getByRole('button', { name: 'Contact us' }).waitFor()
      const bare = await context.newPage()
      await bare.goto(`${shopOrigin}/bare`)
      const known = new Set((await bare.evaluate('Object.getOwnPropertyNames(window)')) as string[])
      const names = (await page.evaluate('Object.getOwnPropertyNames(window)')) as string[]
      assert.deepEqual(
        names.filter(name => !known.has(name)),
        ['Guichet'],
      )
      await bare.close()
      await page.evaluate(`
        window.heard = []
        window.listener = detail => heard.push(detail)
        Guichet.on('message', listener)
        Guichet.on('unread', listener)
        Guichet.identify({ displayName: 'Ada' })
        Guichet.setTheme('dark')
        Guichet.open()
      `)
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
      assert.deepEqual(desk.starts[0]?.identity, { displayName: 'Ada' })
      assert.equal(await page.locator('.root').getAttribute('data-theme'), 'dark')
      await page.evaluate("Guichet.close(); Guichet.setLanguage('fr')")
      await page.getByRole('button', { name: 'Nous contacter' }).waitFor()
      desk.say({ content: { message: 'Ping' } })
      await page.waitForFunction('heard.length === 2')
      assert.deepEqual(await page.evaluate('heard'), [{ text: 'Ping', from: 'Lavandine' }, { count: 1 }])
      await page.evaluate("Guichet.off('message', listener)")
      desk.say({ content: { message: 'Pong' } })
      await page.waitForFunction('heard.length === 3')
    })
  })

  it('counts what was missed while closed, and tells it as read when opened', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await page.getByRole('textbox', { name: 'Message' }).press('Escape')
      const launcher = page.getByRole('button', { name: 'Contact us' })
      await page.waitForFunction(() =>
        document
          .querySelector('[data-guichet-widget]')
          ?.shadowRoot?.activeElement?.className.includes('launcher'),
      )
      desk.say({ content: { message: 'One' } })
      desk.say({ content: { message: 'Two' } })
      await page.getByRole('status').filter({ hasText: '2 unread' }).waitFor()
      await launcher.click()
      await page.getByText('Two').waitFor()
      await page.waitForFunction(
        () => document.querySelector('[data-guichet-widget]')?.shadowRoot?.querySelector('.badge') === null,
      )
      const isTold = () =>
        desk.framesOf('chat.read').some(frame => JSON.stringify(frame.params).includes('1000000002'))
      for (let waits = 0; !isTold() && waits < 100; waits++) await page.waitForTimeout(50)
      assert.ok(isTold())
    })
  })

  it('follows the visitor from page to page', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await page.getByRole('textbox', { name: 'Message' }).fill('Still there?')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('Still there?').waitFor()
      await page.goto(`${shopOrigin}/other`)
      await page.getByText('Still there?').waitFor()
      assert.deepEqual(
        desk.starts.map(start => start.resumeToken),
        [undefined, 'resume'],
      )
    })
  })

  it('shows a cut, mends it, and sends what was written meanwhile once', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      await page.getByRole('textbox', { name: 'Message' }).fill('Before')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('Before').waitFor()
      desk.cut()
      await page.getByRole('textbox', { name: 'Message' }).fill('During')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('Sending…').waitFor({ state: 'detached' })
      assert.equal(await page.getByText('During').count(), 1)
    })
  })

  it('edits and deletes one’s own messages, shows seen, and retries what failed', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      const box = page.getByRole('textbox', { name: 'Message' })
      await box.fill('Helo')
      await box.press('Enter')
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.waitForFunction(
        () =>
          document.querySelector('[data-guichet-widget]')?.shadowRoot?.querySelector('textarea')?.value ===
          'Helo',
      )
      await box.fill('Hello')
      await box.press('Enter')
      await page.getByText('edited').waitFor()
      desk.read('1000000001')
      await page.getByText('Seen').waitFor()
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByText('Message deleted').waitFor()
      desk.refuse('chat.send', 'too-many-requests')
      await box.fill('Again')
      await box.press('Enter')
      await page.getByText('Not sent.').waitFor()
      desk.refuse('none', '')
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('Not sent.').waitFor({ state: 'detached' })
    })
  })

  it('sends files, draws pictures where images are forbidden, and refuses what is too large', async () => {
    await visit({}, async ({ page, desk }) => {
      await openChat(page)
      const picker = page.locator('input[type=file]')
      const name = '<b>photo</b>.png'
      await picker.setInputFiles([
        { name, mimeType: 'image/png', buffer: Buffer.from('x') },
        { name: 'large.txt', mimeType: 'text/plain', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) },
      ])
      await page.getByText('large.txt: This file is too large').waitFor()
      await page.getByRole('button', { name: 'Remove large.txt' }).click()
      await page.getByRole('button', { name: 'Send' }).click()
      const picture = page.getByRole('img', { name: `Image: ${name}` })
      await picture.waitFor()
      await page.waitForFunction(() => {
        const canvas = document.querySelector('[data-guichet-widget]')?.shadowRoot?.querySelector('canvas')
        return canvas?.getContext('2d')?.getImageData(0, 0, 1, 1).data[0] === 255
      })
      assert.deepEqual(
        desk.framesOf('chat.send').map(frame => (frame.params as { fileIds: string[] }).fileIds.length),
        [1],
      )
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Download ${name}` }).click(),
      ])
      assert.match(download.suggestedFilename(), /photo/)
    })
  })

  it('says what happened in words of the reader', async () => {
    await visit({ lang: 'fr' }, async ({ page, desk }) => {
      await page.getByRole('button', { name: 'Nous contacter' }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
      desk.say({
        type: 'system',
        sender: null,
        content: { notice: { code: 'agentJoined', values: { name: 'Camille' } } },
      })
      await page.getByText('Camille a rejoint la conversation').waitFor()
      desk.changeConversation({
        handling: { by: 'agent', agent: camille, queueName: 'x', position: null, expectedWaitMs: null },
      })
      await page.getByText('Vous parlez avec Camille Roux').waitFor()
    })
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [device, viewport] of [
      ['desk', { width: 1280, height: 800 }],
      ['phone', { width: 390, height: 844 }],
    ] as const) {
      it(`gives axe nothing to say: ${device}, ${colorScheme}`, async () => {
        await visit(
          { colorScheme, viewport, reducedMotion: 'reduce' },
          async ({ page, desk, context, faults }) => {
            await page.getByRole('button', { name: 'Contact us' }).waitFor()
            await assertAccessible(page, `${device} ${colorScheme} closed`)
            await openChat(page)
            desk.say({
              content: {
                message: 'Hello, I am the assistant. What can I do for you?',
                sources: [{ title: 'Delivery', url: 'https://shop.example/delivery' }],
                quickReplies: [
                  { label: 'Where is my parcel?', value: 'a', action: 'send' },
                  { label: 'Talk to someone', value: 'b', action: 'send' },
                ],
              },
            })
            await page.getByText('What can I do').waitFor()
            await assertAccessible(page, `${device} ${colorScheme} greeting`)
            await page
              .getByRole('textbox', { name: 'Message' })
              .fill('Where is my parcel? I ordered on Monday.')
            await page.getByRole('button', { name: 'Send' }).click()
            await page.getByText('Sending…').waitFor({ state: 'detached' })
            desk.say({ type: 'system', sender: null, content: { notice: { code: 'queued', values: {} } } })
            desk.type(bot)
            await page.getByRole('button', { name: 'Emoji' }).click()
            await page.getByText('Lavandine is writing…').waitFor()
            await assertAccessible(page, `${device} ${colorScheme} chat`)

            const far = await context.newPage()
            await far.goto(`${shopOrigin}/far`)
            await desk.answerCalls(far)
            await page.bringToFront()
            await page.getByRole('button', { name: 'Call', exact: true }).click()
            await page.getByRole('button', { name: 'Orders' }).waitFor()
            await assertAccessible(page, `${device} ${colorScheme} menu`)
            await page.getByRole('button', { name: 'Keypad' }).click()
            await page.getByRole('button', { name: '#', exact: true }).click()
            await assertAccessible(page, `${device} ${colorScheme} keypad`)
            await page.getByRole('button', { name: 'Keypad' }).click()
            desk.changeCall({
              menu: null,
              announcement: 'You are number two in line. We expect to answer in about three minutes.',
              waiting: {
                queueName: 'Orders',
                position: 2,
                expectedWaitMs: 170_000,
                since: new Date().toISOString(),
              },
            })
            await page.getByText('You are number 2', { exact: true }).waitFor()
            await page.getByText('You are number two in line.').waitFor()
            desk.say({ sender: camille, content: { message: 'I see your call, one moment.' } })
            await page.getByRole('button', { name: 'Chat, 1 unread' }).waitFor()
            await assertAccessible(page, `${device} ${colorScheme} waiting`)
            desk.changeCall({
              waiting: null,
              announcement: null,
              answeredAt: new Date().toISOString(),
              participants: [desk.participant(me), desk.participant(camille, { camera: true })],
            })
            await page.getByText('In call with Camille Roux').waitFor()
            await page.getByRole('button', { name: 'Camera' }).click()
            await page.getByLabel('Your camera').waitFor()
            await page.getByLabel('Their camera').waitFor()
            await page.getByRole('button', { name: 'Devices' }).click()
            await page.getByLabel('Microphone').waitFor()
            await assertAccessible(page, `${device} ${colorScheme} talking`)
            await page.getByRole('button', { name: 'Chat' }).click()
            await page.getByRole('textbox', { name: 'Message' }).waitFor()
            await assertAccessible(page, `${device} ${colorScheme} strip`)
            await page
              .getByRole('button', { name: /Back to the call/ })
              .first()
              .click()
            await page.getByRole('button', { name: 'Hang up' }).click()
            desk.changeCall({ state: 'disconnected', endedAt: new Date().toISOString(), endReason: 'hungUp' })
            await page.getByText('Call ended').waitFor()
            await assertAccessible(page, `${device} ${colorScheme} ended`)
            await page.getByRole('button', { name: 'Back to the chat' }).click()
            await page.getByRole('textbox', { name: 'Message' }).waitFor()
            assert.deepEqual(faults, [])
          },
        )
      })
    }
  }

  it('loads the call’s code when the pointer comes to the button, before the click', async () => {
    await visit({}, async ({ page }) => {
      await openChat(page)
      const loaded = page.waitForRequest(/\/call-[0-9a-f]+\.js$/)
      await page.getByRole('button', { name: 'Call', exact: true }).hover()
      await loaded
    })
  })

  it('calls: menu by click, keypad in the sound, mute, share, warning before leaving, hang up', async () => {
    await visit({}, async ({ page, desk, context }) => {
      const far = await context.newPage()
      await far.goto(`${shopOrigin}/far`)
      await desk.answerCalls(far)
      await page.bringToFront()
      await openChat(page)
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByRole('button', { name: 'Orders' }).click()
      assert.deepEqual(
        desk.framesOf('call.tone').map(frame => (frame.params as { tone: string }).tone),
        ['1'],
      )
      await page.getByRole('button', { name: 'Keypad' }).click()
      for (const tone of ['1', '*', '0']) await page.getByRole('button', { name: tone, exact: true }).click()
      assert.equal(
        desk.framesOf('call.tone').length,
        1,
        'the keypad speaks in the sound, not over the socket',
      )
      await page.getByRole('button', { name: 'Mute' }).click()
      await page.getByRole('button', { name: 'Unmute' }).click()
      await page.getByRole('button', { name: 'Share screen' }).click()
      await page.getByRole('button', { name: 'Share screen', pressed: true }).waitFor()
      assert.deepEqual(
        desk.framesOf('call.mute').map(frame => (frame.params as { muted: boolean }).muted),
        [true, false],
      )
      const [picture] = desk.framesOf('call.picture')
      assert.ok(picture)
      assert.equal((picture.params as { screen: boolean }).screen, true)
      let warned = false
      page.once('dialog', dialog => {
        warned = dialog.type() === 'beforeunload'
        void dialog.dismiss()
      })
      await page.close({ runBeforeUnload: true })
      await page.getByRole('button', { name: 'Hang up' }).click()
      assert.equal(warned, true)
      await page.getByText('Call ended').waitFor()
      assert.equal(desk.framesOf('call.hangUp').length, 1)
    })
  })

  it('says what to do when the microphone is refused, and lets one listen only', async () => {
    await visit({}, async ({ page, desk, context }) => {
      const far = await context.newPage()
      await far.goto(`${shopOrigin}/far`)
      await desk.answerCalls(far)
      await page.bringToFront()
      await page.evaluate(`navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))`)
      await openChat(page)
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByText('Your browser may not use the microphone for this page.').waitFor()
      await page.getByText('Click the icon left of the address').waitFor()
      await assertAccessible(page, 'refused')
      assert.equal(desk.framesOf('call.start').length, 0)
      await page.getByRole('button', { name: 'Join without a microphone' }).click()
      await page.getByText('You are listening only').waitFor()
      await page.getByRole('button', { name: 'Orders' }).waitFor()
    })
  })

  it('says so when the call was refused by the server', async () => {
    await visit({}, async ({ page, desk }) => {
      desk.refuse('call.start', 'media-unavailable')
      await openChat(page)
      await page.getByRole('button', { name: 'Call', exact: true }).click()
      await page.getByText('Calls are not possible right now').waitFor()
      await page.getByRole('button', { name: 'Back to the chat' }).click()
      await page.getByRole('textbox', { name: 'Message' }).waitFor()
    })
  })
})
