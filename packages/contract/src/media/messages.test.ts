import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MediaRequest, MediaResponse, mediaRequests, parseMediaEvent } from './index.ts'

describe('media messages', () => {
  it('reads a request and fills in defaults of its payload', () => {
    const request = MediaRequest.parse({
      type: 'request',
      id: 7,
      kind: 'play.start',
      payload: { playId: 'p', roomId: 'r', source: { kind: 'music' } },
    })
    const payload = mediaRequests['play.start'].payload.parse(request.payload)
    assert.deepEqual(payload, { playId: 'p', roomId: 'r', source: { kind: 'music' }, loop: false, gain: 1 })
  })

  it('refuses unknown kinds, unknown fields, oversized SDP and odd ids', () => {
    assert.equal(
      MediaRequest.safeParse({ type: 'request', id: 1, kind: '__proto__', payload: {} }).success,
      false,
    )
    const open = mediaRequests['leg.open'].payload
    const good = { roomId: 'r', legId: 'l', sdpOffer: 'v=0' }
    assert.equal(open.safeParse(good).success, true)
    assert.equal(open.safeParse({ ...good, extra: 1 }).success, false)
    assert.equal(open.safeParse({ ...good, sdpOffer: 'x'.repeat(65_537) }).success, false)
    assert.equal(open.safeParse({ ...good, legId: 'a b' }).success, false)
  })

  it('tells answers apart and keeps the problem code', () => {
    const response = MediaResponse.parse({
      type: 'response',
      id: 1,
      ok: false,
      problem: { code: 'media-failed', detail: 'no Opus', retryable: false },
    })
    assert.equal(response.ok === false && response.problem.code, 'media-failed')
  })

  it('reads events by kind and refuses a payload of another kind', () => {
    const digit = { roomId: 'r', callId: 'c', legId: 'l', digit: '#', durationMs: 120 }
    assert.equal(parseMediaEvent({ type: 'event', kind: 'digit', payload: digit }).kind, 'digit')
    assert.throws(() => parseMediaEvent({ type: 'event', kind: 'leg.state', payload: digit }))
  })
})
