import type { ChatMessage } from '@guichet/contract'

/** Lines of the visitor handed over, newest last. */
const SUMMARY_LINES = 6
const LINE_LENGTH = 240
const TOPIC_LENGTH = 80

/** What was said so far, for whoever takes over: the visitor's last lines, and their first one as a topic. */
export function summarise(messages: readonly ChatMessage[]): {
  summary: string
  firstQuestion: string | null
} {
  const lines = messages
    .filter(message => message.sender?.role === 'consumer')
    .map(message => oneLine(message.content.message ?? fileNames(message)))
    .filter(line => line !== '')
  const question = lines.find(line => line.length > 8) ?? lines[0] ?? null
  return {
    summary: lines
      .slice(-SUMMARY_LINES)
      .map(line => shorten(line, LINE_LENGTH))
      .join('\n'),
    firstQuestion: question === null ? null : shorten(question, TOPIC_LENGTH),
  }
}

function fileNames(message: ChatMessage): string {
  return (message.content.attachments ?? []).map(attachment => `[${attachment.name}]`).join(' ')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function shorten(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${text
        .slice(0, length - 1)
        .toWellFormed()
        .trimEnd()}…`
}
