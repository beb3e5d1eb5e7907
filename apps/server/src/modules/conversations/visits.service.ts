import type { Handling, Locale, Party, StartConversation, VisitorSession } from '@guichet/contract'
import type { ConversationId } from '@guichet/domain'
import type { z } from 'zod'
import type { Clock, Ids, UnitOfWork, Work } from '../../platform/index.ts'
import type { ChatService } from '../chat/index.ts'
import type { Contact, ContactsService, PhoneCaller } from '../contacts/index.ts'
import { InvalidVisitorTokenError, type VisitorClaims, type VisitorTokens } from '../identity/index.ts'
import { botParty, handledByBot, handledByNobody } from './bot-party.ts'
import type { TellConversation } from './conversation.changes.ts'
import type { AnswerTimePort } from './conversations.ports.ts'
import { presentConversation } from './conversations.presenter.ts'
import type { ConversationRow, ConversationsRepository } from './conversations.repository.ts'
import { mayReopen } from './endings.service.ts'
import type { IceServers } from './ice-servers.ts'
import type { WidgetSettingsStore } from './widget-settings.ts'

type Start = z.output<typeof StartConversation>

/** Starts and resumes conversations of visitors. */
export type VisitsService = {
  /** A conversation with somebody who calls by telephone; each call has its own. */
  beginByPhone(caller: PhoneCaller): Promise<{ conversationId: ConversationId; party: Party }>
  /** A session of the conversation that the resume token names, or of a new one. */
  begin(start: Start): Promise<VisitorSession>
}

/** @see VisitsService */
export function createVisitsService(deps: {
  repository: ConversationsRepository
  contacts: ContactsService
  chat: ChatService
  visitorTokens: VisitorTokens
  settings: WidgetSettingsStore
  answerTime: AnswerTimePort
  iceServers: IceServers
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  tell: TellConversation
}): VisitsService {
  const { repository, contacts, chat, uow, clock, ids } = deps

  /** Who a resume token speaks for; null when it is worth nothing any more. */
  async function claimsOf(resumeToken: string | undefined): Promise<VisitorClaims | null> {
    if (resumeToken === undefined) return null
    try {
      return await deps.visitorTokens.verifyResume(resumeToken)
    } catch (error) {
      if (error instanceof InvalidVisitorTokenError) return null
      throw error
    }
  }

  async function open(
    work: Work,
    contact: Pick<Contact, 'rawId' | 'displayName'>,
    locale: Locale,
    handling: Handling = handledByBot,
  ): Promise<ConversationRow> {
    const id = ids.uuid() as ConversationId
    const visitor = { rawId: contact.rawId, displayName: contact.displayName, role: 'consumer' } as const
    const threadId = await chat.createThread(work, {
      conversationId: id,
      topic: '',
      participants: handling.by === 'bot' ? [visitor, botParty] : [visitor],
    })
    const row: ConversationRow = {
      id,
      state: 'open',
      threadId,
      contactRawId: contact.rawId,
      locale,
      topic: null,
      handling,
      handoff: null,
      activeCallId: null,
      openedAt: new Date(clock.now()),
      closedAt: null,
      closedBy: null,
      ratingScore: null,
      ratingComment: null,
      ratedAt: null,
    }
    await repository.insert(work.trx, row)
    work.emit('conversation.opened', { conversationId: id, threadId, contact: contact.rawId, locale })
    return row
  }

  async function resume(
    work: Work,
    row: ConversationRow,
    start: Start,
  ): Promise<{ row: ConversationRow; contact: Contact }> {
    const contact = await contacts.seenAgain(work, row.contactRawId, visitOf(start))
    if (start.identity?.displayName !== undefined) {
      await chat.addParticipant(work, row.threadId, {
        rawId: contact.rawId,
        displayName: contact.displayName,
        role: 'consumer',
      })
    }
    let resumed = row
    if (row.locale !== start.locale)
      resumed = await repository.update(work.trx, resumed, { locale: start.locale })
    const isOver = row.state === 'closed' && (start.startNew === true || !mayReopen(row, clock.now()))
    return { row: isOver ? await open(work, contact, start.locale) : resumed, contact }
  }

  return {
    async beginByPhone(caller) {
      return uow.run(async work => {
        const { rawId, displayName } = await contacts.byPhone(work, caller)
        const row = await open(work, { rawId, displayName }, caller.locale, handledByNobody)
        return { conversationId: row.id, party: { rawId, displayName, role: 'consumer' } }
      })
    },
    async begin(start) {
      const claims = await claimsOf(start.resumeToken)
      const { row, contact, known } = await uow.run(async work => {
        const known = claims === null ? undefined : await repository.lock(work.trx, claims.conversationId)
        if (known !== undefined && known.contactRawId === claims?.rawId)
          return { ...(await resume(work, known, start)), known }
        const contact = await contacts.create(work, visitOf(start))
        return { row: await open(work, contact, start.locale), contact, known: undefined }
      })
      const conversation = presentConversation(row, contact.displayName)
      if (known?.id === row.id) deps.tell(conversation, [row.handling.agent?.rawId])
      const visitor = { rawId: contact.rawId, displayName: contact.displayName, role: 'consumer' } as const
      const [tokens, thread, settings, usuallyAnswersInMs] = await Promise.all([
        deps.visitorTokens.issue({
          rawId: contact.rawId,
          conversationId: row.id,
          threadId: row.threadId,
          displayName: contact.displayName,
        }),
        chat.thread(row.threadId),
        deps.settings.get(),
        deps.answerTime.usuallyAnswersInMs(),
      ])
      return {
        accessToken: tokens.accessToken,
        accessTokenExpiresAt: tokens.accessTokenExpiresAt.toISOString(),
        resumeToken: tokens.resumeToken,
        visitor,
        conversation,
        thread,
        iceServers: deps.iceServers(contact.rawId),
        brand: { name: settings.brandName, usuallyAnswersInMs },
      }
    },
  }
}

function visitOf(start: Start) {
  return { locale: start.locale, identity: start.identity, page: start.page }
}
