import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Conversation } from '@guichet/contract'
import { en } from '../locale/en.ts'
import { fr } from '../locale/fr.ts'
import { chooseLocale, explainProblem } from '../locale/language.ts'
import { describeState, formatClock, formatSize, waitMinutes } from './format.ts'

describe('figures', () => {
  it('shows durations as a clock does', () => {
    assert.deepEqual([-5, 7_400, 750_000, 3_723_000].map(formatClock), ['0:00', '0:07', '12:30', '1:02:03'])
  })

  it('never promises less than a minute', () => {
    assert.deepEqual([0, 20_000, 100_000, 170_000].map(waitMinutes), [1, 1, 2, 3])
  })

  it('writes sizes in the reader’s units', () => {
    assert.equal(formatSize(999, 'en'), '999 B')
    assert.equal(formatSize(12_345, 'en'), '12 kB')
    assert.equal(formatSize(2_540_000, 'fr'), '2,5 Mo')
  })
})

describe('the state line', () => {
  const handling = { by: 'bot', agent: null, queueName: null, position: null, expectedWaitMs: null } as const
  const conversation = (change: object, state = 'open') =>
    ({ state, handling: { ...handling, ...change } }) as unknown as Conversation
  const brand = (usuallyAnswersInMs: number | null) => ({ name: 'Shop', usuallyAnswersInMs })
  const camille = { rawId: 'x', displayName: 'Camille', role: 'agent' }

  for (const [name, told, usualMs, words] of [
    ['nothing known', null, null, 'We are here to help'],
    ['usual time', null, 120_000, 'We usually answer in 2 min'],
    ['bot', conversation({}), null, 'Our assistant answers at once'],
    ['queue without place', conversation({ by: 'queue' }), 60_000, 'Finding someone for you…'],
    ['place', conversation({ by: 'queue', position: 2 }), null, 'You are number 2'],
    [
      'place and time',
      conversation({ by: 'queue', position: 2, expectedWaitMs: 170_000 }),
      null,
      'You are number 2, about 3 minutes',
    ],
    ['agent', conversation({ by: 'agent', agent: camille }), 60_000, 'You are talking to Camille'],
    [
      'closed',
      conversation({ by: 'agent', agent: camille }, 'closed'),
      60_000,
      'This conversation is closed',
    ],
  ] as const) {
    it(name, () => assert.equal(describeState(en, told, brand(usualMs)), words))
  }
})

describe('languages', () => {
  it('takes the first tag it speaks', () => {
    assert.equal(chooseLocale([undefined, '', 'de', 'fr-CA', 'en']), 'fr')
    assert.equal(chooseLocale(['EN_us']), 'en')
    assert.equal(chooseLocale(['de', 'frisian']), 'en')
  })

  it('have words for the same problems', () => {
    assert.deepEqual(Object.keys(fr.problem), Object.keys(en.problem))
    assert.equal(explainProblem(fr, 'nonsense'), fr.problem.other)
  })
})
