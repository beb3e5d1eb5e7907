import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError, type SocketClient, type SocketState } from '@guichet/client'
import type { OfferView } from '@guichet/contract'
import { createLiveStore } from './live.store.ts'

type Asked = {
  method: string
  params: unknown
  answer: (result: unknown) => void
  refuse: (error: Error) => void
}

/** A socket whose answers the test gives by hand. */
const fakeSocket = () => {
  const asked: Asked[] = []
  const events = new Map<string, (payload: never) => void>()
  const states = new Set<(state: SocketState) => void>()
  let state: SocketState = { status: 'connecting' }
  const socket = {
    request: (method: string, params: unknown) =>
      new Promise((answer, refuse) => asked.push({ method, params, answer, refuse })),
    on: (name: string, listener: (payload: never) => void) => {
      events.set(name, listener)
      return () => events.delete(name)
    },
    getState: () => state,
    onState: (listener: (state: SocketState) => void) => {
      states.add(listener)
      return () => states.delete(listener)
    },
  } as unknown as SocketClient
  const become = (next: SocketState) => {
    state = next
    for (const listener of states) listener(next)
  }
  return {
    socket,
    asked,
    open: () => become({ status: 'open', connectionId: 'x' }),
    cut: () => become({ status: 'reconnecting', attempt: 1, retryAt: 0, problem: null }),
    tell: (name: string, payload: unknown) => events.get(name)?.(payload as never),
  }
}
const desk = (offers: string[]) => ({
  me: {},
  worker: null,
  offers: offers.map(id => ({ id })),
  assignments: [],
  calls: [],
  missedOffers: [],
  wrapUpCodes: [],
  iceServers: [],
})
const settled = () => new Promise(resolve => setImmediate(resolve))
const offerIds = (store: ReturnType<typeof createLiveStore>) =>
  store.getState().offers.map(each => each.id as string)

test('every connection reads the desk anew, and a slow answer never overwrites a newer one', async () => {
  const fake = fakeSocket()
  const store = createLiveStore(fake.socket, () => 0)
  fake.open()
  fake.cut()
  fake.open()
  assert.deepEqual(
    fake.asked.map(each => each.method),
    ['desk.snapshot', 'desk.snapshot'],
  )
  fake.asked[1]?.answer(desk(['new']))
  await settled()
  fake.asked[0]?.answer(desk(['old']))
  await settled()
  assert.deepEqual(offerIds(store), ['new'])
})

test('an accept cut off in the middle asks how the desk stands; one that lost takes the offer away', async () => {
  const fake = fakeSocket()
  const store = createLiveStore(fake.socket, () => 0)
  fake.tell('offer.issued', { offer: { id: 'o1' } })
  const cut = store.accept('o1' as OfferView['id'])
  fake.asked[0]?.refuse(new ProblemError({ code: 'offline', title: '' }))
  await assert.rejects(cut, { code: 'offline' })
  assert.equal(fake.asked[1]?.method, 'desk.snapshot')
  assert.deepEqual(offerIds(store), ['o1'])

  const late = store.accept('o1' as OfferView['id'])
  assert.deepEqual(store.getState().accepting, ['o1'])
  fake.asked[2]?.refuse(new ProblemError({ code: 'offer-taken', title: '' }))
  await assert.rejects(late, { code: 'offer-taken' })
  assert.deepEqual([offerIds(store), store.getState().accepting], [[], []])
})

test('accepting carries the sound’s offer along', async () => {
  const fake = fakeSocket()
  const store = createLiveStore(fake.socket, () => 0)
  void store.accept('o1' as OfferView['id'], 'v=0 …').catch(() => undefined)
  assert.deepEqual(fake.asked[0]?.params, { offerId: 'o1', sdpOffer: 'v=0 …' })
})

test('the floor is read when watched, again after a cut, and not once nobody watches', async () => {
  const fake = fakeSocket()
  const store = createLiveStore(fake.socket, () => 0)
  const floorReads = () => fake.asked.filter(each => each.method === 'supervision.watch').length
  fake.open()
  assert.equal(floorReads(), 0)
  const stop = store.watchFloor()
  assert.equal(floorReads(), 1)
  fake.cut()
  fake.open()
  assert.equal(floorReads(), 2)
  stop()
  fake.cut()
  fake.open()
  assert.equal(floorReads(), 2)
})

test('listeners hear changes only', () => {
  const fake = fakeSocket()
  const store = createLiveStore(fake.socket, () => 0)
  let heard = 0
  const stop = store.subscribe(() => {
    heard += 1
  })
  fake.tell('offer.issued', { offer: { id: 'o1' } })
  fake.tell('queue.changed', { queue: { id: 'q' } })
  assert.equal(heard, 1)
  stop()
  fake.tell('offer.issued', { offer: { id: 'o2' } })
  assert.equal(heard, 1)
})
