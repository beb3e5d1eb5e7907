import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPreferences, parsePreferences } from './preferences.ts'

test('what was stored comes back', () => {
  const chosen = {
    locale: 'fr',
    theme: 'dark',
    ringVolume: 0,
    messageSound: false,
    notificationsDismissed: true,
  }
  assert.deepEqual(parsePreferences(JSON.stringify(chosen)), chosen)
})

test('damaged or foreign values fall back one by one', () => {
  for (const text of [null, '', '{', 'null', '7', '[]'])
    assert.deepEqual(parsePreferences(text), defaultPreferences, String(text))
  assert.deepEqual(parsePreferences('{"locale":"de","theme":"pink","ringVolume":7,"messageSound":"yes"}'), {
    ...defaultPreferences,
  })
  assert.equal(parsePreferences('{"theme":"light","ringVolume":-1}').theme, 'light')
})
