import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogues, createTranslate, type TextKey } from './catalogue.ts'
import { type Entry, holesIn } from './translate.ts'

const keys = Object.keys(catalogues.en).sort() as TextKey[]

test('both languages hold the same keys', () => {
  assert.deepEqual(Object.keys(catalogues.fr).sort(), keys)
})

test('a text needs the same values in both languages', () => {
  for (const key of keys)
    assert.deepEqual(holesIn(catalogues.fr[key]), holesIn(catalogues.en[key]), `values of ${key}`)
})

test('no text is empty, and plural forms exist in both languages alike', () => {
  for (const key of keys) {
    const shapes = [catalogues.en[key], catalogues.fr[key]].map((entry: Entry) => typeof entry)
    assert.equal(shapes[0], shapes[1], key)
    for (const entry of [catalogues.en[key], catalogues.fr[key]] as Entry[])
      for (const text of typeof entry === 'string' ? [entry] : [entry.one, entry.other])
        assert.notEqual(text.trim(), '', key)
  }
})

test('French sets a no-break space before high punctuation', () => {
  for (const key of keys) {
    const entry: Entry = catalogues.fr[key]
    for (const text of typeof entry === 'string' ? [entry] : [entry.one, entry.other])
      assert.doesNotMatch(text, / [?!;:»]|« /, key)
  }
})

test('plurals follow each language: zero is many in English and one in French', () => {
  assert.equal(createTranslate('en')('card.unread', { count: 0 }), '0 unread messages')
  assert.equal(createTranslate('en')('card.unread', { count: 1 }), '1 unread message')
  assert.equal(createTranslate('fr')('card.unread', { count: 0 }), '0 message non lu')
  assert.equal(createTranslate('fr')('card.unread', { count: 2 }), '2 messages non lus')
})

test('numbers are written by locale; names are put in as they are, braces and all', () => {
  assert.equal(createTranslate('fr')('card.unread', { count: 1234 }), '1\u202f234 messages non lus')
  assert.equal(createTranslate('en')('thread.typing', { name: '{tone} $&' }), '{tone} $& is writing…')
})
