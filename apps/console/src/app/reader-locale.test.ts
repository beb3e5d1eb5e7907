import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readerLocale } from './reader-locale.ts'

test('a choice wins, then the browser, then the account', () => {
  assert.equal(readerLocale('fr', ['en-US'], 'en'), 'fr')
  assert.equal(readerLocale(null, ['en-US', 'fr'], 'fr'), 'en')
  assert.equal(readerLocale(null, ['de-DE', 'FR-ca'], 'en'), 'fr')
  assert.equal(readerLocale(null, ['de-DE'], 'fr'), 'fr')
  assert.equal(readerLocale(null, [], undefined), 'en')
})
