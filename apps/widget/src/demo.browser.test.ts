import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { launchChromium, skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { buildWidget } from './testing/built-widget.ts'

const folder = new URL('../demo/', import.meta.url)
const pages = readdirSync(folder).filter(name => name.endsWith('.html'))
const axeSource = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const contentTypes = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
}

/** The policy that the server sends with the shop, connections aside: there is no server here. */
const policy =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

describe('demo shop', { skip: skipWithoutChromium() }, () => {
  let browser: Browser
  before(async () => {
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
  })

  async function visit(
    options: BrowserContextOptions,
    use: (page: Page, context: BrowserContext) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options)
    const faults: string[] = []
    try {
      const { widget } = await buildWidget()
      await context.route('**/*', async route => {
        const { pathname } = new URL(route.request().url())
        if (pathname === '/widget.js') {
          return route.fulfill({ contentType: contentTypes.js, body: widget.code })
        }
        const path = pathname === '/demo/' ? 'index.html' : pathname.replace('/demo/', '')
        const type = contentTypes[path.split('.').at(-1) as keyof typeof contentTypes]
        try {
          const body = await readFile(new URL(path, folder))
          await route.fulfill({ contentType: type, headers: { 'content-security-policy': policy }, body })
        } catch {
          faults.push(`${pathname} is missing`)
          await route.fulfill({ status: 404, body: '' })
        }
      })
      const page = await context.newPage()
      page.setDefaultTimeout(25_000)
      page.on('pageerror', error => faults.push(error.message))
      page.on('console', message => {
        if (message.type() === 'error') faults.push(message.text())
      })
      await use(page, context)
      assert.deepEqual(faults, [])
    } finally {
      await context.close()
    }
  }

  const looks: [string, BrowserContextOptions][] = [
    ['desk, light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
    ['phone, dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ]
  for (const [look, options] of looks) {
    it(`works under its policy, fits and gives axe nothing to say: ${look}`, async () => {
      await visit(options, async page => {
        for (const name of pages) {
          await page.goto(`https://shop.example/demo/${name}`)
          await page.getByRole('button', { name: 'Contact us' }).waitFor()
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          assert.ok((overflow as number) <= 0, `${name} is ${overflow} px too wide`)
          await page.evaluate(axeSource)
          const found = await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(result =>
            result.violations.map(violation => violation.id + ': ' + violation.nodes.map(node => node.target).join(' ')))`)
          assert.deepEqual(found, [], name)
        }
      })
    })
  }

  it('leads nowhere that does not exist', async () => {
    await visit({}, async page => {
      for (const name of pages) {
        await page.goto(`https://shop.example/demo/${name}`)
        const links = (await page.evaluate('[...document.links].map(link => link.pathname)')) as string[]
        for (const link of links) {
          assert.ok(
            link === '/demo/' || pages.includes(link.replace('/demo/', '')),
            `${name} leads to ${link}`,
          )
        }
      }
    })
  })

  it('speaks French, with the widget, and remembers it on the next page', async () => {
    await visit({}, async page => {
      await page.goto('https://shop.example/demo/')
      await page.getByRole('button', { name: 'Français' }).click()
      await page.getByRole('heading', { name: 'Cette saison' }).waitFor()
      await page.getByRole('button', { name: 'Nous contacter' }).waitFor()
      await page.getByRole('link', { name: /Miel de lavande/ }).click()
      await page.getByRole('heading', { name: 'Miel de lavande' }).waitFor()
      await page.getByRole('button', { name: 'Nous contacter' }).waitFor()
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Contact us' }).waitFor()
      await page.getByRole('heading', { name: 'Lavender honey' }).waitFor()
    })
  })
})
