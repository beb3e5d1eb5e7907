// Takes the pictures of the guide: starts a demo, lives a call and looks at every screen, wide and narrow, light
// and dark. Usage: npm run screenshots [-- <folder>]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from '@guichet/testkit/browser'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { writeWav } from '../apps/server/src/adapters/speech/wav.ts'
import { type Guichet, startGuichet } from '../e2e/support/guichet.ts'
import { say, setPresence } from '../e2e/support/people.ts'

type Look = { width: number; height: number; scheme: 'light' | 'dark'; locale?: string }

const wide = { width: 1280, height: 800 }
const narrow = { width: 390, height: 844 }
const folder = process.argv[2] ?? join(import.meta.dirname, '../docs/screenshots')

mkdirSync(folder, { recursive: true })
const [guichet, browser] = await Promise.all([startGuichet({ LOG_LEVEL: 'warn' }), launchChromium()])
try {
  await walk(browser, guichet, { ...wide, scheme: 'light' }, 'desk-light')
  await walk(browser, guichet, { ...narrow, scheme: 'dark' }, 'phone-dark')
  await french(browser, guichet)
  await areas(browser, guichet)
} finally {
  await browser.close()
  await guichet.dispose()
}

async function walk(browser: Browser, { url }: Guichet, look: Look, name: string): Promise<void> {
  const desk = await open(browser, look)
  const shop = await open(browser, look)
  const shoot = async (page: Page, what: string) => {
    await page.mouse.move(0, 0)
    await page.waitForTimeout(600)
    await page.screenshot({ path: join(folder, `${what}-${name}.png`) })
  }
  await desk.goto(`${url}/`)
  await desk.getByRole('textbox', { name: 'Email' }).waitFor()
  await shoot(desk, 'sign-in')
  await signIn(desk, 'agent1')
  await setPresence(desk, 'Available')
  await shop.goto(`${url}/demo/`)
  await shop.getByRole('button', { name: 'Contact us' }).click()
  await say(shop, 'How long does delivery take?')
  await shop.getByText('2 working days').waitFor()
  await shoot(shop, 'chat')
  await shop.getByRole('button', { name: 'Call', exact: true }).click()
  await shop.getByText('Please choose').waitFor()
  await shoot(shop, 'menu')
  await shop.getByRole('button', { name: 'Orders and gifts' }).click()
  await desk.getByRole('button', { name: 'Accept' }).waitFor()
  await shoot(desk, 'incoming')
  await shoot(shop, 'queue')
  await desk.getByRole('button', { name: 'Accept' }).click()
  await desk.getByRole('button', { name: 'Hold' }).waitFor()
  await desk.getByRole('button', { name: 'Camera' }).click()
  await shop.getByRole('button', { name: 'Camera' }).click()
  await shop.waitForTimeout(2_500)
  await shoot(desk, 'call')
  await shoot(shop, 'in-call')
  await shop.getByRole('button', { name: 'Hang up' }).click()
  await desk.getByRole('button', { name: 'Finish wrap-up' }).waitFor()
  await shoot(desk, 'wrap-up')
  await shoot(shop, 'after')
  await desk.getByRole('button', { name: 'Finish wrap-up' }).click()
  await desk.context().close()
  await shop.context().close()
}

async function french(browser: Browser, { url }: Guichet): Promise<void> {
  const page = await open(browser, { ...narrow, scheme: 'light', locale: 'fr-FR' })
  await page.goto(`${url}/demo/`)
  await page.getByText('Français', { exact: true }).click()
  await page.getByRole('button', { name: 'Nous contacter' }).click()
  await page.getByRole('textbox', { name: 'Message' }).fill('Quels sont les délais de livraison ?')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(2_500)
  await page.screenshot({ path: join(folder, 'chat-phone-french.png') })
  await page.context().close()
}

async function areas(browser: Browser, { url }: Guichet): Promise<void> {
  const look: Look = { ...wide, scheme: 'light' }
  const page = await open(browser, look)
  await page.goto(`${url}/`)
  await signIn(page, 'admin')
  const pages: [path: string, open?: string][] = [
    ['supervise'],
    ['design/knowledge', 'Delivery times'],
    ['design/queues', 'Sales'],
    ['design/applications', 'Maison Lavande: reception'],
    ['design/prompts'],
    ['design/widget'],
    ['settings/people'],
  ]
  for (const [path, open] of pages) {
    await page.goto(`${url}/${path}`)
    if (path === 'design/prompts') await fillLibrary(page)
    if (open !== undefined) await page.getByText(open, { exact: true }).first().click()
    await page.waitForTimeout(1_500)
    await page.screenshot({ path: join(folder, `${path.replace('/', '-')}-desk-light.png`) })
  }
  await page.context().close()
}

/** Brings two sounds and listens to one. */
async function fillLibrary(page: Page): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Upload sounds' }).click(),
  ])
  const sound = (name: string, seconds: number) => ({
    name: `${name}.wav`,
    mimeType: 'audio/wav',
    buffer: writeWav({ sampleRate: 48_000, samples: new Int16Array(48_000 * seconds) }),
  })
  await chooser.setFiles([sound('Harvest waltz', 95), sound('Summer greeting', 7)])
  const listen = page.getByRole('button', { name: 'Listen: Harvest waltz' })
  await listen.click()
  // The news of the uploads is gone again.
  await page.getByText('“Summer greeting” is in the library').first().waitFor()
  await page.mouse.move(0, 0)
  await page.waitForTimeout(5_000)
}

async function signIn(page: Page, account: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(`${account}@demo.guichet`)
  await page.getByRole('textbox', { name: 'Password' }).fill('demo-guichet')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Settings' }).first().waitFor()
}

async function open(browser: Browser, look: Look): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    locale: look.locale ?? 'en-GB',
    permissions: ['microphone', 'camera', 'notifications'],
  })
  return context.newPage()
}
