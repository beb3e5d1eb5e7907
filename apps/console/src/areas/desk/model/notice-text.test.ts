import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SystemNotice } from '@guichet/contract'
import { createTranslate } from '../../../i18n/catalogue.ts'
import { noticeText } from './notice-text.ts'

const say = (notice: SystemNotice, locale: 'en' | 'fr' = 'en') =>
  noticeText(
    createTranslate(locale),
    { type: 'system', sender: null, content: { notice } },
    ms => `${ms / 1000} s`,
  )

test('system lines name who and where', () => {
  assert.equal(say({ code: 'queued', values: { queue: 'Orders' } }), 'Waiting for a person in Orders')
  assert.equal(say({ code: 'agentJoined', values: { name: 'Camille' } }), 'Camille joined')
  assert.equal(say({ code: 'callEnded', values: { durationMs: 9_000 } }), 'Call ended after 9 s')
})

test('the end of a conversation tells who ended it, where that is known', () => {
  assert.equal(
    say({ code: 'conversationClosed', values: { by: 'consumer', name: 'Zoé' } }),
    'Zoé ended the conversation',
  )
  assert.equal(say({ code: 'conversationClosed', values: {} }), 'Conversation closed')
  assert.equal(
    say({ code: 'conversationIdle', values: {} }, 'fr'),
    'Close d’elle-même : plus personne n’écrivait',
  )
})
