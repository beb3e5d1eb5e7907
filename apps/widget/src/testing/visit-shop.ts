import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { createFakeDesk, type FakeDesk, shopOrigin } from './fake-desk.ts'

const axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
/** Where looks are kept as pictures, for people to judge; nowhere when absent. */
const shots = process.env.WIDGET_SHOTS

export type Open = { page: Page; desk: FakeDesk; context: BrowserContext; faults: string[] }
export type VisitOptions = BrowserContextOptions & { lang?: string }

/** Opens the shop in a context of its own, and closes it after; no page may meet an error or break its policy. */
export async function visitShop(
  browser: Browser,
  options: VisitOptions,
  use: (open: Open) => Promise<void>,
): Promise<void> {
  const { lang, ...contextOptions } = options
  const context = await browser.newContext({ permissions: ['microphone', 'camera'], ...contextOptions })
  context.setDefaultTimeout(25_000)
  try {
    const desk = await createFakeDesk(context, lang ? { lang } : {})
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', error => faults.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') faults.push(message.text())
    })
    await page.goto(`${shopOrigin}/`)
    await use({ page, desk, context, faults })
    assert.deepEqual(faults, [])
    assert.deepEqual(desk.unexpected, [])
  } finally {
    await context.close()
  }
}

/** Opens the chat, in English. */
export async function openChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Contact us' }).click()
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
}

/** Keeps a picture of the page under this name, if pictures are wanted. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/${name.replaceAll(' ', '-')}.png` })
}

/** Finds nothing with axe, and keeps a picture if pictures are wanted. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(axeSource)
  const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(result =>
    result.violations.map(violation => violation.id + ': ' + violation.nodes.map(node => node.target).join(' ')))`)) as string[]
  assert.deepEqual(found, [], where)
  await shoot(page, where)
}
