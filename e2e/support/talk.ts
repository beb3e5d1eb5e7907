import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openStaff, openVisitor, setPresence } from './people.ts'
import { giveSenses, hears } from './senses.ts'

/** Tone of the visitor's microphone. */
export const VISITOR_HZ = 440
/** Tone of the agent's microphone. */
export const AGENT_HZ = 1_000

/** A button by its whole name. */
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Opens a desk with a tone as its microphone. */
export async function openDesk(
  browser: Browser,
  url: string,
  account: string,
  presence = 'Available',
): Promise<{ page: Page; context: BrowserContext }> {
  const desk = await openStaff(browser, url, account, { init: page => giveSenses(page, AGENT_HZ) })
  leaveFreely(desk.page)
  await setPresence(desk.page, presence)
  return desk
}

/** Opens the shop with a tone as its microphone; `lead` may change the page before its scripts run. */
export async function openShop(
  browser: Browser,
  url: string,
  lead?: (page: Page) => Promise<void>,
): Promise<{ page: Page; context: BrowserContext }> {
  const shop = await openVisitor(browser, url, {
    init: async page => {
      await giveSenses(page, VISITOR_HZ)
      await lead?.(page)
    },
  })
  leaveFreely(shop.page)
  return shop
}

/** Calls and chooses the queue for orders. */
export async function callSales(shop: Page): Promise<void> {
  await button(shop, 'Call').click()
  await shop.getByRole('button', { name: 'Orders and gifts' }).click()
}

/** Waits until both hear each other. */
export async function bothHear(shop: Page, desk: Page): Promise<void> {
  await Promise.all([hears(shop, AGENT_HZ, VISITOR_HZ), hears(desk, VISITOR_HZ, AGENT_HZ)])
}

/** Sounds that the page has received so far, by count: one for each peer connection. */
export async function countSounds(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      (window as unknown as { e2eReceived: MediaStreamTrack[] }).e2eReceived.filter(
        track => track.kind === 'audio',
      ).length,
  )
}

/** Waits for the sound of another peer connection than the first `known` ones. */
export async function newSound(page: Page, known: number): Promise<void> {
  await page.waitForFunction(
    known =>
      (window as unknown as { e2eReceived: MediaStreamTrack[] }).e2eReceived.filter(
        track => track.kind === 'audio',
      ).length > known,
    known,
    { polling: 50 },
  )
}

/** Says yes to the question whether to leave a page with a running call. */
function leaveFreely(page: Page): void {
  page.on('dialog', dialog => void dialog.accept().catch(() => undefined))
}
