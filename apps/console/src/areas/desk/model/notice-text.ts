import type { ChatMessage } from '@guichet/contract'
import type { Translate } from '../../../i18n/catalogue.ts'

const text = (value: string | number | undefined, otherwise: string): string =>
  value === undefined || value === '' ? otherwise : String(value)

/** A system line in the reader's words; `duration` writes milliseconds in their language. */
export const noticeText = (
  t: Translate,
  message: Pick<ChatMessage, 'type' | 'content' | 'sender'>,
  duration: (ms: number) => string,
): string => {
  const name = message.sender?.displayName ?? t('common.noAnswerYet')
  switch (message.type) {
    case 'participantAdded':
      return t('notice.participantAdded', { name: message.content.message ?? name })
    case 'participantRemoved':
      return t('notice.participantRemoved', { name: message.content.message ?? name })
    case 'topicUpdated':
      return t('notice.topicUpdated', { topic: message.content.message ?? t('context.noTopic') })
  }
  const notice = message.content.notice
  if (!notice) return message.content.message ?? t('thread.unknownType')
  const { code, values } = notice
  switch (code) {
    case 'queued':
      return t('notice.queued', {
        queueName: text(values.queue ?? values.queueName, t('common.noAnswerYet')),
      })
    case 'agentJoined':
    case 'agentLeft':
      return t(`notice.${code}`, { name: text(values.name ?? values.agentName, name) })
    case 'callEnded': {
      const ms = Number(values.durationMs)
      return ms > 0 ? t('notice.callEndedAfter', { duration: duration(ms) }) : t('notice.callEnded')
    }
    case 'conversationClosed':
      return values.name
        ? t('notice.conversationEndedBy', { name: text(values.name, name) })
        : t(`notice.${code}`)
    default:
      return t(`notice.${code}`)
  }
}
