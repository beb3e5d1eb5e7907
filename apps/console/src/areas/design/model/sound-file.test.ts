import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_SOUND_BYTES, type PromptSound } from '@guichet/contract'
import { encodeWav, findSounds, rateFor, soundNameOf } from './sound-file.ts'

test('short sounds keep the best rate, long ones the best that can be uploaded, longer ones are refused', () => {
  assert.equal(rateFor(3), 48_000)
  assert.equal(rateFor(200), 48_000)
  assert.equal(rateFor(300), 32_000)
  assert.equal(rateFor(400), 24_000)
  assert.equal(rateFor(600), 16_000)
  for (const seconds of [200, 300, 400, 600])
    assert.ok(44 + seconds * rateFor(seconds) * 2 <= MAX_SOUND_BYTES, String(seconds))
  assert.throws(() => rateFor(600.1), { code: 'sound-too-long' })
})

test('samples become 16-bit WAV, cut where they are too loud', () => {
  const bytes = Buffer.from(encodeWav(Float32Array.of(0, 0.5, -1, 2, -2), 48_000))
  assert.equal(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16), 'RIFFWAVEfmt ')
  assert.deepEqual([bytes.readUInt32LE(4), bytes.readUInt32LE(40)], [bytes.length - 8, 10])
  assert.deepEqual([bytes.readUInt16LE(20), bytes.readUInt16LE(22), bytes.readUInt16LE(34)], [1, 1, 16])
  assert.deepEqual([bytes.readUInt32LE(24), bytes.readUInt32LE(28)], [48_000, 96_000])
  const samples = [0, 1, 2, 3, 4].map(index => bytes.readInt16LE(44 + index * 2))
  assert.deepEqual(samples, [0, 16_384, -32_767, 32_767, -32_767])
})

test('a file gives its sound a name that people would write', () => {
  assert.equal(soundNameOf('summer_greeting  v2.mp3'), 'summer greeting v2')
  assert.equal(soundNameOf('.wav'), '.wav')
  assert.equal(soundNameOf('Dr. Who'), 'Dr. Who')
  assert.equal(soundNameOf(`${'x'.repeat(200)}.wav`).length, 100)
})

test('sounds are found by parts of their names, without regard to accents', () => {
  const sounds = ['Été', 'Winter'].map(name => ({ name }) as PromptSound)
  assert.deepEqual(
    findSounds(sounds, ' ETE ').map(sound => sound.name),
    ['Été'],
  )
  assert.equal(findSounds(sounds, '').length, 2)
})
