// How long until two people hear each other: from the visitor's click on "Call" (no menu, an agent who accepts at
// once), and from the agent's accept, at once and after some ringing. Two pages of real browsers with tones as
// microphones, one machine. An argument says how many calls of each kind.
import { cpus, loadavg } from 'node:os'
import { launchChromium } from '@guichet/testkit/browser'
import type { Page } from 'playwright-core'
import { startGuichet } from '../e2e/support/guichet.ts'
import { openStaff, openVisitor, setPresence } from '../e2e/support/people.ts'
import { button } from '../e2e/support/talk.ts'

const runs = Number(process.argv[2] ?? 10)
/** A person looks who calls before accepting; by then the desk has connected. */
const RINGING_MS = 1_500
/** Calls of one visitor are limited in number a minute. */
const PAUSE_MS = 8_000
const VISITOR_HZ = 440
/** Above what the music on hold reaches. */
const AGENT_HZ = 3_000

type Marks = { clicked?: number; heard?: number }
type Scope = { e2eReceived: MediaStreamTrack[]; marks: Marks; keepsPrepare: boolean }

/** Runs where sound is made, so that a busy page does not hear late: notes when a tone is first there. */
const ear = `registerProcessor('ear', class extends AudioWorkletProcessor {
  constructor({ processorOptions: { hz } }) {
    super()
    this.hz = hz
    this.recent = new Float32Array(512)
  }
  process([input]) {
    const block = input[0]
    if (!block) return true
    this.recent.copyWithin(0, block.length)
    this.recent.set(block, this.recent.length - block.length)
    const turn = 2 * Math.cos(2 * Math.PI * this.hz / sampleRate)
    let last = 0, before = 0
    for (const sample of this.recent) [last, before] = [sample + turn * last - before, last]
    const amplitude = Math.sqrt(Math.max(0, last ** 2 + before ** 2 - turn * last * before)) * 2 / this.recent.length
    if (amplitude > 0.08) this.port.postMessage(Date.now())
    return true
  }
})`

const kinds = {
  atOnce: { ringingMs: 0, prepares: true },
  ringing: { ringingMs: RINGING_MS, prepares: true },
  unprepared: { ringingMs: RINGING_MS, prepares: false },
} as const
type Kind = keyof typeof kinds

const [guichet, browser] = await Promise.all([startGuichet({ LOG_LEVEL: 'warn' }), launchChromium()])
try {
  await callWithoutMenu()
  const { page: desk } = await openStaff(browser, guichet.url, 'agent1', {
    init: async page => {
      await page.addInitScript(giveTone, AGENT_HZ)
      await allowEar(page)
      await page.addInitScript(dropPreparations)
    },
  })
  await setPresence(desk, 'Available')
  const { page: shop } = await openVisitor(browser, guichet.url, {
    init: async page => {
      await page.addInitScript(giveTone, VISITOR_HZ)
      await allowEar(page)
    },
  })
  await watchSound(shop, AGENT_HZ)
  await watchSound(desk, VISITOR_HZ)
  const fromClick: number[] = []
  const fromAccept: Record<Kind, number[]> = { atOnce: [], ringing: [], unprepared: [] }
  // The first calls load the call's code and warm everything up.
  const order = Object.keys(kinds) as Kind[]
  for (let run = -2; run < runs * order.length; run++) {
    const kind = order[(run + 3) % order.length] as Kind
    const { clicked, accepted, bothHear } = await call(shop, desk, kind)
    await shop.waitForTimeout(PAUSE_MS)
    if (run < 0) continue
    if (kind === 'atOnce') fromClick.push(bothHear - clicked)
    fromAccept[kind].push(bothHear - accepted)
  }
  console.log(`${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, ${runs} calls of each kind after two`)
  report('click "Call" to both hearing, no menu, accepted at once (target p50 700 ms)', fromClick)
  report(`accept to both hearing, after ${RINGING_MS} ms of ringing (target p50 200 ms)`, fromAccept.ringing)
  report('the same, when the desk did not connect ahead', fromAccept.unprepared)
  report('accept to both hearing, accepted at once', fromAccept.atOnce)
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

/** The pages' policy would refuse the ear, which is no file of theirs. */
async function allowEar(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setBypassCSP', { enabled: true })
}

/**
 * Keeps the tracks that the page receives, and lets its microphone, once opened for real, play a tone that is there
 * already: making one takes time of its own.
 */
function giveTone(hz: number): void {
  const scope = window as unknown as Scope
  scope.e2eReceived = []
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('track', event => scope.e2eReceived.push(event.track))
    }
  }
  const context = new AudioContext()
  const oscillator = new OscillatorNode(context, { frequency: hz })
  const out = context.createMediaStreamDestination()
  oscillator.connect(new GainNode(context, { gain: 0.5 })).connect(out)
  oscillator.start()
  const devices = navigator.mediaDevices
  const ask = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async constraints => {
    const stream = await ask(constraints)
    for (const track of stream.getAudioTracks()) {
      stream.removeTrack(track)
      track.stop()
      for (const tone of out.stream.getAudioTracks()) stream.addTrack(tone.clone())
    }
    if (context.state === 'suspended') await context.resume()
    return stream
  }
}

/** Lets a desk stay unprepared when the bench wants it: its preparations are not sent. */
function dropPreparations(): void {
  const scope = window as unknown as Scope
  scope.keepsPrepare = true
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (data) {
    if (!scope.keepsPrepare && String(data).includes('"call.prepare"')) return
    send.call(this, data)
  }
}

/** Notes on the page, in epoch milliseconds, when the tone is first heard after \`marks\` was emptied. */
async function watchSound(page: Page, hz: number): Promise<void> {
  await page.evaluate(
    async ({ hz, ear }) => {
      const scope = window as unknown as Scope
      scope.marks = {}
      const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' })
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([ear], { type: 'text/javascript' })))
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
        const node = new AudioWorkletNode(context, 'ear', { processorOptions: { hz }, channelCount: 1 })
        node.port.onmessage = ({ data }) => {
          scope.marks.heard = Math.min(scope.marks.heard ?? data, data)
        }
        context.createMediaStreamSource(stream).connect(node)
      }
    },
    { hz, ear },
  )
}

async function call(
  shop: Page,
  desk: Page,
  kind: Kind,
): Promise<{ clicked: number; accepted: number; bothHear: number }> {
  const { ringingMs, prepares } = kinds[kind]
  await desk.evaluate(keeps => Object.assign(window, { keepsPrepare: keeps }), prepares)
  await Promise.all([shop, desk].map(page => page.evaluate('window.marks = {}')))
  await desk.evaluate(clickWhenThere, { name: 'Accept', afterMs: ringingMs })
  await shop.evaluate(clickWhenThere, { name: 'Call', afterMs: 0 })
  const [visitor, agent] = await Promise.all([shop, desk].map(heard))
  await button(shop, 'Hang up').click()
  await button(desk, 'Finish wrap-up').click()
  await button(desk, 'Finish wrap-up').waitFor({ state: 'detached' })
  await button(shop, 'Back to the chat').click()
  await button(shop, 'Call').waitFor()
  const accepted = agent?.clicked ?? Number.NaN
  const first = Math.min(visitor?.heard ?? Number.NaN, agent?.heard ?? Number.NaN)
  if (!(first > accepted)) throw new Error(`heard ${accepted - first} ms before the call was accepted`)
  return {
    clicked: visitor?.clicked ?? Number.NaN,
    accepted,
    bothHear: Math.max(visitor?.heard ?? Number.NaN, agent?.heard ?? Number.NaN),
  }
}

/** Clicks a button of the page, or of the widget's shadow tree, when it has been there for a while. */
function clickWhenThere({ name, afterMs }: { name: string; afterMs: number }): void {
  const scope = window as unknown as { marks: Marks }
  const timer = setInterval(() => {
    const roots: ParentNode[] = [document]
    for (const element of document.querySelectorAll('*'))
      if (element.shadowRoot) roots.push(element.shadowRoot)
    const all = roots.flatMap(root => [...root.querySelectorAll('button')])
    const wanted = all.find(one => (one.ariaLabel ?? one.textContent ?? '').trim() === name && !one.disabled)
    if (!wanted) return
    clearInterval(timer)
    setTimeout(() => {
      scope.marks.clicked = Date.now()
      wanted.click()
    }, afterMs)
  }, 5)
}

async function heard(page: Page): Promise<Marks> {
  const handle = await page.waitForFunction(() => {
    const { marks } = window as unknown as { marks: Marks }
    return marks.heard === undefined || marks.clicked === undefined ? null : marks
  })
  return (await handle.jsonValue()) as Marks
}

function report(what: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)
  console.log(`${what}: p50 ${at(0.5)} ms, min ${at(0)} ms, max ${at(1)} ms`)
}
