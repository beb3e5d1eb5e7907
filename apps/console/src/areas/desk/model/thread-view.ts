import { compareMessageIds, type ThreadItem, type ThreadSnapshot } from '@guichet/client'
import type { ChatMessage, Party, ReadReceipt } from '@guichet/contract'

/** A run of messages by one sender within a few minutes. */
export type MessageGroup = {
  kind: 'group'
  key: string
  /** Null for messages on their way: they are one's own. */
  sender: Party | null
  isOwn: boolean
  /** Epoch milliseconds of the first message. */
  at: number
  items: readonly ThreadItem[]
}
export type ThreadBlock =
  | MessageGroup
  | { kind: 'notice'; key: string; message: ChatMessage }
  | { kind: 'day'; key: string; at: number }

export type ThreadView = {
  /** What was said with the assistant before a person joined. */
  assistant: { blocks: readonly ThreadBlock[]; messageCount: number } | null
  blocks: readonly ThreadBlock[]
}

const GROUP_WITHIN_MS = 3 * 60_000

const staffRoles: readonly Party['role'][] = ['agent', 'expert', 'supervisor']

export const isNotice = (message: ChatMessage): boolean =>
  message.type === 'system' ||
  message.type === 'participantAdded' ||
  message.type === 'participantRemoved' ||
  message.type === 'topicUpdated'

const isAnsweredByPerson = (item: ThreadItem): boolean =>
  item.delivery !== 'sent' ||
  item.message.content.notice?.code === 'agentJoined' ||
  (item.message.sender !== null && staffRoles.includes(item.message.sender.role))

const isByBot = (item: ThreadItem): boolean =>
  item.delivery === 'sent' && item.message.sender?.role === 'bot' && !isNotice(item.message)

const instantOf = (item: ThreadItem): number =>
  item.delivery === 'sent' ? Date.parse(item.message.createdOn) : item.outgoing.createdAt

const dayOf = (at: number) => new Date(at).toDateString()

const toBlocks = (items: readonly ThreadItem[], selfRawId: string): ThreadBlock[] => {
  const blocks: ThreadBlock[] = []
  let day = ''
  for (const item of items) {
    const at = instantOf(item)
    if (dayOf(at) !== day) {
      day = dayOf(at)
      blocks.push({ kind: 'day', key: `day-${day}`, at })
    }
    if (item.delivery === 'sent' && isNotice(item.message)) {
      blocks.push({ kind: 'notice', key: item.key, message: item.message })
      continue
    }
    const sender = item.delivery === 'sent' ? item.message.sender : null
    const isOwn = item.delivery !== 'sent' || sender?.rawId === selfRawId
    const last = blocks.at(-1)
    const joins =
      last?.kind === 'group' &&
      last.isOwn === isOwn &&
      (isOwn || last.sender?.rawId === sender?.rawId) &&
      at - instantOf(last.items.at(-1) as ThreadItem) < GROUP_WITHIN_MS
    if (joins) blocks[blocks.length - 1] = { ...last, items: [...last.items, item] }
    else blocks.push({ kind: 'group', key: item.key, sender, isOwn, at, items: [item] })
  }
  return blocks
}

/** A thread as an agent reads it: the assistant's part apart, messages grouped by sender and time. */
export const viewThread = (items: readonly ThreadItem[], selfRawId: string): ThreadView => {
  const joined = items.findIndex(isAnsweredByPerson)
  const before = joined < 0 ? [] : items.slice(0, joined)
  if (!before.some(isByBot)) return { assistant: null, blocks: toBlocks(items, selfRawId) }
  const spoken = before.filter(item => item.delivery === 'sent' && !isNotice(item.message))
  return {
    assistant: { blocks: toBlocks(before, selfRawId), messageCount: spoken.length },
    blocks: toBlocks(items.slice(joined), selfRawId),
  }
}

const receiptOf = (receipts: readonly ReadReceipt[], rawId: string) =>
  receipts.find(receipt => receipt.rawId === rawId)

/** Messages of the contact that the reader has not seen, among those written since the work began. */
export const countUnread = (
  thread: Pick<ThreadSnapshot, 'items' | 'readReceipts'>,
  selfRawId: string,
  sinceAt: string,
): number => {
  const read = receiptOf(thread.readReceipts, selfRawId)
  return thread.items.filter(
    item =>
      item.delivery === 'sent' &&
      item.message.sender?.role === 'consumer' &&
      !isNotice(item.message) &&
      item.message.deletedOn === null &&
      item.message.createdOn >= sinceAt &&
      (!read || compareMessageIds(item.message.id, read.messageId) > 0),
  ).length
}

/** Key of one's newest message that somebody else has read; null when none was. */
export const lastSeenKey = (
  thread: Pick<ThreadSnapshot, 'items' | 'readReceipts'>,
  selfRawId: string,
): string | null => {
  const furthest = thread.readReceipts
    .filter(receipt => receipt.rawId !== selfRawId)
    .map(receipt => receipt.messageId)
    .sort(compareMessageIds)
    .at(-1)
  if (furthest === undefined) return null
  const seen = thread.items.filter(
    item =>
      item.delivery === 'sent' &&
      item.message.sender?.rawId === selfRawId &&
      compareMessageIds(item.message.id, furthest) <= 0,
  )
  return seen.at(-1)?.key ?? null
}

/** The newest thing said, for a card: its words, or that it was a file. */
export const lastLine = (
  items: readonly ThreadItem[],
  selfRawId: string,
): { text: string | null; isOwn: boolean } | null => {
  for (const item of items.toReversed()) {
    if (item.delivery !== 'sent') return { text: item.outgoing.message ?? null, isOwn: true }
    const { message } = item
    if (isNotice(message) || message.deletedOn !== null) continue
    return { text: message.content.message ?? null, isOwn: message.sender?.rawId === selfRawId }
  }
  return null
}
