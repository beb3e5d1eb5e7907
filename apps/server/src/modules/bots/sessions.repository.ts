import type { ConversationId } from '@guichet/domain'
import { type Database, withTables } from '../../platform/index.ts'
import type { BotsTables } from './bots.tables.ts'

/** What the bot remembers of one conversation. */
export type BotSession = { failures: number; topic: string | null; lastMessageId: string | null }

/** SQL over what bots remember. */
export function createSessionsRepository(database: Database) {
  const db = withTables<BotsTables>(database)
  return {
    find: (conversationId: ConversationId): Promise<BotSession | undefined> =>
      db
        .selectFrom('botSessions')
        .select(['failures', 'topic', 'lastMessageId'])
        .where('conversationId', '=', conversationId)
        .executeTakeFirst(),

    async put(conversationId: ConversationId, session: BotSession, at: Date): Promise<void> {
      const row = { ...session, updatedAt: at }
      await db
        .insertInto('botSessions')
        .values({ conversationId, ...row })
        .onConflict(conflict => conflict.column('conversationId').doUpdateSet(row))
        .execute()
    },
  }
}
