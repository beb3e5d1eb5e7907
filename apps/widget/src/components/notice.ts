import type { ChatMessage } from '@guichet/contract'
import type { Strings } from '../locale/en.ts'
import { formatClock } from '../model/format.ts'

/** A system line in the reader's language. */
export function noticeText(strings: Strings, message: ChatMessage): string {
  const { notice, message: text } = message.content
  if (!notice) return text ?? ''
  const name = String(notice.values.name ?? notice.values.displayName ?? '')
  switch (notice.code) {
    case 'agentJoined':
    case 'agentLeft':
      return strings.notice[notice.code](name)
    case 'conversationClosed':
      return strings.notice.conversationClosed(name && (notice.values.by === 'consumer' ? strings.you : name))
    case 'callEnded': {
      const durationMs = Number(notice.values.durationMs)
      return strings.notice.callEnded(durationMs > 0 ? formatClock(durationMs) : null)
    }
    default:
      return strings.notice[notice.code] ?? text ?? ''
  }
}
