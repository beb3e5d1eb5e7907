import { compareMessageIds, type ThreadItem, type ThreadSnapshot } from '@guichet/client'
import type { ChatMessage, Party } from '@guichet/contract'

/** Messages in a row of one sender within one minute, shown under one name and time; or one system line. */
export type MessageGroup = {
  key: string
  /** Null for what is on its way, which is always one's own. */
  sender: Party | null
  isOwn: boolean
  isSystem: boolean
  /** Epoch milliseconds of the first. */
  at: number
  items: ThreadItem[]
  /** Whether another day begins with it. */
  startsDay: boolean
}

const minuteOf = (at: number) => Math.floor(at / 60_000)
const itemTime = (item: ThreadItem) =>
  item.delivery === 'sent' ? Date.parse(item.message.createdOn) : item.outgoing.createdAt
const isNotice = (message: ChatMessage) => message.type === 'system' || message.content.notice !== undefined

/** Types of lines that say nothing to a visitor beyond what notices say. */
const hiddenTypes = new Set(['topicUpdated', 'participantAdded', 'participantRemoved'])

/** Groups what is to be shown; `dayOf` names the reader's day of an instant. */
export function groupItems(
  items: readonly ThreadItem[],
  selfRawId: string,
  dayOf: (at: number) => string,
): MessageGroup[] {
  const groups: MessageGroup[] = []
  for (const item of items) {
    const message = item.delivery === 'sent' ? item.message : null
    if (message && hiddenTypes.has(message.type)) continue
    const isSystem = message !== null && isNotice(message)
    const sender = message?.sender ?? null
    const isOwn = !isSystem && (message === null || sender?.rawId === selfRawId)
    const at = itemTime(item)
    const last = groups.at(-1)
    const joins =
      last &&
      !isSystem &&
      !last.isSystem &&
      last.isOwn === isOwn &&
      (isOwn || last.sender?.rawId === sender?.rawId) &&
      minuteOf(last.at) === minuteOf(at)
    if (joins) {
      last.items.push(item)
      continue
    }
    const startsDay = !last || dayOf(last.at) !== dayOf(at)
    groups.push({ key: item.key, sender, isOwn, isSystem, at, items: [item], startsDay })
  }
  return groups
}

/** Messages of others, system lines apart, that came after one's own read receipt. */
export function unreadCount(thread: ThreadSnapshot, selfRawId: string): number {
  const read = thread.readReceipts.find(receipt => receipt.rawId === selfRawId)?.messageId ?? '0'
  return thread.items.filter(
    item =>
      item.delivery === 'sent' &&
      item.message.sender !== null &&
      item.message.sender.rawId !== selfRawId &&
      !item.message.deletedOn &&
      !isNotice(item.message) &&
      compareMessageIds(item.message.id, read) > 0,
  ).length
}

/** The newest of one's own messages that a person has seen; bots see everything at once, which means nothing. */
export function lastSeenOwn(thread: ThreadSnapshot, selfRawId: string): string | null {
  const people = new Set(
    thread.participants
      .filter(party => party.rawId !== selfRawId && party.role !== 'bot' && party.role !== 'application')
      .map(party => party.rawId as string),
  )
  const seen = thread.readReceipts
    .filter(receipt => people.has(receipt.rawId))
    .map(receipt => receipt.messageId as string)
    .sort(compareMessageIds)
    .at(-1)
  if (!seen) return null
  const own = thread.items.findLast(
    item => item.delivery === 'sent' && item.message.sender?.rawId === selfRawId,
  )
  if (own?.delivery !== 'sent') return null
  return compareMessageIds(own.message.id, seen) <= 0 ? own.message.id : null
}

/** The quick replies to offer: those of the last message, unless somebody answered since. */
export function openQuickReplies(items: readonly ThreadItem[], selfRawId: string) {
  for (const item of items.toReversed()) {
    if (item.delivery !== 'sent') return []
    const { message } = item
    if (message.sender?.rawId === selfRawId) return []
    if (message.content.quickReplies?.length && !message.deletedOn) return message.content.quickReplies
    if (!isNotice(message)) return []
  }
  return []
}
