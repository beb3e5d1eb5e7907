import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
]

/** Path of the Chromium or Chrome on this machine (or of `CHROMIUM_PATH`), `undefined` when there is none. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM_PATH'], ...candidates].find(path => path !== undefined && existsSync(path))
}

/** Reason to skip a browser test, or `false`; pass it as the `skip` option. With `CI=true` nothing is skipped. */
export function skipWithoutChromium(): string | false {
  if (findChromium() || process.env['CI'] === 'true') return false
  return 'Chromium is not installed (apt install chromium, or set CHROMIUM_PATH)'
}

/**
 * Launches Chromium with a fresh profile and fake devices; sound plays without a click. Close it in `after`.
 * @throws Error when no Chromium is installed.
 */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('No Chromium found: install it or set CHROMIUM_PATH')
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...extraFlags] })
}

/** A page of its own context: own storage, own permissions. */
export type OwnPage = { page: Page; context: BrowserContext }

/** A one-page site on loopback, since media needs a secure context. */
export type BlankSite = { url: string; close(): Promise<void> }

/** Serves an empty page on a free port of loopback. */
export async function serveBlankSite(): Promise<BlankSite> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<!doctype html><meta charset="utf-8"><title>test</title><body></body>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Opens `url` in a new context with microphone and camera allowed. Errors of the page go to `onError`. */
export async function openPage(
  browser: Browser,
  url: string,
  onError: (error: Error) => void = error => console.error('page error', error.message),
): Promise<OwnPage> {
  const context = await browser.newContext({ permissions: ['microphone', 'camera'] })
  const page = await context.newPage()
  page.on('pageerror', onError)
  await page.goto(url)
  return { page, context }
}
