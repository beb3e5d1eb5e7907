import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Locator, Page } from 'playwright-core'
import { writeWav } from '../apps/server/src/adapters/speech/wav.ts'
import type { Guichet } from './support/guichet.ts'
import { hears, hearsMusic } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'
import { AGENT_HZ, button, openDesk, openShop, VISITOR_HZ } from './support/talk.ts'

const GREETING_HZ = 1_500
const MUSIC_HZ = 700
const RATE = 48_000
const skip = skipWithoutChromium()
const axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

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
  for (const context of browser?.contexts() ?? []) await context.close()
})

/** A file as people choose it: a pure tone as WAV. */
function toneFile(name: string, hz: number, seconds: number) {
  const samples = Int16Array.from({ length: RATE * seconds }, (_, at) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * hz * at) / RATE)),
  )
  return { name, mimeType: 'audio/wav', buffer: writeWav({ sampleRate: RATE, samples }) }
}

async function openDesign(path: string, account = 'designer'): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', permissions: ['microphone'] })
  const page = await context.newPage()
  await page.goto(`${guichet.url}/design/${path}`)
  await page.getByRole('textbox', { name: 'Email' }).fill(`${account}@demo.guichet`)
  await page.getByRole('textbox', { name: 'Password' }).fill('demo-guichet')
  await button(page, 'Sign in').click()
  return page
}

async function upload(page: Page, ...files: ReturnType<typeof toneFile>[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    button(page, 'Upload sounds').click(),
  ])
  await chooser.setFiles(files)
}

const listed = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Prompts' }).getByText(name, { exact: true })

async function act(page: Page, sound: string, name: string): Promise<void> {
  await button(page, `Actions for ${sound}`).click()
  await page.getByRole('menuitem', { name }).click()
}

async function assertAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource)
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    // What the component library lays over the page: marks that catch the focus, news, and words for the mouse.
    const overlays = ['[data-tabster-dummy]', '.fui-ToastContainer', '[role=tooltip]']
    const { violations } = await axe.run({ exclude: overlays.map(overlay => [overlay]) })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`)
  })
  assert.deepEqual(found, [])
}

async function publish(page: Page): Promise<void> {
  await button(page, 'Publish').click()
  await page.getByText('Calls in progress keep the version').first().waitFor()
}

/** Plays a sound for an instant, to know that the browser can. */
async function listenTo(place: Page | Locator, name: string): Promise<void> {
  const press = (label: string) => place.getByRole('button', { name: `${label}: ${name}`, exact: true })
  await press('Listen').click()
  await press('Pause').click()
  await press('Listen').waitFor()
}

test('a designer fills the library: by files, by dropping, by recording', { skip }, async () => {
  const page = await openDesign('prompts')
  await page.getByText('No sound yet').waitFor()
  await assertAccessible(page)
  await upload(page, toneFile('old_greeting.wav', 400, 2), toneFile('broken.mp3', 0, 0))
  await listed(page, 'old greeting').waitFor()
  await page.getByText('This file is not a sound that can be played').first().waitFor()
  await button(page, 'Dismiss broken').click()
  await listenTo(page, 'old greeting')
  await page.getByRole('slider', { name: 'Position in old greeting' }).waitFor()
  await assertAccessible(page)

  await act(page, 'old greeting', 'Rename')
  await page.getByRole('textbox', { name: 'Name' }).fill('Passing')
  await page.getByRole('combobox', { name: 'Language spoken in it' }).selectOption('French')
  await button(page, 'Save').click()
  await listed(page, 'Passing').waitFor()

  const dropped = toneFile('Dropped.wav', 500, 1).buffer.toString('base64')
  await page.evaluate(base64 => {
    const sound = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([sound], 'Dropped.wav', { type: 'audio/wav' }))
    for (const name of ['dragover', 'drop'])
      document
        .querySelector('h1')
        ?.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }))
  }, dropped)
  await listed(page, 'Dropped').waitFor()

  await button(page, 'Record').click()
  await button(page, 'Start recording').click()
  await page.getByText('Recording: 0:01').waitFor()
  await assertAccessible(page)
  await button(page, 'Stop recording').click()
  await listenTo(page, 'Your recording')
  await page.getByRole('textbox', { name: 'Name' }).fill('Spoken')
  await button(page, 'Add to the library').click()
  await listed(page, 'Spoken').waitFor()

  await act(page, 'Dropped', 'Delete')
  await button(page, 'Delete').click()
  await listed(page, 'Dropped').waitFor({ state: 'detached' })
})

test('callers hear the sound that a designer chose, and wait with their own music', { skip }, async () => {
  const page = await openDesign('prompts')
  await upload(page, toneFile('Greeting.wav', GREETING_HZ, 6), toneFile('Waltz.wav', MUSIC_HZ, 20))
  await listed(page, 'Greeting').waitFor()
  await listed(page, 'Waltz').waitFor()

  await page.goto(`${guichet.url}/design/applications`)
  await page.getByText('Maison Lavande: reception', { exact: true }).click()
  await listenTo(page.getByRole('group').filter({ hasText: 'Greeting' }), 'Words (English)')
  await page.getByRole('radio', { name: 'A sound', exact: true }).first().check()
  await page.getByRole('combobox', { name: 'Sound', exact: true }).selectOption('Greeting')
  await listenTo(page, 'Greeting')
  await assertAccessible(page)
  await publish(page)
  await page.getByText('Maison Lavande: sales', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Music' }).getByRole('radio', { name: 'A sound' }).check()
  await page.getByRole('combobox', { name: 'Sound', exact: true }).selectOption('Waltz')
  await publish(page)

  // Somebody who could answer, so that the caller waits.
  await openDesk(browser, guichet.url, 'agent1', 'Busy')
  const { page: shop } = await openShop(browser, guichet.url)
  await button(shop, 'Call').click()
  await hears(shop, GREETING_HZ, MUSIC_HZ)
  await shop.getByText('Welcome to Maison Lavande').first().waitFor()
  await shop.getByRole('button', { name: 'Orders and gifts' }).click()
  await hears(shop, MUSIC_HZ, GREETING_HZ)
  await button(shop, 'Hang up').click()

  await page.goto(`${guichet.url}/design/prompts`)
  await act(page, 'Waltz', 'Delete')
  await page.getByText('“Waltz” is still in use').waitFor()
  await page.getByRole('alertdialog').getByRole('link', { name: 'Maison Lavande: sales' }).waitFor()
  assert.equal(await button(page, 'Delete').count(), 0)
})

test('a manager listens to the library, and changes nothing', { skip }, async () => {
  const page = await openDesign('prompts', 'manager')
  await listenTo(page, 'Waltz')
  await page.getByText('Maison Lavande: sales').waitFor()
  for (const name of ['Upload sounds', 'Record', 'Actions for Waltz'])
    assert.equal(await button(page, name).count(), 0, name)
  await assertAccessible(page)
})

test('sounds that vanish leave words and our own music, never silence', { skip }, async () => {
  const folder = join(guichet.dataDir, 'sounds')
  for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true })
  await openDesk(browser, guichet.url, 'agent1', 'Busy')
  const { page: shop } = await openShop(browser, guichet.url)
  await button(shop, 'Call').click()
  await shop.getByText('Welcome to Maison Lavande').first().waitFor()
  await hearsMusic(shop, [GREETING_HZ, VISITOR_HZ, AGENT_HZ])
  await shop.getByText('Please choose').waitFor()
  await shop.getByRole('button', { name: 'Orders and gifts' }).click()
  await shop
    .getByText(/You are next|number 1/)
    .first()
    .waitFor()
  await hearsMusic(shop, [MUSIC_HZ, VISITOR_HZ, AGENT_HZ])
  await guichet.logged(({ msg }) => msg?.startsWith('prompt file is missing') === true)
})
