import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createOpusEncoder } from '../audio/opus.ts'
import { rms, strengthOf, toneFrames } from '../testing/packets.ts'
import { codecs } from './codecs.ts'
import { createProgressTone } from './progress-tone.ts'
import { createSoundVersions } from './sound-versions.ts'

const second = 48_000

describe('tones of a call’s progress', () => {
  it('sound in the cadence and at the frequencies of each country', () => {
    const french = createProgressTone('ringback', 'FR')
    assert.equal(french.total, 5 * second)
    const samples = french.next(french.total)
    assert.ok(strengthOf(440, samples.subarray(0, 1.4 * second)) > 0.15)
    assert.equal(rms(samples.subarray(1.5 * second)), 0)
    assert.equal(french.next(10).length, 0)
    const british = createProgressTone('ringback', 'GB')
    const ring = british.next(british.total)
    assert.equal(rms(ring.subarray(0.4 * second, 0.6 * second)), 0)
    assert.ok(strengthOf(450, ring.subarray(0.65 * second, 0.95 * second)) > 0.15)
    assert.equal(createProgressTone('busy', 'DE').total, 0.96 * second)
    const unknown = createProgressTone('busy', 'ZZ').next(0.4 * second)
    assert.ok(strengthOf(425, unknown) > 0.15, 'the tone of ETSI elsewhere')
  })
})

describe('versions of a prepared sound', () => {
  const opus = createOpusEncoder(40_000, 5)
  const packets = toneFrames(500, 200).map(frame => Uint8Array.from(opus.encode(frame)))

  it('are made once for all who listen, wherever they come in', () => {
    const versions = createSoundVersions(packets)
    const decoder = codecs.pcma.createDecoder()
    const heard: number[] = []
    for (let position = 100; position < 120; position++) {
      const packet = versions.packetAt(codecs.pcma, position)
      assert.equal(packet.length, 160)
      assert.equal(versions.packetAt(codecs.pcma, position), packet)
      heard.push(...(decoder.decode(packet) ?? []))
    }
    assert.ok(Math.abs(strengthOf(500, heard.slice(2_000)) - 8_000) < 1_000)
    assert.equal(versions.packetAt(codecs.pcma, 0).length, 160)
    assert.equal(versions.packetAt(codecs.opus, 7), packets[7])
    const again = versions.packetAt(codecs.pcma, 110)
    assert.equal(versions.packetAt(codecs.pcma, 110), again, 'going back did not make it anew')
  })
})
