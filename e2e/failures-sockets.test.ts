import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { createThreadStore, type ThreadStore } from '@guichet/client'
import type { Thread } from '@guichet/contract'
import { skipWithoutChromium } from '@guichet/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { type ApiPerson, closeApiPeople, openApiAgent, openApiVisitor } from './support/api-people.ts'
import { freeUdpPort, type Guichet } from './support/guichet.ts'
import { openNetwork } from './support/network.ts'
import { openVisitor, say } from './support/people.ts'
import { startWithBrowser } from './support/stage.ts'
import { button, openDesk } from './support/talk.ts'

const skip = skipWithoutChromium()
const TYPED = 12
const TYPED_CUT_EVERY_MS = 700
const ROUNDS = 6
const SENT_A_ROUND = 25
const SENT = ROUNDS * SENT_A_ROUND
const SENT_EVERY_MS = 10

let guichet: Guichet
let browser: Browser
let mediaPort: number

before(async () => {
  if (skip) return
  mediaPort = await freeUdpPort()
  ;[guichet, browser] = await startWithBrowser({ MEDIA_PORT: String(mediaPort) })
})
after(async () => {
  await closeApiPeople()
  await browser?.close()
  await guichet?.dispose()
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
})

test('what both sides type over a breaking network arrives once each, in one order', { skip }, async t => {
  const network = await openNetwork(guichet.url, mediaPort)
  t.after(network.close)
  const { page: desk } = await openDesk(browser, network.url, 'agent1')
  const { page: shop } = await openVisitor(browser, network.url)
  await button(shop, 'Talk to a person').click()
  await button(desk, 'Accept').click()
  await say(desk, 'agent 0')
  await shop.getByText('agent 0').waitFor()

  let broken = 0
  const cutting = setInterval(() => {
    broken += network.cut()
  }, TYPED_CUT_EVERY_MS)
  t.after(() => clearInterval(cutting))
  for (let number = 1; number <= TYPED; number++) {
    await say(shop, `visitor ${number}`)
    await say(desk, `agent ${number}`)
  }
  clearInterval(cutting)
  assert.ok(broken >= 4, `only ${broken} connections were broken`)

  const wanted = [`visitor ${TYPED}`, `agent ${TYPED}`]
  for (const page of [shop, desk]) {
    for (const text of wanted) await page.getByText(text, { exact: true }).first().waitFor()
    await page.getByText('Sending…').first().waitFor({ state: 'detached' })
  }
  const [shown, read] = await Promise.all([linesOf(shop), linesOf(desk)])
  assert.deepEqual(shown, read)
  assert.equal(shown.length, 2 * TYPED + 1)
  assert.equal(new Set(shown).size, shown.length)
  await button(desk, 'End chat').click()
  await button(desk, 'Finish wrap-up').click()
})

test('a crowd of messages over sockets that keep breaking leaves no gap and no double', { skip }, async t => {
  const [visitor, agent] = await Promise.all([
    openApiVisitor(guichet.url),
    openApiAgent(guichet.url, 'agent2'),
  ])
  await agent.socket.request('presence.set', { presence: 'available' })
  await visitor.socket.request('conversation.requestPerson', {})
  const { offer } = await agent.heard('offer.issued')
  const { thread } = await agent.accept(offer)
  const one = follow(visitor, thread, visitor.session.visitor.rawId, async () => {
    return (await visitor.socket.request('conversation.get', {})).thread
  })
  const two = follow(agent, thread, agent.me.party.rawId, async () => {
    const { conversationId } = offer
    return (await agent.socket.request('conversation.open', { conversationId })).thread
  })
  t.after(() => {
    one.dispose()
    two.dispose()
  })

  // Each round cuts both, one after the other, among messages of which some are on their way.
  for (let round = 0; round < ROUNDS; round++) {
    const cuts = new Map<number, ApiPerson>([
      [5 + round, visitor],
      [12 - round, agent],
    ])
    const back: Promise<void>[] = []
    for (let number = 1; number <= SENT_A_ROUND; number++) {
      one.send(`visitor ${round * SENT_A_ROUND + number}`)
      two.send(`agent ${round * SENT_A_ROUND + number}`)
      const unlucky = cuts.get(number)
      if (unlucky !== undefined) {
        back.push(connectsAgain(unlucky))
        unlucky.cut()
      }
      await new Promise(resolve => setTimeout(resolve, SENT_EVERY_MS))
    }
    await Promise.all(back)
  }

  await Promise.all([complete(one), complete(two)])
  assert.deepEqual(textsOf(one), textsOf(two))
  for (const side of ['visitor', 'agent']) {
    const sent = Array.from({ length: SENT }, (_, index) => `${side} ${index + 1}`)
    assert.deepEqual(
      textsOf(one).filter(text => text.startsWith(side)),
      sent,
    )
  }
})

/** Messages of the two, from top to bottom. */
async function linesOf(page: Page): Promise<string[]> {
  return page.getByText(/^(visitor|agent) \d+$/).allTextContents()
}

function follow(
  person: ApiPerson,
  thread: Thread,
  selfRawId: string,
  load: () => Promise<Thread>,
): ThreadStore {
  let ids = 0
  return createThreadStore({
    socket: person.socket,
    threadId: thread.id,
    thread,
    selfRawId,
    load,
    environment: {
      now: Date.now,
      setTimer: setTimeout,
      clearTimer: timer => clearTimeout(timer as NodeJS.Timeout),
      randomId: () => `${selfRawId.slice(-12)}-${++ids}`,
    },
  })
}

/** Resolves when the connection was lost and is open again. */
function connectsAgain({ socket }: ApiPerson): Promise<void> {
  return new Promise(resolve => {
    let isLost = false
    const stop = socket.onState(({ status }) => {
      if (status !== 'open') isLost = true
      else if (isLost) {
        stop()
        resolve()
      }
    })
  })
}

/** Waits until all that both sent is there and nothing is on its way. */
async function complete(store: ThreadStore): Promise<void> {
  const isComplete = () => {
    const { items, status } = store.getSnapshot()
    return (
      status === 'ready' && items.every(item => item.delivery === 'sent') && textsOf(store).length >= 2 * SENT
    )
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const stop = store.subscribe(() => {
    if (isComplete()) resolve()
  })
  const limit = setTimeout(() => {
    const states = Object.groupBy(store.getSnapshot().items, item => item.delivery)
    reject(new Error(`not complete: ${JSON.stringify(states).slice(0, 2_000)}`))
  }, 60_000)
  if (isComplete()) resolve()
  await promise.finally(() => {
    clearTimeout(limit)
    stop()
  })
}

function textsOf(store: ThreadStore): string[] {
  return store.getSnapshot().items.flatMap(item => {
    const text = item.delivery === 'sent' ? item.message.content.message : item.outgoing.message
    return text !== undefined && /^(visitor|agent) \d+$/.test(text) ? [text] : []
  })
}
