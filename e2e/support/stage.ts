import { launchChromium } from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { type Guichet, startGuichet } from './guichet.ts'

/** Starts a server and a browser together; when one fails the other is ended, or the test would wait for it. */
export async function startWithBrowser(env: Record<string, string> = {}): Promise<[Guichet, Browser]> {
  const [guichet, browser] = await Promise.allSettled([startGuichet(env), launchChromium()])
  if (guichet.status === 'fulfilled' && browser.status === 'fulfilled') return [guichet.value, browser.value]
  if (guichet.status === 'fulfilled') await guichet.value.dispose()
  if (browser.status === 'fulfilled') await browser.value.close()
  throw guichet.status === 'rejected' ? guichet.reason : (browser as PromiseRejectedResult).reason
}
