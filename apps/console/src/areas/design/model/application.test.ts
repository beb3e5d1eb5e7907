import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VoiceApplication } from '@guichet/domain/flow'
import {
  filePrompt,
  findProblems,
  freeTone,
  promptOf,
  readDocument,
  textPrompt,
  withWords,
} from './application.ts'

const queueId = '11111111-1111-4111-8111-111111111111'
const attendant = {
  kind: 'autoAttendant',
  schemaVersion: 1,
  id: '22222222-2222-4222-8222-222222222222',
  name: 'Reception',
  languages: ['en'],
  timeZone: 'Europe/Paris',
  ttsVoice: {},
  defaultFlow: {
    greeting: { kind: 'text', text: { en: 'Hello' } },
    action: { kind: 'redirect', target: { kind: 'disconnect', announcement: { kind: 'none' } } },
  },
} as unknown as VoiceApplication

test('a document that is none is told as unreadable, not shown wrong', () => {
  assert.equal(readDocument({ document: { kind: 'fax' } }), null)
  assert.equal(readDocument({ document: attendant as unknown as Record<string, unknown> })?.name, 'Reception')
})

test('problems come from the rules of the server, and from the shape itself', () => {
  assert.deepEqual(findProblems(attendant, [], [queueId]), [])
  const nameless = { ...attendant, name: '' } as VoiceApplication
  assert.equal(findProblems(nameless, [], [])[0]?.path, 'name')
  const nowhere = { ...attendant, timeZone: 'Mars/Base' } as VoiceApplication
  assert.equal(findProblems(nowhere, [], [])[0]?.path, 'timeZone')
})

test('empty words leave a text, and a text without words is no prompt', () => {
  assert.deepEqual(withWords({ en: 'a', fr: 'b' }, 'en', ''), { fr: 'b' })
  assert.deepEqual(withWords({ fr: 'b' }, 'en', 'a'), { fr: 'b', en: 'a' })
  assert.deepEqual(promptOf({ en: ' ' }), { kind: 'none' })
  assert.deepEqual(promptOf({ en: 'a' }), { kind: 'text', text: { en: 'a' } })
})

test('a new choice takes the first free key', () => {
  assert.equal(freeTone([]), '1')
  assert.equal(freeTone([{ tone: '1' }, { tone: '3' }]), '2')
})

test('a file keeps the words that are said in it, and gives them back', () => {
  const fileId = '33333333-3333-4333-8333-333333333333' as Parameters<typeof filePrompt>[0]
  assert.deepEqual(filePrompt(fileId, { en: ' ' }), { kind: 'file', fileId })
  const spoken = filePrompt(fileId, { en: 'Hello' })
  assert.deepEqual(spoken, { kind: 'file', fileId, text: { en: 'Hello' } })
  assert.deepEqual(textPrompt(spoken), { en: 'Hello' })
  assert.deepEqual(textPrompt({ kind: 'none' }), {})
  const playing = {
    ...attendant,
    defaultFlow: { ...(attendant as { defaultFlow: object }).defaultFlow, greeting: spoken },
  } as unknown as VoiceApplication
  assert.deepEqual(findProblems(playing, [], []), [])
  assert.deepEqual(findProblems(playing, [], [], [fileId]), [])
  assert.equal(findProblems(playing, [], [], [])[0]?.path, 'defaultFlow.greeting.fileId')
})
