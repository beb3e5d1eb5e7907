import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loudness } from './level.meter.ts'
import { preferredCodecs } from './peer.link.ts'
import { explainMediaError } from './softphone.error.ts'
import {
  nextSoftphoneState,
  type SoftphoneEvent,
  type SoftphoneState,
  softphoneTable,
} from './softphone.state.ts'

describe('softphone states', () => {
  const events: SoftphoneEvent[] = ['standBy', 'prepare', 'ready', 'fail', 'connect', 'flow', 'rejoin', 'end']
  for (const state of Object.keys(softphoneTable) as SoftphoneState[]) {
    for (const event of events) {
      const listed = (softphoneTable[state] as Record<string, SoftphoneState>)[event]
      it(`${state} + ${event} → ${listed ?? 'refused'}`, () => {
        if (listed) assert.equal(nextSoftphoneState(state, event), listed)
        else assert.throws(() => nextSoftphoneState(state, event), /does not accept/)
      })
    }
  }

  it('can always end, and never begins again', () => {
    for (const state of Object.keys(softphoneTable) as SoftphoneState[]) {
      assert.equal(nextSoftphoneState(state, 'end'), 'ended')
    }
    assert.deepEqual([...new Set(Object.values(softphoneTable.ended))], ['ended'])
  })
})

describe('refusals of the browser', () => {
  const cases = [
    ['NotAllowedError', 'Permission denied', 'microphone', 'permissionDenied'],
    ['NotAllowedError', 'Permission dismissed', 'microphone', 'cancelled'],
    ['NotAllowedError', 'Permission denied by system', 'microphone', 'permissionDeniedBySystem'],
    ['NotAllowedError', 'Permission denied', 'screen', 'cancelled'],
    ['NotFoundError', 'Requested device not found', 'microphone', 'noMicrophone'],
    ['NotFoundError', 'Requested device not found', 'camera', 'noCamera'],
    ['NotReadableError', 'Could not start audio source', 'microphone', 'deviceBusy'],
    ['TypeError', 'x', 'microphone', 'unsupported'],
    ['OddError', 'x', 'microphone', 'unknown'],
  ] as const
  for (const [name, message, wanted, code] of cases) {
    it(`${name} "${message}" for ${wanted} → ${code}`, () => {
      const error = Object.assign(new Error(message), { name })
      assert.equal(explainMediaError(error, wanted).code, code)
    })
  }
})

describe('codecs', () => {
  it('offers what rooms can relay, best first', () => {
    const offered = [
      'audio/red',
      'audio/PCMU',
      'audio/telephone-event',
      'audio/G722',
      'audio/opus',
      'audio/CN',
    ]
    assert.deepEqual(
      preferredCodecs(
        offered.map(mimeType => ({ mimeType })),
        'audio',
      ).map(codec => codec.mimeType),
      ['audio/opus', 'audio/PCMU', 'audio/telephone-event'],
    )
    const pictures = ['video/AV1', 'video/rtx', 'video/H264', 'video/VP8', 'video/red']
    assert.deepEqual(
      preferredCodecs(
        pictures.map(mimeType => ({ mimeType })),
        'video',
      ).map(codec => codec.mimeType),
      ['video/VP8', 'video/rtx'],
    )
  })
})

describe('loudness', () => {
  it('runs from silence to full scale', () => {
    assert.equal(loudness([0, 0, 0]), 0)
    assert.equal(loudness([]), 0)
    assert.equal(loudness([1, -1, 1, -1]), 1)
    const speech = loudness([0.05, -0.05, 0.05, -0.05])
    assert.ok(speech > 0.4 && speech < 0.7)
  })
})
