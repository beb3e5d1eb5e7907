import type { Browser, BrowserContext, Page } from 'playwright-core'

/** A visitor on the demo shop, in a browser context of their own. */
export type Visitor = { context: BrowserContext; page: Page }
/** A member of staff at the console. */
export type Staff = { context: BrowserContext; page: Page }

/** What a page is given before its own scripts run. */
export type Preparation = {
  init?: ((page: Page) => Promise<void>) | undefined
  locale?: string
  viewport?: { width: number; height: number }
}

const PASSWORD = 'demo-guichet'

/** Opens the demo shop and the widget's panel. */
export async function openVisitor(
  browser: Browser,
  url: string,
  preparation: Preparation = {},
): Promise<Visitor> {
  const { context, page } = await open(browser, preparation)
  await page.goto(`${url}/demo/`)
  await page.getByRole('button', { name: 'Contact us' }).click()
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  return { context, page }
}

/** Signs in at the console. */
export async function openStaff(
  browser: Browser,
  url: string,
  account: string,
  preparation: Preparation = {},
): Promise<Staff> {
  const { context, page } = await open(browser, preparation)
  await page.goto(`${url}/`)
  await page.getByRole('textbox', { name: 'Email' }).fill(`${account}@demo.guichet`)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Presence/ }).waitFor()
  return { context, page }
}

/** Chooses a presence from the menu of the top bar. */
export async function setPresence(page: Page, presence: string): Promise<void> {
  await page.getByRole('button', { name: /^Presence/ }).click()
  await page.getByRole('menuitemradio', { name: presence, exact: true }).click()
}

/** Writes and sends a chat message. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

async function open(
  browser: Browser,
  preparation: Preparation,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    locale: preparation.locale ?? 'en-GB',
    viewport: preparation.viewport ?? { width: 1280, height: 800 },
    permissions: ['microphone', 'camera', 'notifications'],
  })
  const page = await context.newPage()
  await preparation.init?.(page)
  return { context, page }
}
