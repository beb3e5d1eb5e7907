import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openStaff, openVisitor, setPresence } from './people.ts'
import { giveSenses, hears, openEar } from './senses.ts'

/** Tone of the visitor's microphone. */
export const VISITOR_HZ = 440
/** Tone of the agent's microphone. */
export const AGENT_HZ = 1_000

/** A tone weaker than this is not heard. */
const QUIET_BELOW_DB = -45

/** A button by its whole name. */
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Opens a desk with a tone as its microphone; `lead` may change the page before its scripts run. */
export async function openDesk(
  browser: Browser,
  url: string,
  account: string,
  presence = 'Available',
  lead?: (page: Page) => Promise<void>,
): Promise<{ page: Page; context: BrowserContext }> {
  const desk = await openStaff(browser, url, account, {
    init: async page => {
      await giveSenses(page, AGENT_HZ)
      await lead?.(page)
    },
  })
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

/** Listens for gaps: from here on, how long the tone was away at most. */
export async function watchTone(page: Page, hz: number): Promise<{ longestGapMs(): Promise<number> }> {
  const ear = await openEar(page)
  await page.evaluate(
    ({ ear, hz, quietBelow }) => {
      const { soundTools } = window as unknown as {
        soundTools: { loudness(name: string, hz: number[]): Record<number, number> }
      }
      const watch = { lastHeardAt: performance.now(), longestGapMs: 0 }
      Object.assign(window, { e2eWatch: watch })
      setInterval(() => {
        const now = performance.now()
        watch.longestGapMs = Math.max(watch.longestGapMs, now - watch.lastHeardAt)
        if ((soundTools.loudness(ear, [hz])[hz] ?? -200) > quietBelow) watch.lastHeardAt = now
      }, 40)
    },
    { ear, hz, quietBelow: QUIET_BELOW_DB },
  )
  return {
    longestGapMs: () =>
      page.evaluate(
        () => (window as unknown as { e2eWatch: { longestGapMs: number } }).e2eWatch.longestGapMs,
      ),
  }
}

/** Says yes to the question whether to leave a page with a running call. */
function leaveFreely(page: Page): void {
  page.on('dialog', dialog => void dialog.accept().catch(() => undefined))
}
