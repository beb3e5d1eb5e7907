import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Candidate, judge } from './retrieval.ts'

const candidate = (title: string, places: Partial<Candidate>): Candidate => ({
  articleId: title,
  title,
  inTitle: [],
  inPhrasings: [],
  inBody: [],
  likeness: 0,
  rank: 0,
  ...places,
})
const known = { frequency: 1 }
const unknown = { frequency: 0 }

describe('judging matches', () => {
  it('answers with the article that holds every word', () => {
    const verdict = judge(
      [known, known],
      [candidate('A', { inTitle: [0, 1] }), candidate('B', { inBody: [1] })],
      10,
    )
    assert.equal(verdict.outcome, 'answer')
    assert.equal(verdict.matches[0]?.title, 'A')
  })
  it('asks back between articles that fit alike', () => {
    const verdict = judge([known], [candidate('A', { inTitle: [0] }), candidate('B', { inTitle: [0] })], 10)
    assert.equal(verdict.outcome, 'didYouMean')
    assert.equal(verdict.matches.length, 2)
  })
  it('prefers the article that is asked for in its own words', () => {
    const verdict = judge(
      [known],
      [candidate('A', { inPhrasings: [0] }), candidate('B', { inPhrasings: [0], likeness: 1 })],
      10,
    )
    assert.equal(`${verdict.outcome} ${verdict.matches[0]?.title}`, 'answer B')
  })
  it('does not answer a question half of which no article knows, however alike it sounds', () => {
    const verdict = judge([known, unknown], [candidate('A', { inTitle: [0], likeness: 0.9 })], 10)
    assert.notEqual(verdict.outcome, 'answer')
  })
  it('is unsure without words, without matches, and with words in passing only', () => {
    assert.equal(judge([], [], 10).outcome, 'unsure')
    assert.equal(judge([known], [], 10).outcome, 'unsure')
    assert.equal(judge([known, unknown, unknown], [candidate('A', { inBody: [0] })], 10).outcome, 'unsure')
  })
  it('offers three choices at most', () => {
    const many = ['A', 'B', 'C', 'D'].map(title => candidate(title, { inTitle: [0] }))
    assert.equal(judge([known], many, 10).matches.length, 3)
  })
})
