import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeExpectedWait, describePosition } from './phrases.ts'

test('a position is told as a number, the first one as what it means', () => {
  assert.equal(describePosition(2, 'en'), 'You are number 2.')
  assert.equal(describePosition(1, 'en'), 'You are next in line.')
  assert.equal(describePosition(2, 'fr'), 'Vous êtes en position 2.')
  assert.equal(describePosition(1, 'fr'), 'Votre appel est le prochain.')
})

for (const [waitMs, en, fr] of [
  [0, 'less than a minute', 'de moins d’une minute'],
  [59_999, 'less than a minute', 'de moins d’une minute'],
  [60_000, 'about one minute', 'd’environ une minute'],
  [61_000, 'about 2 minutes', 'd’environ 2 minutes'],
  [180_000, 'about 3 minutes', 'd’environ 3 minutes'],
  [600_000, 'about 10 minutes', 'd’environ 10 minutes'],
  [600_001, 'about 15 minutes', 'd’environ 15 minutes'],
  [3_600_000, 'about 60 minutes', 'd’environ 60 minutes'],
  [3_600_001, 'more than an hour', 'de plus d’une heure'],
] as const)
  test(`a wait of ${waitMs} ms is told as ${en}`, () => {
    assert.equal(describeExpectedWait(waitMs, 'en'), `The expected wait is ${en}.`)
    assert.equal(describeExpectedWait(waitMs, 'fr'), `L’attente prévue est ${fr}.`)
  })
