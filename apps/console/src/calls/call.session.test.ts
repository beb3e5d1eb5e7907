import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SocketClient } from '@guichet/client'
import type { Call, OfferView } from '@guichet/contract'
import type { DeviceStore, SoftphoneEnvironment } from '@guichet/softphone'
import { createCallSession, isOnHold } from './call.session.ts'

const call = (id: string, change: Partial<Call> = {}) =>
  ({ id, endedAt: null, participants: [], ...change }) as unknown as Call

/** A session in a browser without microphone: every attempt to speak is refused, which is what is looked at. */
const session = (stored: Record<string, string> = {}) => {
  const told = new Map<string, (payload: unknown) => void>()
  let connections = 0
  const storage = new Map(Object.entries(stored))
  const made = createCallSession({
    socket: {
      on: (name: string, listener: (payload: unknown) => void) => {
        told.set(name, listener)
        return () => undefined
      },
      onState: () => () => undefined,
      request: () => new Promise(() => undefined),
    } as unknown as SocketClient,
    environment: {
      now: () => 0,
      onOnline: () => () => undefined,
      clearTimer: () => undefined,
      setTimer: () => 0,
      mediaDevices: undefined,
      createMediaStream: () => ({}),
      codecs: () => [],
      createPeerConnection: () => {
        connections += 1
        throw new DOMException('none here', 'NotSupportedError')
      },
    } as unknown as SoftphoneEnvironment,
    devices: {
      onSelect: () => () => undefined,
      selected: () => null,
      refresh: async () => undefined,
      isMicrophoneReady: () => false,
    } as unknown as DeviceStore,
    storage: {
      getItem: key => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: key => void storage.delete(key),
    },
    handover: { ask: () => undefined, onAsked: () => () => undefined },
    iceServers: () => [],
    acceptOffer: () => assert.fail('nothing to accept with'),
  })
  return { made, storage, told, connections: () => connections }
}

test('after a reload the call that this tab held is found again, if it still runs', () => {
  const { made, storage } = session({ 'guichet.call': 'c1' })
  assert.equal(made.remembered([call('c2'), call('c1')])?.id, 'c1')
  assert.equal(made.remembered([call('c1', { endedAt: '2026-11-22T10:00:00Z' })]), null)
  assert.equal(storage.has('guichet.call'), false)
})

test('a tab that held no call takes none back', () => {
  assert.equal(session().made.remembered([call('c1')]), null)
})

test('ringing without a microphone is silent; accepting without one says why, and the offer is not spent', async () => {
  const { made } = session()
  const offer = { id: 'o1', channel: 'voice' } as OfferView
  made.prepare(offer)
  assert.equal(made.getState().failure, null)
  await assert.rejects(made.accept(offer))
  assert.notEqual(made.getState().failure, null)
  assert.equal(made.getState().callId, null)
})

test('a call that is offered live is prepared before any screen asks, and once', () => {
  const { made, told, connections } = session()
  const offer = { id: 'o1', channel: 'voice' } as OfferView
  told.get('offer.issued')?.({ offer: { ...offer, id: 'o0', channel: 'chat' } })
  assert.equal(connections(), 0)
  told.get('offer.issued')?.({ offer })
  made.prepare(offer)
  assert.equal(connections(), 1)
  told.get('offer.ended')?.({ offerId: 'o1' })
  told.get('offer.issued')?.({ offer: { ...offer, id: 'o2' } })
  assert.equal(connections(), 2)
})

test('somebody who left no longer counts as on hold', () => {
  const party = (isOnHold: boolean, state: string) => ({ isOnHold, state }) as Call['participants'][number]
  assert.equal(isOnHold(call('c', { participants: [party(false, 'connected'), party(true, 'held')] })), true)
  assert.equal(isOnHold(call('c', { participants: [party(true, 'left')] })), false)
})
