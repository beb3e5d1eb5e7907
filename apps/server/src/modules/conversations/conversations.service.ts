import type {
  Conversation,
  ConversationDetail,
  Handling,
  Locale,
  Party,
  SystemNotice,
  Thread,
} from '@guichet/contract'
import type { CallId, ConversationId, QueueId, RawId, ThreadId } from '@guichet/domain'
import type { UnitOfWork } from '../../platform/index.ts'
import { type ChatService, ConversationClosedError } from '../chat/index.ts'
import type { ContactsService } from '../contacts/index.ts'
import { handledByBot } from './bot-party.ts'
import type { ConversationChanges, TellConversation } from './conversation.changes.ts'
import type { HistoryPorts } from './conversations.ports.ts'
import { presentConversation, presentDetail, presentRating } from './conversations.presenter.ts'
import type { ConversationRow, ConversationsRepository, PlaceInLine } from './conversations.repository.ts'
import type { Handoff } from './conversations.tables.ts'
import type { EndingsService } from './endings.service.ts'
import { summarise } from './summary.ts'

/** Earlier conversations shown beside the current one. */
const HISTORY_LENGTH = 20
/** Messages read to sum up what was said. */
const SUMMARY_MESSAGES = 60

/** A conversation as other modules see it. */
export type ConversationRecord = {
  id: ConversationId
  state: 'open' | 'closed'
  threadId: ThreadId
  contact: Party
  locale: Locale
  topic: string | null
  handling: Handling
  handoff: Handoff | null
  activeCallId: CallId | null
  openedAt: Date
  closedAt: Date | null
}

/** What to hand over; the topic that is known and the last lines of the visitor when left out, any queue for chats. */
export type PersonRequest = { topic?: string; summary?: string; queueId?: QueueId }

export type ConversationsService = Pick<EndingsService, 'close'> & {
  /** @throws NotFoundError `not-found` */
  get(id: ConversationId): Promise<ConversationRecord>
  /** @throws NotFoundError `not-found` */
  view(id: ConversationId): Promise<Conversation>
  /** @throws NotFoundError `not-found` */
  detail(id: ConversationId): Promise<ConversationDetail>
  /** Who answers now; a closed conversation stays as it is. */
  setHandling(id: ConversationId, handling: Handling): Promise<Conversation>
  /** The line moved: tells all who wait their new place; whoever does not wait any more is left alone. */
  moveInLine(places: readonly PlaceInLine[]): Promise<void>
  setActiveCall(id: ConversationId, callId: CallId | null): Promise<Conversation>
  /** What the visitor wants, in a few words. */
  setTopic(id: ConversationId, topic: string): Promise<void>
  /** Puts an agent into the thread, with a line that says so; repeating it is harmless. */
  agentJoined(id: ConversationId, agent: Party): Promise<Thread>
  /** Takes an agent out of the thread; repeating it is harmless. */
  agentLeft(id: ConversationId, agent: Party): Promise<void>
  notice(id: ConversationId, notice: SystemNotice): Promise<void>
  /**
   * Leaves the bot and waits for a person: emits `handoff.requested`. Harmless when somebody is coming already.
   * @throws ConversationClosedError `conversation-closed`
   */
  requestPerson(id: ConversationId, request?: PersonRequest): Promise<Conversation>
}

/** The topic that those who follow a conversation listen to. */
export function conversationTopic(id: ConversationId): string {
  return `conversation:${id}`
}

/** @see ConversationsService */
export function createConversationsService(deps: {
  repository: ConversationsRepository
  changes: ConversationChanges
  endings: Pick<EndingsService, 'close'>
  contacts: ContactsService
  chat: ChatService
  history: HistoryPorts
  uow: UnitOfWork
  tell: TellConversation
  /** Lets the open tabs of an agent follow the conversation. */
  follow(rawId: RawId, conversation: ConversationRow): void
}): ConversationsService {
  const { repository, contacts, chat, uow, changes } = deps

  async function handoffOf(row: ConversationRow, request: PersonRequest): Promise<Handoff> {
    const said = summarise(await chat.lastMessages(row.threadId, SUMMARY_MESSAGES))
    return {
      topic: request.topic ?? row.topic ?? said.firstQuestion,
      summary: request.summary ?? said.summary,
      locale: row.locale,
    }
  }

  return {
    async get(id) {
      const row = await changes.row(id)
      const contact = await contacts.get(row.contactRawId)
      const { contactRawId, ...others } = row
      return {
        ...others,
        contact: { rawId: contactRawId, displayName: contact.displayName, role: 'consumer' },
      }
    },
    view: async id => changes.present(await changes.row(id)),

    async detail(id) {
      const row = await changes.row(id)
      const [contact, earlier] = await Promise.all([
        contacts.get(row.contactRawId),
        repository.ofContact(row.contactRawId, HISTORY_LENGTH),
      ])
      const ids = earlier.map(conversation => conversation.id)
      const [calls, wrapUps] = await Promise.all([deps.history.callsOf(ids), deps.history.wrapUpsOf(ids)])
      return presentDetail(
        row,
        contact,
        earlier.map(past => ({
          conversationId: past.id,
          openedAt: past.openedAt.toISOString(),
          closedAt: past.closedAt?.toISOString() ?? null,
          topic: past.topic,
          rating: presentRating(past),
          calls: calls.get(past.id) ?? [],
          wrapUps: wrapUps.get(past.id) ?? [],
        })),
      )
    },

    close: deps.endings.close,

    async setHandling(id, handling) {
      const { view } = await changes.change(id, async (work, row) =>
        row.state === 'closed' ? row : changes.handle(work, row, handling),
      )
      return view
    },

    async moveInLine(places) {
      const rows = await repository.moveInLine(places)
      const names = await contacts.names(rows.map(row => row.contactRawId))
      for (const row of rows) deps.tell(presentConversation(row, names.get(row.contactRawId) ?? ''), [])
    },

    async setActiveCall(id, callId) {
      const { view } = await changes.change(id, async (work, row) =>
        row.activeCallId === callId ? row : repository.update(work.trx, row, { activeCallId: callId }),
      )
      return view
    },

    async setTopic(id, topic) {
      await changes.change(id, async (work, row) =>
        row.topic === topic ? row : repository.update(work.trx, row, { topic }),
      )
    },

    async agentJoined(id, agent) {
      const row = await uow.run(async work => {
        const row = await changes.locked(work, id)
        if (await chat.addParticipant(work, row.threadId, agent)) {
          await chat.postIn(work, {
            threadId: row.threadId,
            sender: null,
            content: { notice: { code: 'agentJoined', values: { name: agent.displayName } } },
          })
        }
        return row
      })
      deps.follow(agent.rawId, row)
      return chat.thread(row.threadId)
    },

    async agentLeft(id, agent) {
      await uow.run(async work => {
        const row = await changes.locked(work, id)
        if (!(await chat.removeParticipant(work, row.threadId, agent.rawId)) || row.state === 'closed') return
        await chat.postIn(work, {
          threadId: row.threadId,
          sender: null,
          content: { notice: { code: 'agentLeft', values: { name: agent.displayName } } },
        })
      })
    },

    async notice(id, notice) {
      const row = await changes.row(id)
      await chat.notice(row.threadId, notice)
    },

    async requestPerson(id, request = {}) {
      const waiting: Handling = { ...handledByBot, by: 'queue' }
      const handoff = await handoffOf(await changes.row(id), request)
      const { view } = await changes.change(id, async (work, row) => {
        if (row.state === 'closed') throw new ConversationClosedError()
        if (row.handling.by === 'queue' || row.handling.by === 'agent') return row
        work.emit('handoff.requested', {
          conversationId: id,
          channel: 'chat',
          locale: row.locale,
          topic: handoff.topic,
          summary: handoff.summary,
          queueId: request.queueId ?? null,
        })
        const handled = await changes.handle(work, row, waiting)
        return repository.update(work.trx, handled, { handoff, topic: handoff.topic })
      })
      return view
    },
  }
}
