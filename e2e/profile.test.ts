// One's own page in the console: another password ends every other session.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { openStaff } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'

const skip = skipWithoutChromium()
const FRESH = 'a much longer secret'

let guichet: Guichet
let browser: Browser

before(async () => {
  if (skip) return
  ;[guichet, browser] = await startWithBrowser()
})
after(async () => {
  await browser?.close()
  await guichet?.dispose()
})

test('an agent changes the password, and is signed out everywhere else', { skip }, async () => {
  const { page } = await openStaff(browser, guichet.url, 'agent1')
  const elsewhere = await openStaff(browser, guichet.url, 'agent1')
  await page.getByRole('button', { name: 'Account', exact: true }).click()
  await page.getByRole('menuitem', { name: 'My profile' }).click()

  const fill = async (current: string, fresh: string, repeated: string) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password', { exact: true }).fill(fresh)
    await page.getByLabel('New password again').fill(repeated)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await fill('demo-guichet', 'short', 'shore')
  await page.getByText('Use at least 12 characters.').waitFor()
  await page.getByText('The two are not the same.').waitFor()
  await fill('not my password', FRESH, FRESH)
  await page.getByText('The current password is not right.').waitFor()
  await fill('demo-guichet', FRESH, FRESH)
  await page.getByText('Your password is changed.').first().waitFor()

  await elsewhere.page.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.reload()
  await page.getByLabel('Current password').waitFor()
  const status = await elsewhere.page.evaluate(async password => {
    const response = await fetch('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'agent1@demo.guichet', password }),
    })
    return response.status
  }, FRESH)
  assert.equal(status, 200)
})
