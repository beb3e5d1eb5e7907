import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTranslate } from '../../i18n/catalogue.ts'
import { activityText, shownPresence } from './activity.text.ts'

const since = (activity: 'idle' | 'inCall' | 'wrapUp') =>
  ({ presence: 'available', activity, activitySince: '2026-03-02T09:05:00Z' }) as const

test('whoever works is told with what and since when, whoever does not by their presence', () => {
  const t = createTranslate('en')
  assert.match(activityText(t, 'en', since('inCall')), /^In a call since \d+:05/)
  assert.match(activityText(createTranslate('fr'), 'fr', since('wrapUp')), /^Post-traitement depuis \d+:05/)
  assert.equal(activityText(t, 'en', since('idle')), 'Available')
})

test('a call shows as busy, unless something stronger was chosen', () => {
  assert.equal(shownPresence(since('inCall')), 'busy')
  assert.equal(shownPresence(since('wrapUp')), 'available')
  assert.equal(shownPresence({ ...since('inCall'), presence: 'doNotDisturb' }), 'doNotDisturb')
})
