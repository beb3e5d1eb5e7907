import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { ask } from './support/hostile.ts'
import { startWithBrowser } from './support/stage.ts'
import { button } from './support/talk.ts'

const skip = skipWithoutChromium()
/** Loopback for the machine, and not an address on which a demo may listen: tests listen nowhere else. */
const ELSEWHERE = '127.0.0.2'

const email = 'ada@example.org'
const password = 'a long first password'

describe('a server that listens elsewhere than loopback', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let url: string
  let code: string

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser({ HOST: ELSEWHERE, DEMO: 'false' })
    const told = await guichet.logged(line => line.msg?.includes('enter this code') ?? false)
    const found = /open (http\S+)\/setup and enter this code: (\S+)/.exec(told.msg ?? '')
    url = found?.[1] ?? ''
    code = found?.[2] ?? ''
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })

  const openDoor = async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(`${url}/setup`)
    return page
  }

  it('does not start with the known passwords of the demo', async () => {
    await assert.rejects(startGuichet({ HOST: ELSEWHERE }), /demo mode has known passwords/)
  })

  it('knows no account until the first administrator is made with its code, once', async () => {
    assert.match(url, new RegExp(`^http://${ELSEWHERE}:`))
    const demo = await ask(url, 'POST', '/api/auth/sign-in/email', {
      body: { email: 'admin@demo.guichet', password: 'demo-guichet' },
      headers: { origin: url },
    })
    assert.equal(demo.status, 401)

    const page = await openDoor()
    const late = await openDoor()
    for (const each of [page, late]) {
      await each.getByRole('heading', { name: 'Make the first administrator' }).waitFor()
      await each.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace')
      await each.getByRole('textbox', { name: 'Email' }).fill(email)
      await each.getByRole('textbox', { name: 'Password' }).fill(password)
      await each.getByRole('textbox', { name: 'Set-up code' }).fill(code)
    }
    await page.getByRole('textbox', { name: 'Set-up code' }).fill('not-the-code')
    await button(page, 'Create the administrator').click()
    await page.getByText('This is not the code that the server printed').waitFor()
    await page.getByRole('textbox', { name: 'Set-up code' }).fill(code)
    await button(page, 'Create the administrator').click()
    await page.getByRole('heading', { name: 'People' }).waitFor()

    await button(late, 'Create the administrator').click()
    await late.getByText('there is an administrator by now').waitFor()

    const again = await openDoor()
    await again.getByRole('heading', { name: 'Sign in to Guichet' }).waitFor()
    await again.getByRole('textbox', { name: 'Email' }).fill(email)
    await again.getByRole('textbox', { name: 'Password' }).fill(password)
    await button(again, 'Sign in').click()
    await again.getByRole('heading', { name: 'People' }).waitFor()
    await again.getByText(email).first().waitFor()
  })

  it('begins with one queue that nobody serves yet, and calls find an application', async () => {
    const signedIn = await fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password }),
    })
    const cookie = signedIn.headers.getSetCookie().map(value => value.split(';')[0])
    const read = async (path: string) => {
      const response = await fetch(url + path, { headers: { cookie: cookie.join('; ') } })
      return ((await response.json()) as { value: Record<string, unknown>[] }).value
    }
    const [queue, ...otherQueues] = await read('/api/queues')
    assert.deepEqual(queue?.['name'], { en: 'Reception', fr: 'Accueil' })
    assert.deepEqual([queue?.['members'], otherQueues], [[], []])
    const [application, ...others] = await read('/api/applications')
    assert.deepEqual([application?.['isDefault'], others], [true, []])
  })
})
