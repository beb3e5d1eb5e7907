import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Call, DeskSnapshot, LegGrant, OfferView, StartedCall, VisitorSession } from '@guichet/contract'
import type { z } from 'zod'
import { chromeOffer } from '../apps/media/src/testing/offers.ts'
import { createVoice, endVoices, type Voice } from './support/api-voice.ts'
import { type Guichet, type LogLine, startGuichet } from './support/guichet.ts'
import {
  beginVisit,
  openStaffSocket,
  openVisitorSocket,
  type RawSocket,
  signIn,
  stillServes,
  watchLog,
} from './support/hostile.ts'
import { brokenOffers, damage, offerNaming } from './support/hostile-offers.ts'

/** Starts that one visitor may make before waiting, less the two that prove that they still may. */
const STARTS_PER_VISITOR = 4
const SALES = '5a1e5000-0000-4000-8000-000000000012'

type Caller = { session: VisitorSession; raw: RawSocket }

describe('the door of calls', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>
  const voices: Voice[] = []

  before(async () => {
    guichet = await startGuichet()
    url = guichet.url
    log = watchLog(guichet)
  })
  after(async () => {
    for (const voice of voices) voice.close()
    await endVoices()
    await guichet?.dispose()
  })
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
    const started = guichet.log.filter(isMediaReady)
    assert.equal(started.length, 1, 'the media process is the first one still')
    process.kill(Number(started[0]?.['pid']), 0)
  })

  const isMediaReady = (line: LogLine) => line.msg === 'media process ready'

  async function openCaller(): Promise<Caller> {
    const session = await beginVisit(url)
    return { session, raw: await openVisitorSocket(url, session) }
  }

  const start = ({ session, raw }: Caller, sdpOffer: unknown, applicationId?: string) =>
    raw.request('call.start', {
      conversationId: session.conversation.id,
      sdpOffer,
      ...(applicationId === undefined ? {} : { applicationId }),
    })

  function voice(): Voice {
    const made = createVoice()
    voices.push(made)
    return made
  }

  /** Calls as a browser does, until sound flows. */
  async function callWell(caller: Caller, applicationId?: string): Promise<Call> {
    const own = voice()
    const started = await start(caller, own.offer(), applicationId)
    assert.ok(started.ok, JSON.stringify(started))
    const { call, sdpAnswer } = started.result as z.infer<typeof StartedCall>
    await own.connect(sdpAnswer)
    await reaches(caller.raw, call.id, ({ state }) => state === 'connected')
    return call
  }

  const reaches = (raw: RawSocket, callId: Call['id'], fits: (call: Call) => boolean) =>
    raw.frame('event', event => {
      if (event.name !== 'call.changed') return false
      return event.payload.call.id === callId && fits(event.payload.call)
    })

  const viewOf = async ({ raw }: Caller): Promise<Call | null> => {
    const answer = await raw.request('conversation.get', {})
    assert.ok(answer.ok)
    return (answer.result as { call: Call | null }).call
  }

  it('refuses offers that are none with words, and lets the visitor call again', async () => {
    const rows = [...brokenOffers]
    while (rows.length > 0) {
      const caller = await openCaller()
      for (const [name, sdp] of rows.splice(0, STARTS_PER_VISITOR)) {
        const outcome = await start(caller, sdp)
        assert.ok(!outcome.ok, `${name}: ${JSON.stringify(outcome)}`)
        const { code, detail, errors } = outcome.problem
        assert.ok(code === 'media-failed' || code === 'invalid-request', `${name}: ${code}`)
        assert.ok(detail ?? errors?.length, name)
        assert.equal((await viewOf(caller))?.state, undefined, name)
      }
      const call = await callWell(caller)
      assert.ok((await caller.raw.request('call.hangUp', { callId: call.id })).ok)
      caller.raw.close()
    }
  })

  it('answers damaged offers or refuses them, and hangs up either way', async () => {
    let answered = 0
    for (let seed = 0; seed < 60; seed++) {
      const caller = await openCaller()
      const outcome = await start(caller, damage(seed))
      if (outcome.ok) {
        answered++
        const { call, sdpAnswer } = outcome.result as z.infer<typeof StartedCall>
        assert.match(sdpAnswer, /^v=0\r\n/)
        assert.ok((await caller.raw.request('call.hangUp', { callId: call.id })).ok, `seed ${seed}`)
      } else assert.match(outcome.problem.code, /^(media-failed|invalid-request)$/, `seed ${seed}`)
      if (seed % 20 === 0) await callWell(caller)
      caller.raw.close()
    }
    assert.ok(answered > 5 && answered < 60, `${answered} of 60 answered`)
  })

  it('keeps a call through broken rejoins, and mends it with a good one', async () => {
    const caller = await openCaller()
    const call = await callWell(caller)
    const callId = call.id
    for (const [name, sdpOffer] of brokenOffers) {
      const outcome = await caller.raw.request('call.rejoin', { callId, sdpOffer })
      assert.ok(!outcome.ok, name)
    }
    assert.equal((await viewOf(caller))?.state, 'connected')
    const elsewhere = await openVisitorSocket(url, caller.session)
    const taken = await elsewhere.request('call.rejoin', { callId, sdpOffer: chromeOffer() })
    assert.equal(taken.ok ? 'taken' : taken.problem.code, 'already-in-call')
    for (let seed = 100; seed < 160; seed++)
      await caller.raw.request('call.rejoin', { callId, sdpOffer: damage(seed) })
    const own = voice()
    const rejoined = await caller.raw.request('call.rejoin', { callId, sdpOffer: own.offer() })
    assert.ok(rejoined.ok, JSON.stringify(rejoined))
    await own.connect((rejoined.result as z.infer<typeof LegGrant>).sdpAnswer)
    assert.ok((await caller.raw.request('call.tone', { callId, tone: '1' })).ok)
    assert.ok((await caller.raw.request('call.hangUp', { callId })).ok)
    // The conversation lets go of its call a moment after the call is over.
    assert.notEqual((await viewOf(caller))?.state, 'connected')
    for (const raw of [elsewhere, caller.raw]) raw.close()
  })

  it('sends nothing to addresses that an offer merely names', async () => {
    const bystander = createSocket('udp4')
    bystander.bind(0, '127.0.0.1')
    await once(bystander, 'listening')
    let datagrams = 0
    bystander.on('message', () => datagrams++)
    const caller = await openCaller()
    const started = await start(caller, offerNaming('127.0.0.1', bystander.address().port))
    assert.ok(started.ok, JSON.stringify(started))
    // A whole call of somebody else is time enough for a packet.
    const other = await openCaller()
    await callWell(other)
    assert.equal(datagrams, 0)
    bystander.close()
    for (const { raw } of [caller, other]) raw.close()
  })

  it('gives a call to the next agent when the one who accepts has a broken offer', async () => {
    const caller = await openCaller()
    const call = await callWell(caller, SALES)
    const clumsy = await openStaffSocket(url, await signIn(url, 'agent1'))
    assert.ok((await clumsy.request('presence.set', { presence: 'available' })).ok)
    const first = await offered(clumsy, call.id)
    for (const sdpOffer of ['', 'x'.repeat(40), 7, `v=0${'x'.repeat(70_000)}`]) {
      const refused = await clumsy.request('offer.accept', { offerId: first.id, sdpOffer })
      assert.equal(refused.ok ? 'accepted' : refused.problem.code, 'invalid-request')
    }
    const failed = await clumsy.request('offer.accept', {
      offerId: first.id,
      sdpOffer: chromeOffer().replaceAll('03:B1', 'ZZ:ZZ'),
    })
    assert.equal(failed.ok ? 'accepted' : failed.problem.code, 'media-failed')
    const desk = await clumsy.request('desk.snapshot', {})
    assert.ok(desk.ok)
    const { assignments, calls } = desk.result as z.infer<typeof DeskSnapshot>
    assert.deepEqual(
      assignments.filter(({ state }) => state === 'active'),
      [],
    )
    assert.deepEqual(calls, [])
    assert.equal((await viewOf(caller))?.state, 'connected')

    assert.ok((await clumsy.request('presence.set', { presence: 'offline' })).ok)
    const able = await openStaffSocket(url, await signIn(url, 'agent2'))
    assert.ok((await able.request('presence.set', { presence: 'available' })).ok)
    const second = await offered(able, call.id)
    const own = voice()
    const accepted = await able.request('offer.accept', { offerId: second.id, sdpOffer: own.offer() })
    assert.ok(accepted.ok, JSON.stringify(accepted))
    await own.connect((accepted.result as { leg: { sdpAnswer: string } }).leg.sdpAnswer)
    await reaches(caller.raw, call.id, ({ answeredAt }) => answeredAt !== null)
    assert.ok((await caller.raw.request('call.hangUp', { callId: call.id })).ok)
    for (const raw of [clumsy, able, caller.raw]) raw.close()
  })
})

async function offered(raw: RawSocket, callId: string): Promise<OfferView> {
  const event = await raw.frame(
    'event',
    event => event.name === 'offer.issued' && event.payload.offer.callId === callId,
  )
  assert.ok(event.name === 'offer.issued')
  return event.payload.offer
}
