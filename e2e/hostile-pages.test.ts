import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { ask, beginVisit, signIn, stillServes, upload, watchLog } from './support/hostile.ts'
import { openStaff, openVisitor, say, setPresence } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'

const skip = skipWithoutChromium()

/** Runs where a page takes text for markup or for an address. */
const image = '<img src=x onerror="pwned=1">'
const scripts: readonly string[] = [
  '<script>pwned=1</script>',
  image,
  '<svg/onload=pwned=1>',
  '"><iframe srcdoc="<script>parent.pwned=1</script>">',
  '&lt;img src=x onerror=pwned=1&gt;',
  '</span></textarea></style></script><script>pwned=1</script>',
  '<a href="javascript:pwned=1">Click me</a>',
  'javascript:pwned=1',
  '[Click me](javascript:pwned=1)',
  'data:text/html,<script>opener.pwned=1</script>',
  'https://evil.example/"onmouseover="pwned=1"x="',
  "https://evil.example/'style='animation:x'onanimationstart='pwned=1",
  'http://javascript:pwned=1',
  '{{constructor.constructor("pwned=1")()}}',
  '\u202eevil\u2066 \u0007 <b>bold</b>',
]

describe('script in what people write', { skip }, () => {
  let guichet: Guichet
  let url: string
  let browser: Browser
  let log: ReturnType<typeof watchLog>
  let complaints: string[]

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser()
    url = guichet.url
    log = watchLog(guichet)
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
    if (skip) return
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  /** Hears everything that markup would do if it were taken for such. */
  async function watch(page: Page): Promise<void> {
    page.on('dialog', dialog => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('pageerror', error => complaints.push(`page error: ${error.message}`))
    page.on('framenavigated', frame => {
      if (frame !== page.mainFrame()) complaints.push(`frame: ${frame.url()}`)
    })
    page.on('request', request => {
      const to = new URL(request.url())
      if (to.protocol.startsWith('http') && to.origin !== url) complaints.push(`request: ${request.url()}`)
    })
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
      )
    })
    page.on('console', message => {
      if (message.text().startsWith('policy:')) complaints.push(message.text())
    })
  }

  /** Nothing ran, nothing of the writer's became an element, and no link leads to a script. */
  async function expectHarmless(page: Page): Promise<void> {
    const found = await page.evaluate(() => {
      const roots: ParentNode[] = [document]
      for (const element of document.querySelectorAll('*'))
        if (element.shadowRoot) roots.push(element.shadowRoot)
      const all = roots.flatMap(root => [...root.querySelectorAll('*')])
      const handlers = (element: Element) => element.getAttributeNames().some(name => name.startsWith('on'))
      const odd = all.filter(
        element =>
          handlers(element) ||
          ['IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(element.tagName) ||
          (element.tagName === 'SCRIPT' && element.getAttribute('src') === null) ||
          (element.tagName === 'IMG' && element.getAttribute('src') === 'x'),
      )
      const addresses = all.flatMap(element =>
        ['href', 'src', 'action', 'formaction', 'xlink:href'].flatMap(
          name => element.getAttribute(name) ?? [],
        ),
      )
      return {
        ran: 'pwned' in window,
        odd: odd.map(element => element.outerHTML.slice(0, 200)),
        addresses: addresses.filter(
          address =>
            !/^(https?:\/\/|mailto:|tel:|blob:|\/|#|$|[\w.-]+\.(html|css|js|svg)|data:image\/)/i.test(
              address,
            ),
        ),
      }
    })
    assert.deepEqual(found, { ran: false, odd: [], addresses: [] })
    assert.deepEqual(complaints, [])
  }

  /** Waits until the page, or a shadow within it, says these words. */
  const shown = (page: Page, words: string) =>
    page.waitForFunction(words => {
      const shadows = [...document.querySelectorAll('*')].flatMap(element => element.shadowRoot ?? [])
      return [document.body, ...shadows].some(root => root.textContent?.includes(words))
    }, words)

  async function openAdmin(): Promise<Page> {
    const context = await browser.newContext()
    const [name = '', value = ''] = (await signIn(url, 'admin')).split('=')
    await context.addCookies([{ name, value, url }])
    const page = await context.newPage()
    await watch(page)
    return page
  }

  it('is text to the visitor and to the agent, in names, messages and files', async () => {
    complaints = []
    const { page: desk } = await openStaff(browser, url, 'agent2', { init: watch })
    await setPresence(desk, 'Available')
    const { page: shop } = await openVisitor(browser, url, { init: watch })
    await shop.evaluate(name => {
      document.title = name
      const { Guichet } = window as unknown as { Guichet: { identify(identity: object): void } }
      Guichet.identify({ displayName: name, email: 'eve@example.org', attributes: { [name]: name } })
    }, image)
    for (const text of scripts) {
      await say(shop, text)
      await shown(shop, text.trim())
    }
    await shop.getByRole('button', { name: 'Talk to a person' }).click()
    await desk.getByRole('button', { name: 'Accept', exact: true }).click()
    await desk.getByText('Conversation with the assistant').click()
    for (const text of scripts) await shown(desk, text.trim())
    await desk.getByText(image, { exact: true }).first().waitFor()
    for (const text of scripts) {
      await say(desk, `From the desk: ${text}`)
      await shown(shop, `From the desk: ${text}`)
    }
    await shop.locator('input[type=file]').setInputFiles({
      name: '<img src=x onerror=pwned=1>.html',
      mimeType: 'text/html',
      buffer: Buffer.from('<script>pwned=1</script>'),
    })
    await shop.getByRole('button', { name: 'Send', exact: true }).click()
    await shown(desk, 'img src=x onerror=pwned=1.html.txt')
    await Promise.all([expectHarmless(shop), expectHarmless(desk)])
    await desk.getByRole('button', { name: 'End chat' }).click()
    await desk.getByRole('textbox', { name: /note/i }).first().fill(scripts.join('\n'))
    await desk.getByRole('button', { name: 'Finish wrap-up' }).click()
    await expectHarmless(desk)
  })

  it('is text in the answers, choices and names that designers give', async () => {
    complaints = []
    const cookie = await signIn(url, 'designer')
    const headers = { cookie, origin: url }
    const article = (title: string, more: object = {}) =>
      ask(url, 'POST', '/api/articles', {
        body: {
          locale: 'en',
          title,
          body: scripts.join('\n'),
          url: 'https://evil.example/"onclick="pwned=1',
          ...more,
        },
        headers,
      })
    for (const title of [`Zeppelin tickets ${image}`, `Zeppelin hangars ${image}`])
      assert.equal((await article(title)).status, 201)
    assert.equal(
      (await article(`Quokka feeding ${image}`, { phrasings: 'How do I feed a quokka?' })).status,
      201,
    )
    const settings = { allowedOrigins: [], brandName: image, defaultLocale: 'en' }
    assert.equal((await ask(url, 'PUT', '/api/settings/widget', { body: settings, headers })).status, 200)
    assert.equal((await ask(url, 'PATCH', '/api/me', { body: { displayName: image }, headers })).status, 200)
    const queues = JSON.parse((await ask(url, 'GET', '/api/queues', { headers })).text)
    const path = `/api/queues/${queues.value[0].id}`
    const renamed = await ask(url, 'PATCH', path, { body: { name: { en: image, fr: image } }, headers })
    assert.equal(renamed.status, 200, renamed.text)

    const { page: shop } = await openVisitor(browser, url, { init: watch })
    await shown(shop, image)
    await say(shop, 'How do I feed a quokka?')
    await shown(shop, scripts[0] as string)
    await say(shop, 'zeppelin')
    await shop.getByRole('button', { name: `Zeppelin tickets ${image}` }).click()
    await expectHarmless(shop)

    const admin = await openAdmin()
    for (const page of ['/design/knowledge', '/design/queues', '/settings/people', '/supervise']) {
      await admin.goto(url + page)
      await shown(admin, image)
      await expectHarmless(admin)
    }
    await admin.goto(`${url}/design/widget`)
    await admin.waitForFunction(
      image => [...document.querySelectorAll('input')].some(input => input.value === image),
      image,
    )
    await expectHarmless(admin)
  })

  it('would be found if it were anything but text', async () => {
    complaints = []
    const { page } = await openVisitor(browser, url, { init: watch })
    await expectHarmless(page)
    await page.evaluate(markup => document.body.insertAdjacentHTML('beforeend', markup), image)
    await assert.rejects(expectHarmless(page), /onerror/)
  })

  it('stays in its file when staff open one', async () => {
    complaints = []
    const session = await beginVisit(url)
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const both = await upload(url, session, 'both.html', Buffer.concat([png, Buffer.from(scripts.join(''))]))
    const html = await upload(url, session, 'page.html', Buffer.from(`<!doctype html>${scripts[0]}`))
    const page = await openAdmin()
    await page.goto(`${url}/api/files/${both.body['id']}`)
    assert.equal(await page.evaluate(() => document.images.length), 1)
    assert.equal(await page.evaluate(() => document.scripts.length), 0)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${url}/api/files/${html.body['id']}`).catch(() => undefined),
    ])
    assert.equal(download.suggestedFilename(), 'page.html.txt')
    assert.deepEqual(complaints, [])
  })
})
