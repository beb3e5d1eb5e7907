import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemCodes } from '@guichet/domain'
import { catalogues, createTranslate, type TextKey } from '../i18n/catalogue.ts'
import { explainProblem } from './problem.text.ts'

test('every code of the registry has its own words in both languages', () => {
  for (const code of Object.keys(problemCodes)) {
    assert.ok(`problem.${code}` in catalogues.en, code)
    assert.ok(catalogues.fr[`problem.${code}` as TextKey], code)
  }
})

test('what only a client can notice is told as what the person can do about it', () => {
  const t = createTranslate('en')
  assert.equal(explainProblem(t, { code: 'offline' }), t('problem.unavailable'))
  assert.equal(explainProblem(t, { code: 'unreadable-answer' }), t('problem.internal'))
  assert.equal(explainProblem(t, { code: 'made-up-tomorrow' as 'internal' }), t('problem.internal'))
})
