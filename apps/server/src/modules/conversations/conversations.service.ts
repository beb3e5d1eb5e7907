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
import { type Clock, NotFoundError, type UnitOfWork, type Work } from '../../platform/index.ts'
import { type ChatService, ConversationClosedError } from '../chat/index.ts'
import type { ContactsService } from '../contacts/index.ts'
import { botParty, handledByBot } from './bot-party.ts'
import type { HistoryPorts } from './conversations.ports.ts'
import { presentConversation, presentDetail } from './conversations.presenter.ts'
import type { ConversationRow, ConversationsRepository, PlaceInLine } from './conversations.repository.ts'
import type { Handoff } from './conversations.tables.ts'
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

export type ConversationsService = {
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
  /** Ends the conversation; harmless when it has ended. */
  close(id: ConversationId, by: RawId | null): Promise<void>
  /** Opens an ended conversation again. @throws InvalidTransitionError `invalid-transition` when it is open */
  reopen(work: Work, row: ConversationRow): Promise<ConversationRow>
}

/** The topic that those who follow a conversation listen to. */
export function conversationTopic(id: ConversationId): string {
  return `conversation:${id}`
}

/** Tells everybody who follows a conversation that it changed. */
export type TellConversation = (conversation: Conversation, agents: readonly (RawId | undefined)[]) => void

/** @see ConversationsService */
export function createConversationsService(deps: {
  repository: ConversationsRepository
  contacts: ContactsService
  chat: ChatService
  history: HistoryPorts
  uow: UnitOfWork
  clock: Clock
  tell: TellConversation
  /** Lets the open tabs of an agent follow the conversation. */
  follow(rawId: RawId, conversation: ConversationRow): void
}): ConversationsService {
  const { repository, contacts, chat, uow, clock } = deps

  async function rowOf(id: ConversationId): Promise<ConversationRow> {
    const row = await repository.find(id)
    if (row === undefined) throw new NotFoundError('The conversation')
    return row
  }

  async function lockedRow(work: Work, id: ConversationId): Promise<ConversationRow> {
    const row = await repository.lock(work.trx, id)
    if (row === undefined) throw new NotFoundError('The conversation')
    return row
  }

  async function present(row: ConversationRow): Promise<Conversation> {
    const contact = await contacts.get(row.contactRawId)
    return presentConversation(row, contact.displayName)
  }

  /** Runs a change in a transaction on the locked row; tells the view to those who follow. */
  async function change(
    id: ConversationId,
    action: (work: Work, row: ConversationRow) => Promise<ConversationRow>,
  ): Promise<{ row: ConversationRow; view: Conversation }> {
    const { before, row } = await uow.run(async work => {
      const before = await lockedRow(work, id)
      return { before, row: await action(work, before) }
    })
    const view = await present(row)
    if (row !== before) deps.tell(view, [before.handling.agent?.rawId, row.handling.agent?.rawId])
    return { row, view }
  }

  async function handle(work: Work, row: ConversationRow, handling: Handling): Promise<ConversationRow> {
    if (JSON.stringify(handling) === JSON.stringify(row.handling)) return row
    if (handling.by !== row.handling.by) {
      work.emit('conversation.handlingChanged', { conversationId: row.id, by: handling.by })
    }
    return repository.update(work.trx, row, { handling })
  }

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
      const row = await rowOf(id)
      const contact = await contacts.get(row.contactRawId)
      const { contactRawId, ...others } = row
      return {
        ...others,
        contact: { rawId: contactRawId, displayName: contact.displayName, role: 'consumer' },
      }
    },
    view: async id => present(await rowOf(id)),

    async detail(id) {
      const row = await rowOf(id)
      const [contact, earlier] = await Promise.all([
        contacts.get(row.contactRawId),
        repository.ofContact(row.contactRawId, HISTORY_LENGTH),
      ])
      const ids = earlier.map(conversation => conversation.id)
      const [calls, wrapUps] = await Promise.all([deps.history.callsOf(ids), deps.history.wrapUpsOf(ids)])
      return presentDetail(
        row,
        contact,
        earlier.map(({ id, openedAt, closedAt, topic }) => ({
          conversationId: id,
          openedAt: openedAt.toISOString(),
          closedAt: closedAt?.toISOString() ?? null,
          topic,
          calls: calls.get(id) ?? [],
          wrapUps: wrapUps.get(id) ?? [],
        })),
      )
    },

    async setHandling(id, handling) {
      const { view } = await change(id, async (work, row) =>
        row.state === 'closed' ? row : handle(work, row, handling),
      )
      return view
    },

    async moveInLine(places) {
      const rows = await repository.moveInLine(places)
      const names = await contacts.names(rows.map(row => row.contactRawId))
      for (const row of rows) deps.tell(presentConversation(row, names.get(row.contactRawId) ?? ''), [])
    },

    async setActiveCall(id, callId) {
      const { view } = await change(id, async (work, row) =>
        row.activeCallId === callId ? row : repository.update(work.trx, row, { activeCallId: callId }),
      )
      return view
    },

    async setTopic(id, topic) {
      await change(id, async (work, row) =>
        row.topic === topic ? row : repository.update(work.trx, row, { topic }),
      )
    },

    async agentJoined(id, agent) {
      const row = await uow.run(async work => {
        const row = await lockedRow(work, id)
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
        const row = await lockedRow(work, id)
        if (!(await chat.removeParticipant(work, row.threadId, agent.rawId))) return
        await chat.postIn(work, {
          threadId: row.threadId,
          sender: null,
          content: { notice: { code: 'agentLeft', values: { name: agent.displayName } } },
        })
      })
    },

    async notice(id, notice) {
      const row = await rowOf(id)
      await chat.notice(row.threadId, notice)
    },

    async requestPerson(id, request = {}) {
      const waiting: Handling = { ...handledByBot, by: 'queue' }
      const handoff = await handoffOf(await rowOf(id), request)
      const { view } = await change(id, async (work, row) => {
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
        const handled = await handle(work, row, waiting)
        return repository.update(work.trx, handled, { handoff, topic: handoff.topic })
      })
      return view
    },

    async close(id, by) {
      await change(id, async (work, row) => {
        if (row.state === 'closed') return row
        const nobody: Handling = { ...handledByBot, by: 'nobody' }
        await chat.postIn(work, {
          threadId: row.threadId,
          sender: null,
          content: { notice: { code: 'conversationClosed', values: {} } },
        })
        await chat.setLocked(work, row.threadId, true)
        work.emit('conversation.handlingChanged', { conversationId: id, by: 'nobody' })
        work.emit('conversation.closed', { conversationId: id, by })
        return repository.move(work.trx, row, 'close', { handling: nobody, closedAt: new Date(clock.now()) })
      })
    },

    async reopen(work, row) {
      await chat.setLocked(work, row.threadId, false)
      await chat.addParticipant(work, row.threadId, botParty)
      await chat.postIn(work, {
        threadId: row.threadId,
        sender: null,
        content: { notice: { code: 'conversationReopened', values: {} } },
      })
      work.emit('conversation.reopened', { conversationId: row.id })
      work.emit('conversation.handlingChanged', { conversationId: row.id, by: 'bot' })
      return repository.move(work.trx, row, 'reopen', { handling: handledByBot, closedAt: null })
    },
  }
}
