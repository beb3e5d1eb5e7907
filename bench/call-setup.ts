// How long until two people hear each other: from the visitor's click on "Call" (no menu, an agent who accepts at
// once), and from the agent's accept. Two real browsers pages with tones as microphones, one machine.
import { cpus, loadavg } from 'node:os'
import { launchChromium } from '@guichet/testkit/browser'
import type { Page } from 'playwright-core'
import { startGuichet } from '../e2e/support/guichet.ts'
import { AGENT_HZ, button, openDesk, openShop, VISITOR_HZ } from '../e2e/support/talk.ts'

const runs = 15

type Marks = { clicked?: number; heard?: number }

const [guichet, browser] = await Promise.all([startGuichet({ LOG_LEVEL: 'warn' }), launchChromium()])
try {
  await callWithoutMenu()
  const { page: desk } = await openDesk(browser, guichet.url, 'agent1')
  const { page: shop } = await openShop(browser, guichet.url)
  await watchSound(shop, AGENT_HZ)
  await watchSound(desk, VISITOR_HZ)
  const fromClick: number[] = []
  const fromAccept: number[] = []
  for (let run = 0; run <= runs; run++) {
    const { clicked, accepted, bothHear } = await call(shop, desk)
    // Calls of one visitor are limited in number a minute.
    await shop.waitForTimeout(5_000)
    // The first call loads the call's code and warms everything up.
    if (run === 0) continue
    fromClick.push(bothHear - clicked)
    fromAccept.push(bothHear - accepted)
  }
  console.log(`${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, ${runs} calls after one to warm up`)
  report('click "Call" to both hearing, no menu, accepted at once (target p50 700 ms)', fromClick)
  report('accept to both hearing (target p50 200 ms)', fromAccept)
} finally {
  await browser.close()
  await guichet.dispose()
}

/** The designer lets calls go straight to the queue, without a word before. */
async function callWithoutMenu(): Promise<void> {
  const headers = { 'content-type': 'application/json', origin: guichet.url }
  const signIn = await fetch(`${guichet.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email: 'designer@demo.guichet', password: 'demo-guichet' }),
  })
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const list = await fetch(`${guichet.url}/api/applications`, { headers: { cookie } })
  const { value } = (await list.json()) as {
    value: {
      id: string
      kind: string
      isDefault: boolean
      version: number
      document: Record<string, unknown>
    }[]
  }
  const queue = value.find(application => application.kind === 'callQueue')
  for (const application of value) {
    const document = application.isDefault
      ? {
          ...application.document,
          defaultFlow: {
            greeting: { kind: 'none' },
            action: { kind: 'redirect', target: { kind: 'queue', queueId: queue?.document['queueId'] } },
          },
        }
      : { ...application.document, greeting: { kind: 'none' } }
    const answer = await fetch(`${guichet.url}/api/applications/${application.id}`, {
      method: 'PUT',
      headers: { ...headers, cookie },
      body: JSON.stringify({ document, version: application.version }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

/** Notes on the page, in epoch milliseconds, when the tone is first heard after `marks` was emptied. */
async function watchSound(page: Page, hz: number): Promise<void> {
  await page.evaluate(hz => {
    const scope = window as unknown as { e2eReceived: MediaStreamTrack[]; marks: Marks }
    scope.marks = {}
    const context = new AudioContext({ sampleRate: 48_000 })
    const heard = new Set<MediaStreamTrack>()
    setInterval(() => {
      for (const track of scope.e2eReceived) {
        if (track.kind !== 'audio' || heard.has(track)) continue
        heard.add(track)
        listen(track)
      }
    }, 5)
    function listen(track: MediaStreamTrack): void {
      const element = new Audio()
      const stream = new MediaStream([track])
      element.srcObject = stream
      element.muted = true
      void element.play()
      const analyser = context.createAnalyser()
      analyser.fftSize = 1_024
      analyser.smoothingTimeConstant = 0
      context.createMediaStreamSource(stream).connect(analyser)
      const bins = new Float32Array(analyser.frequencyBinCount)
      const at = Math.round(hz / (48_000 / 1_024))
      const timer = setInterval(() => {
        if (track.readyState === 'ended') return clearInterval(timer)
        analyser.getFloatFrequencyData(bins)
        const level = Math.max(...bins.slice(at - 1, at + 2))
        // Music may touch the tone's frequency: the tone is far louder than any part of it.
        if (level > -32) scope.marks.heard ??= performance.timeOrigin + performance.now()
      }, 4)
    }
  }, hz)
}

async function call(
  shop: Page,
  desk: Page,
): Promise<{ clicked: number; accepted: number; bothHear: number }> {
  await Promise.all([shop, desk].map(page => page.evaluate('window.marks = {}')))
  await desk.evaluate(clickWhenThere, 'Accept')
  await shop.evaluate(clickWhenThere, 'Call')
  const [visitor, agent] = await Promise.all([shop, desk].map(heard))
  await button(shop, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
  await button(desk, 'Finish wrap-up').waitFor({ state: 'detached' })
  await button(shop, 'Back to the chat').click()
  await button(shop, 'Call').waitFor()
  return {
    clicked: visitor?.clicked ?? Number.NaN,
    accepted: agent?.clicked ?? Number.NaN,
    bothHear: Math.max(visitor?.heard ?? Number.NaN, agent?.heard ?? Number.NaN),
  }
}

/** Clicks a button of the page, or of the widget's shadow tree, as soon as it is there. */
function clickWhenThere(name: string): void {
  const scope = window as unknown as { marks: Marks }
  const timer = setInterval(() => {
    const roots: ParentNode[] = [document]
    for (const element of document.querySelectorAll('*'))
      if (element.shadowRoot) roots.push(element.shadowRoot)
    const all = roots.flatMap(root => [...root.querySelectorAll('button')])
    const wanted = all.find(one => (one.ariaLabel ?? one.textContent ?? '').trim() === name && !one.disabled)
    if (!wanted) return
    clearInterval(timer)
    scope.marks.clicked = performance.timeOrigin + performance.now()
    wanted.click()
  }, 5)
}

async function heard(page: Page): Promise<Marks> {
  const handle = await page.waitForFunction(() => {
    const { marks } = window as unknown as { marks: Marks }
    return marks.heard === undefined ? null : marks
  })
  return (await handle.jsonValue()) as Marks
}

function report(what: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)
  console.log(`${what}: p50 ${at(0.5)} ms, min ${at(0)} ms, max ${at(1)} ms`)
}
