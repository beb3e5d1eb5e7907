import type { Locale } from '@guichet/contract'
import type { ColumnType } from 'kysely'

/** Tables that belong to bots. */
export type BotsTables = {
  articles: {
    id: string
    locale: Locale
    title: string
    body: string
    phrasings: string
    url: string | null
    state: 'draft' | 'published'
    updatedAt: Date
    search: ColumnType<string, never, never>
  }
  articleWords: { articleId: string; word: string }
  botSessions: {
    conversationId: string
    failures: number
    topic: string | null
    lastMessageId: string | null
    updatedAt: Date
  }
}
