import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, afterEach, before, describe, it } from 'node:test'
import { MAX_FILE_BYTES } from '@guichet/contract'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Download, Page } from 'playwright-core'
import type { Guichet } from './support/guichet.ts'
import { openVisitor } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, openDesk } from './support/talk.ts'

const skip = skipWithoutChromium()
const hostileName = '<img src=x onerror=pwned=1>.png'
/** The same without what no disk can bear; the rest is for the screens to show as it is. */
const keptName = 'img src=x onerror=pwned=1.png'

type Colour = readonly [red: number, green: number, blue: number]
const red: Colour = [255, 0, 0]
const blue: Colour = [0, 0, 255]

describe('files between the widget and the desk', { skip }, () => {
  let guichet: Guichet
  let browser: Browser
  let shop: Page
  let desk: Page

  before(async () => {
    if (skip) return
    ;[guichet, browser] = await startWithBrowser()
    desk = (await openDesk(browser, guichet.url, 'agent1')).page
    shop = (await openVisitor(browser, guichet.url)).page
    await button(shop, 'Talk to a person').click()
    await button(desk, 'Accept').click()
    await desk.getByRole('textbox', { name: 'Message' }).waitFor()
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })
  afterEach(async () => {
    for (const page of [shop, desk]) assert.equal(await page?.evaluate(() => 'pwned' in window), false)
  })

  const choose = (page: Page, name: string, buffer: Buffer, mimeType = 'application/octet-stream') =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer })
  const send = (page: Page) => button(page, 'Send').click()

  it('show a picture of the visitor at the desk, and its hostile name as text', async () => {
    const picture = await pictureOf(shop, red)
    await choose(shop, hostileName, picture, 'image/png')
    await send(shop)
    const shown = desk.getByRole('img', { name: keptName, exact: true })
    await shown.waitFor()
    await desk.waitForFunction(
      name => [...document.images].some(image => image.alt === name && image.naturalWidth > 0),
      keptName,
    )
    const colour = await shown.evaluate(element => {
      const canvas = document.createElement('canvas')
      const pen = canvas.getContext('2d')
      pen?.drawImage(element as HTMLImageElement, 0, 0)
      return [...(pen?.getImageData(4, 4, 1, 1).data ?? [])].slice(0, 3)
    })
    assert.deepEqual(colour, red)
    assert.equal(await desk.locator('img[src="x"]').count(), 0)
  })

  it('show a picture of the agent on the page of the shop, which can save it', async () => {
    const picture = await pictureOf(desk, blue)
    await choose(desk, hostileName, picture, 'image/png')
    await send(desk)
    const shown = shop.getByRole('button', { name: `Download ${keptName}` }).last()
    await shown.waitFor()
    await shop.waitForFunction(colour => {
      const canvases = document.querySelector('[data-guichet-widget]')?.shadowRoot?.querySelectorAll('canvas')
      return [...(canvases ?? [])].some(canvas => {
        const pixel = canvas.width > 1 ? canvas.getContext('2d')?.getImageData(4, 4, 1, 1).data : undefined
        return pixel !== undefined && colour.every((level, index) => pixel[index] === level)
      })
    }, blue)
    const [saved] = await Promise.all([shop.waitForEvent('download'), shown.click()])
    assert.equal(saved.suggestedFilename(), keptName)
    assert.deepEqual(await bytesOf(saved), picture)
  })

  it('carry a document whole, both ways', async () => {
    const words = Buffer.from('Deliver to the back door, please.\n')
    await choose(shop, 'directions.txt', words, 'text/plain')
    await send(shop)
    const link = desk.getByRole('link', { name: 'directions.txt' })
    const opened = await desk.context().request.get(guichet.url + (await link.getAttribute('href')))
    assert.match(opened.headers()['content-disposition'] ?? '', /^attachment/)
    assert.deepEqual(await opened.body(), words)

    await choose(desk, 'receipt.txt', Buffer.from('Paid: 12 €'), 'text/plain')
    await send(desk)
    const [saved] = await Promise.all([
      shop.waitForEvent('download'),
      button(shop, 'Download receipt.txt').click(),
    ])
    assert.equal(String(await bytesOf(saved)), 'Paid: 12 €')
  })

  it('are refused in clear words beyond ten megabytes, and of a kind that nobody should open', async () => {
    const tooLarge = Buffer.alloc(MAX_FILE_BYTES + 1, 'x')
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)])
    await choose(shop, 'everything.txt', tooLarge)
    await shop.getByText('everything.txt: This file is too large: 10 MB at most.').waitFor()
    await choose(shop, 'gift.exe', program)
    await shop.getByText('gift.exe: Files of this kind cannot be sent.').waitFor()
    assert.equal(await button(shop, 'Send').isDisabled(), true)

    await choose(desk, 'everything.txt', tooLarge)
    await desk.getByText('everything.txt is larger than 10 MB.').first().waitFor()
    await choose(desk, 'gift.exe', program)
    await desk.getByText('This kind of file is not accepted.').first().waitFor()
    await button(desk, 'Remove gift.exe').waitFor({ state: 'detached' })
    assert.equal(await button(desk, 'Remove everything.txt').count(), 0)
  })

  it('of ten megabytes arrive', async () => {
    const largest = Buffer.alloc(MAX_FILE_BYTES, 'Guichet. ')
    await choose(shop, 'largest.txt', largest, 'text/plain')
    await send(shop)
    await desk.getByRole('link', { name: 'largest.txt' }).waitFor()
  })
})

/** A small PNG of one colour. */
async function pictureOf(page: Page, colour: Colour): Promise<Buffer> {
  const address = await page.evaluate(colour => {
    const canvas = document.createElement('canvas')
    canvas.width = 16
    canvas.height = 16
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D
    pen.fillStyle = `rgb(${colour.join(' ')})`
    pen.fillRect(0, 0, 16, 16)
    return canvas.toDataURL('image/png')
  }, colour)
  return Buffer.from(address.split(',')[1] ?? '', 'base64')
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path())
}
