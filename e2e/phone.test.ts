import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { after, afterEach, before, describe, it } from 'node:test'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { type Phone, skipWithoutBaresip, startPhone } from './support/baresip.ts'
import { freeSipPort, type Guichet } from './support/guichet.ts'
import { hears } from './support/senses.ts'
import { startWithBrowser } from './support/stage.ts'
import { AGENT_HZ, button, openDesk } from './support/talk.ts'

/** Tone of the phone's microphone. */
const PHONE_HZ = 600

describe('a telephone', { skip: skipWithoutChromium() || skipWithoutBaresip() }, () => {
  let guichet: Guichet
  let browser: Browser
  let sipPort: number
  let desk: Page
  const phones: Phone[] = []

  before(async () => {
    sipPort = await freeSipPort()
    ;[guichet, browser] = await startWithBrowser({ SIP_PORT: String(sipPort) })
    desk = (await openDesk(browser, guichet.url, 'agent1')).page
  })
  after(async () => {
    await browser?.close()
    await guichet?.dispose()
  })

  // A test that failed half way leaves nobody in a call.
  afterEach(async () => {
    for (const phone of phones.splice(0)) {
      await phone.tell('hangup')
      await phone.close()
    }
    // The button may be about to go: then there is nothing to finish.
    const finish = button(desk, 'Finish wrap-up')
    if (await finish.isVisible()) await finish.click({ timeout: 2_000 }).catch(() => undefined)
  })

  async function openPhone(parameters = ''): Promise<Phone> {
    const account = `<sip:caller@127.0.0.1:${sipPort}${parameters}>;regint=0;audio_codecs=PCMA,PCMU`
    const phone = await startPhone({ account, toneHz: PHONE_HZ })
    phones.push(phone)
    return phone
  }

  for (const transport of ['udp', 'tcp']) {
    it(`reaches the menu over ${transport}, keys its way to an agent in a browser, and both hear each other`, async () => {
      const phone = await openPhone(`;transport=${transport}`)
      await phone.tell('dial', `sip:8000@127.0.0.1:${sipPort}`)
      await phone.said('CALL_ESTABLISHED')
      // A key ends the greeting: no need to hear it out.
      await phone.tell('sndcode', '1')
      await button(desk, 'Accept').click()
      await Promise.all([hears(desk, PHONE_HZ, AGENT_HZ), phone.hears(AGENT_HZ, PHONE_HZ)])

      await button(desk, 'Hold').click()
      await button(desk, 'Resume').waitFor()
      await waitFor(() => phone.loudness() > 200)
      await button(desk, 'Resume').click()
      await phone.hears(AGENT_HZ, PHONE_HZ)

      await button(desk, 'Hang up').click()
      await phone.said('CALL_CLOSED')
      await button(desk, 'Finish wrap-up').click()
    })
  }

  it('that hangs up ends the call at the desk', async () => {
    const phone = await openPhone()
    await phone.tell('dial', `sip:8001@127.0.0.1:${sipPort}`)
    await button(desk, 'Accept').click()
    await hears(desk, PHONE_HZ, AGENT_HZ)
    await phone.tell('hangup')
    await button(desk, 'Finish wrap-up').click()
  })

  it('registers with its password, and not with another', async () => {
    const account = (password: string) =>
      `<sip:phone1@127.0.0.1:${sipPort}>;auth_user=phone1;auth_pass=${password};regint=60`
    const right = await startPhone({ account: account('demo-guichet'), toneHz: PHONE_HZ })
    phones.push(right)
    await right.printed(/200 OK/)
    const wrong = await startPhone({ account: account('guessed'), toneHz: PHONE_HZ })
    phones.push(wrong)
    await wrong.printed(/403 Forbidden/)
    assert.ok(guichet.log.some(line => line.msg === 'SIP authentication failed'))
    await right.tell('dial', `sip:8000@127.0.0.1:${sipPort}`)
    await right.said('CALL_ESTABLISHED')
  })

  it('is heard while garbage pours in beside it', async () => {
    const phone = await openPhone()
    await phone.tell('dial', `sip:8001@127.0.0.1:${sipPort}`)
    await button(desk, 'Accept').click()
    await phone.hears(AGENT_HZ, PHONE_HZ)
    const attacker = createSocket('udp4')
    const garbage = [
      Buffer.alloc(0),
      Buffer.alloc(1_400, 0xff),
      Buffer.from('INVITE sip:8000@127.0.0.1 SIP/2.0\r\n\r\n'),
      Buffer.from('SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\nContent-Length: 99999\r\n\r\n'),
      Buffer.from(`INVITE sip:${'a'.repeat(1_200)} SIP/2.0\r\nVia: \r\nFrom: <\r\n\r\n`),
    ]
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) attacker.send(garbage[i % garbage.length] as Buffer, sipPort, '127.0.0.1')
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    attacker.close()
    await Promise.all([hears(desk, PHONE_HZ, AGENT_HZ), phone.hears(AGENT_HZ, PHONE_HZ)])
    assert.deepEqual(
      guichet.log.filter(({ level }) => level >= 50),
      [],
    )
    await button(desk, 'Hang up').click()
    await phone.said('CALL_CLOSED')
    await button(desk, 'Finish wrap-up').click()
  })

  it('that dials a number nobody has is told so', async () => {
    const phone = await openPhone()
    await phone.tell('dial', `sip:7777@127.0.0.1:${sipPort}`)
    await phone.said('CALL_CLOSED')
    assert.equal(await desk.getByRole('button', { name: 'Accept', exact: true }).count(), 0)
  })
})

async function waitFor(condition: () => boolean): Promise<void> {
  const until = Date.now() + 10_000
  while (!condition()) {
    assert.ok(Date.now() < until, 'waited too long')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
