import type { ChatMessage, EventEnvelope } from '@guichet/contract'
import type { ConversationId } from '@guichet/domain'
import type { Clock, Database, Log } from '../../platform/index.ts'
import { type ChatService, ConversationClosedError } from '../chat/index.ts'
import type { ConversationRecord, ConversationsService } from '../conversations/index.ts'
import { createKeyedLimit } from '../identity/index.ts'
import { botTexts } from './bot.texts.ts'
import type { BotActivity, BotPort, BotTurn } from './bots.ports.ts'
import { type BotSession, createSessionsRepository } from './sessions.repository.ts'

/** A bot that has not decided by then is given up for this activity. */
const TURN_LIMIT_MS = 10_000
/** Messages of one conversation that the bot thinks about; of a flood it lets the rest pass, for others to be served. */
const THOUGHT_BURST = 20
const THOUGHTS_PER_SECOND = 1
/** Failures in a row after which a person is offered, whatever the bot says. */
const FAILURES_BEFORE_PERSON = 2

/** Events that a bot is told of. */
export const botEvents = ['conversation.opened', 'conversation.handlingChanged', 'message.sent'] as const
type BotEvent = EventEnvelope<(typeof botEvents)[number]>

/** Conversations remembered to be in other hands; the longest known is forgotten first, and looked up again. */
const MAX_ELSEWHERE = 50_000

/** Gives what visitors write to the bot, while it handles the conversation, and posts what it replies. */
export type BotsService = {
  /** Safe to repeat: a reply carries the id of what it answers. */
  handle(event: BotEvent): Promise<void>
}

/** @see BotsService */
export function createBotsService(deps: {
  db: Database
  bot: BotPort
  chat: ChatService
  conversations: ConversationsService
  clock: Clock
  log: Log
}): BotsService {
  const { bot, chat, conversations, clock, log } = deps
  const sessions = createSessionsRepository(deps.db)
  const pace = createKeyedLimit(clock, THOUGHTS_PER_SECOND, THOUGHT_BURST)

  /**
   * Conversations that others handle: most messages are of these, and cost the database nothing. Kept right by the
   * events, which come in the order of the changes.
   */
  const elsewhere = new Set<ConversationId>()

  /** The conversation, if the bot is to answer in it; null otherwise. */
  async function mine(id: ConversationId): Promise<ConversationRecord | null> {
    if (elsewhere.has(id)) return null
    const conversation = await conversations.get(id)
    if (conversation.state === 'open' && conversation.handling.by === 'bot') return conversation
    elsewhere.add(id)
    if (elsewhere.size > MAX_ELSEWHERE) elsewhere.delete(elsewhere.keys().next().value as ConversationId)
    return null
  }

  const readSession = async (conversationId: ConversationId): Promise<BotSession> =>
    (await sessions.find(conversationId)) ?? { failures: 0, topic: null, lastMessageId: null }

  /** The bot's turn; a bot that fails or is late makes no difference but for an offer of a person. */
  async function turnOf(activity: BotActivity): Promise<BotTurn> {
    let cancel: () => void = () => undefined
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(TURN_LIMIT_MS, () => reject(new Error('The bot took too long')))
    })
    try {
      return await Promise.race([bot.onActivity(activity), late])
    } catch (error) {
      log.warn({ err: error, conversationId: activity.conversationId }, 'bot failed')
      const { trouble, person, voice } = botTexts[activity.locale]
      return {
        replies: [{ message: trouble, quickReplies: [person, voice] }],
        understood: false,
        topic: null,
        handoff: null,
      }
    } finally {
      cancel()
    }
  }

  async function post(activity: BotActivity, turn: BotTurn): Promise<void> {
    for (const [index, content] of turn.replies.entries()) {
      await chat.post({
        threadId: activity.threadId,
        sender: bot.party,
        content,
        clientMessageId: `bot-${activity.id}-${index}`,
        causationId: activity.id,
      })
    }
  }

  async function start(event: EventEnvelope<'conversation.opened'>): Promise<void> {
    const { conversationId, threadId, locale } = event.payload
    const conversation = await mine(conversationId)
    if (conversation === null) return
    const activity: BotActivity = {
      kind: 'conversationStarted',
      id: event.id,
      conversationId,
      threadId,
      locale,
      from: conversation.contact,
      text: '',
      attachments: [],
      at: Date.parse(event.occurredAt),
    }
    await post(activity, await turnOf(activity))
  }

  async function answer(event: EventEnvelope<'message.sent'>): Promise<void> {
    const { conversationId, threadId, messageId, senderRole } = event.payload
    if (senderRole !== 'consumer') return
    const conversation = await mine(conversationId)
    if (conversation === null) return
    const message = await chat.message(threadId, messageId)
    if (message === null || message.deletedOn !== null) return
    if (!pace.take(conversationId)) return
    chat.tellTyping(threadId, bot.party)
    const [session, turn] = await Promise.all([
      readSession(conversationId),
      turnOf(toActivity(event.id, conversation, message)),
    ])
    const isRepeat = session.lastMessageId === messageId
    const failures = nextFailures(isRepeat ? Math.max(0, session.failures - 1) : session.failures, turn)
    // Somebody may have taken over while the bot was thinking.
    if ((await mine(conversationId)) === null) return
    const said = failures >= FAILURES_BEFORE_PERSON ? withOfferOfPerson(turn, conversation) : turn
    const topic = turn.topic ?? session.topic
    await post(toActivity(event.id, conversation, message), said)
    await sessions.put(conversationId, { failures, topic, lastMessageId: messageId }, new Date(clock.now()))
    if (turn.handoff !== null) {
      const wanted = turn.handoff.topic ?? topic
      await conversations.requestPerson(conversationId, {
        ...(wanted === null ? {} : { topic: wanted }),
        ...(turn.handoff.summary === null ? {} : { summary: turn.handoff.summary }),
      })
    } else if (turn.topic !== null && turn.understood === true) {
      await conversations.setTopic(conversationId, turn.topic)
    }
  }

  return {
    async handle(event) {
      try {
        if (event.name === 'message.sent') await answer(event as EventEnvelope<'message.sent'>)
        else if (event.name === 'conversation.opened')
          await start(event as EventEnvelope<'conversation.opened'>)
        else if ((event as EventEnvelope<'conversation.handlingChanged'>).payload.by === 'bot')
          elsewhere.delete(event.payload.conversationId)
      } catch (error) {
        // It ended meanwhile: nobody waits for an answer.
        if (!(error instanceof ConversationClosedError)) throw error
      }
    },
  }
}

function toActivity(id: string, conversation: ConversationRecord, message: ChatMessage): BotActivity {
  return {
    kind: 'message',
    id,
    conversationId: conversation.id,
    threadId: conversation.threadId,
    locale: conversation.locale,
    from: conversation.contact,
    text: message.content.message ?? '',
    attachments: message.content.attachments ?? [],
    at: Date.parse(message.createdOn),
  }
}

function nextFailures(before: number, turn: BotTurn): number {
  if (turn.understood === null) return before
  return turn.understood ? 0 : before + 1
}

function withOfferOfPerson(turn: BotTurn, { locale }: ConversationRecord): BotTurn {
  if (turn.understood !== false) return turn
  const { offerPerson, person, voice } = botTexts[locale]
  return { ...turn, replies: [{ message: offerPerson, quickReplies: [person, voice] }] }
}
