import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ThreadItem, ThreadSnapshot } from '@guichet/client'
import type { ChatMessage, Party } from '@guichet/contract'
import { groupItems, lastSeenOwn, openQuickReplies, unreadCount } from './thread.view.ts'

const me = { rawId: '8:acs:guichet_me', displayName: 'Me', role: 'consumer' } as Party
const bot = { rawId: '8:acs:guichet_bot', displayName: 'Bot', role: 'bot' } as Party
const agent = { rawId: '8:acs:guichet_camille', displayName: 'Camille', role: 'agent' } as Party

let sequence = 0
function sent(sender: Party | null, at: string, change: Partial<ChatMessage> = {}): ThreadItem {
  sequence += 1
  const message = {
    id: String(1_000_000_000 + sequence),
    type: sender ? 'text' : 'system',
    sequenceId: sequence,
    version: sequence,
    sender,
    content: { message: 'x' },
    clientMessageId: null,
    createdOn: `2026-01-01T${at}Z`,
    editedOn: null,
    deletedOn: null,
    ...change,
  } as ChatMessage
  return { key: message.id, delivery: 'sent', message }
}
const pending = (at: string): ThreadItem => ({
  key: at,
  delivery: 'pending',
  outgoing: {
    clientMessageId: at,
    message: 'x',
    attachments: [],
    createdAt: Date.parse(`2026-01-01T${at}Z`),
  },
})
const idOf = (item: ThreadItem) => (item.delivery === 'sent' ? item.message.id : ('' as ChatMessage['id']))
const thread = (items: ThreadItem[], change: Partial<ThreadSnapshot> = {}): ThreadSnapshot => ({
  status: 'ready',
  problem: null,
  items,
  participants: [me, bot, agent],
  readReceipts: [],
  typing: [],
  ...change,
})
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

describe('groups of messages', () => {
  it('joins one sender within one minute, what is on its way included', () => {
    const groups = groupItems(
      [
        sent(bot, '10:00:01'),
        sent(bot, '10:00:59'),
        sent(bot, '10:01:00'),
        sent(me, '10:01:05'),
        pending('10:01:20'),
        sent(agent, '10:01:30'),
      ],
      me.rawId,
      dayOf,
    )
    assert.deepEqual(
      groups.map(group => [group.sender?.role ?? null, group.items.length, group.isOwn]),
      [
        ['bot', 2, false],
        ['bot', 1, false],
        ['consumer', 2, true],
        ['agent', 1, false],
      ],
    )
  })

  it('lets system lines stand alone and hides lines that say nothing', () => {
    const groups = groupItems(
      [
        sent(bot, '10:00:00'),
        sent(null, '10:00:01', { content: { notice: { code: 'queued', values: {} } } }),
        sent(null, '10:00:02', { type: 'participantAdded' }),
        sent(bot, '10:00:03'),
      ],
      me.rawId,
      dayOf,
    )
    assert.deepEqual(
      groups.map(group => group.isSystem),
      [false, true, false],
    )
  })

  it('marks where a day begins', () => {
    const late = sent(bot, '23:59:00')
    const next = sent(bot, '00:00:00', { createdOn: '2026-01-02T00:00:00Z' })
    assert.deepEqual(
      groupItems([late, next], me.rawId, dayOf).map(group => group.startsDay),
      [true, true],
    )
    assert.deepEqual(
      groupItems([sent(bot, '10:00:00'), sent(me, '10:05:00')], me.rawId, dayOf).map(
        group => group.startsDay,
      ),
      [true, false],
    )
  })
})

describe('unread messages', () => {
  it('counts others’ words after one’s own receipt', () => {
    const first = sent(bot, '10:00:00')
    const items = [
      first,
      sent(agent, '10:01:00'),
      sent(me, '10:02:00'),
      sent(bot, '10:03:00', { deletedOn: '2026-01-01T10:04:00Z' }),
      sent(null, '10:04:00', { content: { notice: { code: 'queued', values: {} } } }),
    ]
    assert.equal(unreadCount(thread(items), me.rawId), 2)
    const receipt = { rawId: me.rawId, messageId: idOf(first), readOn: '2026-01-01T10:00:30Z' }
    assert.equal(unreadCount(thread(items, { readReceipts: [receipt] }), me.rawId), 1)
  })
})

describe('seen', () => {
  const own = sent(me, '10:00:00')
  const receipt = (party: Party) => ({
    rawId: party.rawId,
    messageId: idOf(own),
    readOn: '2026-01-01T10:00:30Z',
  })

  it('is what a person has read, not what a bot or oneself has', () => {
    assert.equal(lastSeenOwn(thread([own], { readReceipts: [receipt(agent)] }), me.rawId), idOf(own))
    assert.equal(lastSeenOwn(thread([own], { readReceipts: [receipt(bot), receipt(me)] }), me.rawId), null)
  })

  it('waits for the newest of one’s own', () => {
    const newer = sent(me, '10:01:00')
    assert.equal(lastSeenOwn(thread([own, newer], { readReceipts: [receipt(agent)] }), me.rawId), null)
  })
})

describe('quick replies', () => {
  const quickReplies = [{ label: 'Yes', value: 'yes', action: 'send' as const }]
  const asking = sent(bot, '10:00:00', { content: { message: '?', quickReplies } })

  it('are offered until somebody answers', () => {
    assert.deepEqual(openQuickReplies([asking], me.rawId), quickReplies)
    assert.deepEqual(openQuickReplies([asking, pending('10:00:10')], me.rawId), [])
    assert.deepEqual(openQuickReplies([asking, sent(me, '10:00:10')], me.rawId), [])
    assert.deepEqual(openQuickReplies([asking, sent(bot, '10:00:10')], me.rawId), [])
  })

  it('outlast a system line', () => {
    const notice = sent(null, '10:00:10', { content: { notice: { code: 'callEnded', values: {} } } })
    assert.deepEqual(openQuickReplies([asking, notice], me.rawId), quickReplies)
  })
})
