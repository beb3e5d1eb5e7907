import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ThreadItem } from '@guichet/client'
import type { ChatMessage, Party, ReadReceipt } from '@guichet/contract'
import { countUnread, lastLine, lastSeenKey, viewThread } from './thread-view.ts'

const party = (name: string, role: Party['role']) =>
  ({ rawId: `8:acs:guichet_${name}`, displayName: name, role }) as Party
const ada = party('ada', 'consumer')
const bot = party('bot', 'bot')
const me = party('me', 'agent')
const start = new Date(2026, 10, 22, 10, 0).getTime()

/** A stored message, `minute` after ten o'clock; its id is its sequence. */
const sent = (n: number, minute: number, sender: Party | null, change: Partial<ChatMessage> = {}) =>
  ({
    key: `k${n}`,
    delivery: 'sent',
    message: {
      id: String(1_000_000_000_000 + n),
      threadId: '19:x',
      type: 'text',
      sequenceId: n,
      version: n,
      sender,
      content: { message: `m${n}` },
      clientMessageId: null,
      createdOn: new Date(start + minute * 60_000).toISOString(),
      editedOn: null,
      deletedOn: null,
      ...change,
    },
  }) as ThreadItem & { delivery: 'sent' }
const notice = (n: number, minute: number, code: 'agentJoined' | 'queued' | 'callStarted') =>
  sent(n, minute, null, { type: 'system', content: { notice: { code, values: {} } } })
const receipt = (reader: Party, n: number) =>
  ({ rawId: reader.rawId, messageId: String(1_000_000_000_000 + n), readOn: '' }) as ReadReceipt

const kinds = (blocks: readonly { kind: string }[]) => blocks.map(block => block.kind)

test('what was said with the assistant is set apart once a person joined', () => {
  const view = viewThread(
    [sent(1, 0, ada), sent(2, 0, bot), notice(3, 1, 'queued'), notice(4, 2, 'agentJoined'), sent(5, 3, ada)],
    me.rawId,
  )
  assert.equal(view.assistant?.messageCount, 2)
  assert.deepEqual(kinds(view.assistant?.blocks ?? []), ['day', 'group', 'group', 'notice'])
  assert.deepEqual(kinds(view.blocks), ['day', 'notice', 'group'])
})

test('while the assistant still answers, or never spoke, nothing is folded away', () => {
  assert.equal(viewThread([sent(1, 0, ada), sent(2, 0, bot)], me.rawId).assistant, null)
  assert.equal(viewThread([sent(1, 0, ada), notice(2, 1, 'agentJoined')], me.rawId).assistant, null)
})

test('messages group by sender while they follow each other closely', () => {
  const view = viewThread(
    [
      sent(1, 0, ada),
      sent(2, 1, ada),
      sent(3, 1, me),
      sent(4, 9, me),
      notice(5, 9, 'callStarted'),
      sent(6, 9, me),
    ],
    me.rawId,
  )
  const groups = view.blocks.flatMap(block => (block.kind === 'group' ? [block.items.length] : []))
  assert.deepEqual(groups, [2, 1, 1, 1])
})

test('a message on its way stands with one’s own', () => {
  const pending: ThreadItem = {
    key: 'p',
    delivery: 'pending',
    outgoing: { clientMessageId: 'p', message: 'hello', attachments: [], createdAt: start + 60_000 },
  }
  const view = viewThread([sent(1, 0, me), pending], me.rawId)
  assert.deepEqual(kinds(view.blocks), ['day', 'group'])
})

test('a new day is said', () => {
  const view = viewThread([sent(1, 0, ada), sent(2, 24 * 60, ada)], me.rawId)
  assert.deepEqual(kinds(view.blocks), ['day', 'group', 'day', 'group'])
})

test('unread: the contact’s messages since the work began, after what was read', () => {
  const items = [
    sent(1, 0, ada),
    sent(2, 5, ada),
    sent(3, 6, me),
    sent(4, 7, ada),
    notice(5, 8, 'callStarted'),
  ]
  const since = new Date(start + 4 * 60_000).toISOString()
  assert.equal(countUnread({ items, readReceipts: [] }, me.rawId, since), 2)
  assert.equal(countUnread({ items, readReceipts: [receipt(me, 3)] }, me.rawId, since), 1)
  assert.equal(countUnread({ items, readReceipts: [receipt(me, 4), receipt(ada, 1)] }, me.rawId, since), 0)
})

test('seen marks the newest own message that somebody else has read', () => {
  const items = [sent(1, 0, me), sent(2, 1, ada), sent(3, 2, me), sent(4, 3, me)]
  assert.equal(lastSeenKey({ items, readReceipts: [] }, me.rawId), null)
  assert.equal(lastSeenKey({ items, readReceipts: [receipt(me, 4)] }, me.rawId), null)
  assert.equal(lastSeenKey({ items, readReceipts: [receipt(ada, 3)] }, me.rawId), 'k3')
  assert.equal(lastSeenKey({ items, readReceipts: [receipt(ada, 2)] }, me.rawId), 'k1')
})

test('the last line skips notices and what was deleted', () => {
  const items = [
    sent(1, 0, ada),
    sent(2, 1, me, { deletedOn: '2026-11-22T10:00:00Z' }),
    notice(3, 2, 'queued'),
  ]
  assert.deepEqual(lastLine(items, me.rawId), { text: 'm1', isOwn: false })
  assert.equal(lastLine([notice(1, 0, 'queued')], me.rawId), null)
  assert.deepEqual(lastLine([sent(1, 0, me, { content: { attachments: [] } })], me.rawId), {
    text: null,
    isOwn: true,
  })
})
