import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareSamples, rateQuality, readArrivals, readSample } from './quality.ts'

const sample = (packetsReceived: number, packetsLost: number) => ({
  packetsReceived,
  packetsLost,
  jitterMs: 5,
  roundTripMs: 40,
})

describe('connection quality', () => {
  for (const [lossRatio, jitterMs, roundTripMs, rating] of [
    [0, 5, 40, 'good'],
    [0, 5, null, 'good'],
    [0.03, 5, 40, 'fair'],
    [0, 40, 40, 'fair'],
    [0, 5, 400, 'fair'],
    [0.1, 5, 40, 'poor'],
    [0, 90, 40, 'poor'],
    [0, 5, 700, 'poor'],
  ] as const) {
    it(`${rating}: loss ${lossRatio}, jitter ${jitterMs} ms, round trip ${roundTripMs} ms`, () => {
      assert.equal(rateQuality({ lossRatio, jitterMs, roundTripMs }), rating)
    })
  }

  it('measures between two samples', () => {
    assert.equal(compareSamples(sample(1_000, 50), sample(1_090, 60)).lossRatio, 0.1)
  })

  it('begins anew when the counters do', () => {
    assert.equal(compareSamples(sample(1_000, 50), sample(90, 10)).lossRatio, 0.1)
  })

  it('is good when nothing came and nothing was lost', () => {
    assert.equal(compareSamples(null, sample(0, 0)).rating, 'good')
  })

  it('reads the audio of a report, and the round trip of the pair in use', () => {
    const report = [
      { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 2, jitter: 0.012 },
      { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9, responsesReceived: 1 },
      { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.03, responsesReceived: 3 },
    ]
    assert.deepEqual(readSample(report), {
      packetsReceived: 100,
      packetsLost: 2,
      jitterMs: 12,
      roundTripMs: 30,
    })
    assert.equal(readArrivals(report), 113)
    assert.equal(readSample([]), null)
  })
})
