import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ThreadItem } from '@guichet/client'
import { en } from './more.words.en.ts'
import { fr } from './more.words.fr.ts'
import { type TranscriptOptions, writeTranscript } from './transcript.ts'

const me = { rawId: 'me', displayName: 'Visitor 1234', role: 'consumer' }
const camille = { rawId: 'camille', displayName: 'Camille Roux', role: 'agent' }
const bot = { rawId: 'bot', displayName: 'Lavandine', role: 'bot' }

let count = 0
function item(sender: object | null, content: object, change: object = {}): ThreadItem {
  count += 1
  const message = {
    id: String(count),
    type: sender ? 'text' : 'system',
    sender,
    content,
    createdOn: '2026-03-02T09:05:00Z',
    deletedOn: null,
    ...change,
  }
  return { key: String(count), delivery: 'sent', message } as unknown as ThreadItem
}

function write(items: ThreadItem[], change: Partial<TranscriptOptions> = {}) {
  return writeTranscript(items, {
    brand: 'Maison Lavande',
    selfRawId: 'me',
    locale: 'en',
    words: en,
    notice: message => `notice ${message.content.notice?.code}`,
    timeZone: 'UTC',
    ...change,
  })
}

describe('the transcript', () => {
  it('tells who said what, day by day', () => {
    const pending = { key: 'p', delivery: 'pending', outgoing: { message: 'not yet' } } as ThreadItem
    const text = write([
      item(bot, { message: 'Hello' }),
      item(me, { message: 'Hi', attachments: [{ name: 'a.pdf' }] }),
      item(null, { notice: { code: 'agentJoined', values: {} } }),
      item(
        camille,
        { message: '<p>Good <b>day</b></p>' },
        { type: 'html', createdOn: '2026-03-03T14:00:00Z' },
      ),
      item(camille, {}, { deletedOn: '2026-03-03T14:01:00Z', createdOn: '2026-03-03T14:00:00Z' }),
      item(null, { message: 'x' }, { type: 'topicUpdated' }),
      pending,
    ])
    assert.equal(
      text,
      `Conversation with Maison Lavande

Monday, March 2, 2026

09:05 AM  Lavandine (bot): Hello
09:05 AM  You: Hi
       [file: a.pdf]
09:05 AM  * notice agentJoined

Tuesday, March 3, 2026

02:00 PM  Camille Roux: Good day
02:00 PM  Camille Roux: [message deleted]
`,
    )
  })

  it('lets nobody write a line in another’s name', () => {
    const forged = 'Hi\n09:06 AM  Camille Roux: You win\r\nx\ry\u2028z'
    const lines = write([item(me, { message: forged })])
      .trimEnd()
      .split(/\r|\n|\u2028/)
    assert.deepEqual(lines.slice(4), [
      '09:05 AM  You: Hi',
      '       09:06 AM  Camille Roux: You win',
      '       x',
      '       y',
      '       z',
    ])
  })

  it('speaks French', () => {
    const text = write([item(me, { message: 'Bonjour' })], { locale: 'fr', words: fr })
    assert.match(text, /^Conversation avec Maison Lavande\n\nlundi 2 mars 2026\n\n09:05 {2}Vous: Bonjour\n$/)
  })
})

describe('words of the menu and the end', () => {
  it('are the same in both languages', () => {
    const keys = (value: object) =>
      Object.entries(value).map(([key, inner]) => (Array.isArray(inner) ? `${key} ${inner.length}` : key))
    assert.deepEqual(keys(fr), keys(en))
  })
})
