import type { ThreadItem } from '@guichet/client'
import type { ChatMessage, Locale } from '@guichet/contract'
import { textOfHtml } from '../model/rich.text.ts'
import type { MoreWords } from './more.words.en.ts'

export type TranscriptOptions = {
  brand: string
  selfRawId: string
  locale: Locale
  words: MoreWords
  /** A system line in the reader's words. */
  notice: (message: ChatMessage) => string
  timeZone?: string
}

/** Types of lines that say nothing to a visitor beyond what notices say. */
const hiddenTypes = new Set(['topicUpdated', 'participantAdded', 'participantRemoved'])

/**
 * Everything that was said as plain text, a day and its messages at a time. Further lines of a message are set in, so
 * that nobody's words can pass for a message of somebody else.
 */
export function writeTranscript(items: readonly ThreadItem[], options: TranscriptOptions): string {
  const { words, locale } = options
  const zone = options.timeZone ? { timeZone: options.timeZone } : {}
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', ...zone })
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone })
  const lines = [words.title(options.brand)]
  let lastDay = ''
  for (const item of items) {
    if (item.delivery !== 'sent' || hiddenTypes.has(item.message.type)) continue
    const { message } = item
    const at = new Date(message.createdOn)
    if (day.format(at) !== lastDay) {
      lastDay = day.format(at)
      lines.push('', lastDay, '')
    }
    lines.push(
      `${time.format(at)}  ${textOf(message, options)}`.replaceAll(/\r\n?|[\n\u2028\u2029]/g, '\n       '),
    )
  }
  return `${lines.join('\n')}\n`
}

function textOf(message: ChatMessage, { words, selfRawId, notice }: TranscriptOptions): string {
  const { content, sender } = message
  if (message.type === 'system' || content.notice) return `* ${notice(message)}`
  const name = sender?.rawId === selfRawId ? words.you : (sender?.displayName ?? '')
  const who = sender?.role === 'bot' ? `${name} (${words.bot})` : name
  if (message.deletedOn) return `${who}: [${words.deleted}]`
  const said = content.message ?? ''
  const parts = [
    message.type === 'html' ? textOfHtml(said) : said,
    ...(content.attachments ?? []).map(file => `[${words.file(file.name)}]`),
  ]
  return `${who}: ${parts.filter(Boolean).join('\n')}`
}
