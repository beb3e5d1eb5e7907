import {
  type Bus,
  type Clock,
  type Consumer,
  type Database,
  type Ids,
  type Log,
  type RouteBinder,
  startConsumer,
  type UnitOfWork,
} from '../../platform/index.ts'
import type { ChatService } from '../chat/index.ts'
import type { ConversationsService } from '../conversations/index.ts'
import { createArticlesRepository } from './articles.repository.ts'
import type { BotPort } from './bots.ports.ts'
import { bindKnowledgeRoutes } from './bots.routes.ts'
import { botEvents, createBotsService } from './bots.service.ts'
import { createKnowledgeService } from './knowledge.service.ts'
import { createKnowledgeBot } from './knowledge-bot.ts'

export type { BotActivity, BotPort, BotTurn, HandoffRequest } from './bots.ports.ts'
export type { KnowledgeService } from './knowledge.service.ts'

export type BotsDeps = {
  db: Database
  uow: UnitOfWork
  bus: Bus
  clock: Clock
  ids: Ids
  log: Log
  chat: ChatService
  conversations: ConversationsService
  /** The name the bot greets in. */
  brandName(): Promise<string>
  /** Another bot than the built-in one. */
  bot?: BotPort
}

/** Bots and the articles that the built-in one answers from. */
export function createBotsModule(deps: BotsDeps) {
  const repository = createArticlesRepository(deps.db)
  const knowledge = createKnowledgeService({ ...deps, repository })
  const bot = deps.bot ?? createKnowledgeBot({ knowledge, brandName: deps.brandName })
  const service = createBotsService({ ...deps, bot })
  let consumer: Consumer | null = null

  return {
    knowledge,
    register({ bind }: { bind: RouteBinder }): void {
      bindKnowledgeRoutes(bind, knowledge)
    },
    /** Begins to answer, from where the last run stopped. */
    start(): void {
      consumer = startConsumer(deps, {
        consumer: 'bots',
        names: botEvents,
        keyOf: event => event.payload.conversationId,
        handle: event => service.handle(event),
      })
    },
    async stop(): Promise<void> {
      await consumer?.stop()
    },
  }
}

export type BotsModule = ReturnType<typeof createBotsModule>
