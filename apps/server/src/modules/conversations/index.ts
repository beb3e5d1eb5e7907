import type { Clock, Database, Ids, Log, RouteBinder, SocketHub, UnitOfWork } from '../../platform/index.ts'
import { type ChatService, threadTopic } from '../chat/index.ts'
import type { ContactsService } from '../contacts/index.ts'
import type { VisitorTokens } from '../identity/index.ts'
import { createConversationChanges, type TellConversation } from './conversation.changes.ts'
import type { AnswerTimePort, CallsPort, HistoryPorts } from './conversations.ports.ts'
import { createConversationsRepository } from './conversations.repository.ts'
import { bindConversationRoutes, bindConversationSocket } from './conversations.routes.ts'
import { conversationTopic, createConversationsService } from './conversations.service.ts'
import { createEndingsService } from './endings.service.ts'
import type { IceServers } from './ice-servers.ts'
import { createIdleCloser } from './idle.closer.ts'
import { createVisitsService } from './visits.service.ts'
import type { WidgetSettingsStore } from './widget-settings.ts'

export { botParty, handledByBot } from './bot-party.ts'
export type { AnswerTimePort, CallsPort, HistoryPorts } from './conversations.ports.ts'
export {
  type ConversationRecord,
  type ConversationsService,
  conversationTopic,
  type PersonRequest,
} from './conversations.service.ts'
export { createIceServers, type IceServers } from './ice-servers.ts'
export { createWidgetSettings, type WidgetSettingsStore } from './widget-settings.ts'

export type ConversationsDeps = {
  db: Database
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  log: Log
  chat: ChatService
  contacts: ContactsService
  visitorTokens: VisitorTokens
  settings: WidgetSettingsStore
  iceServers: IceServers
  history: HistoryPorts
  calls: CallsPort
  answerTime: AnswerTimePort
  /** Silence after which a conversation that only the bot handles ends, in milliseconds; 0 for never. */
  idleMs: number
}

/** Conversations: who talks with us, who answers, and how it ends. */
export function createConversationsModule(deps: ConversationsDeps) {
  let hub: SocketHub | null = null
  const repository = createConversationsRepository(deps.db)
  const tell: TellConversation = (conversation, agents) => {
    hub?.publish(conversationTopic(conversation.id), 'conversation.changed', { conversation })
    for (const rawId of new Set(agents)) {
      if (rawId !== undefined) hub?.publish(hub.personTopic(rawId), 'conversation.changed', { conversation })
    }
  }
  const changes = createConversationChanges({ ...deps, repository, tell })
  const endings = createEndingsService({ ...deps, repository, changes })
  const idleCloser = createIdleCloser({ ...deps, repository, endings })
  const conversations = createConversationsService({
    ...deps,
    repository,
    changes,
    endings,
    tell,
    follow(rawId, row) {
      for (const connection of hub?.connectionsOf(rawId) ?? []) {
        hub?.subscribe(connection, conversationTopic(row.id))
        hub?.subscribe(connection, threadTopic(row.threadId))
      }
    },
  })
  const visits = createVisitsService({ ...deps, repository, tell })

  return {
    conversations,
    /** Conversations with those who call by telephone. */
    beginByPhone: visits.beginByPhone,
    /** Ends what was left alone with the bot, now and every minute once started. */
    idleCloser,
    register(doors: { bind: RouteBinder; hub: SocketHub }): void {
      hub = doors.hub
      const routes = { ...deps, conversations, endings, repository, visits }
      bindConversationRoutes(doors.bind, routes)
      bindConversationSocket(doors.hub, routes)
    },
  }
}

export type ConversationsModule = ReturnType<typeof createConversationsModule>
