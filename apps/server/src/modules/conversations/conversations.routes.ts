import { type ConversationId, DomainError } from '@guichet/domain'
import type { FastifyRequest } from 'fastify'
import {
  allow,
  type Clock,
  ForbiddenError,
  type Principal,
  type RouteBinder,
  type SocketHub,
} from '../../platform/index.ts'
import { type ChatService, threadTopic } from '../chat/index.ts'
import type { ContactsService } from '../contacts/index.ts'
import { createKeyedLimit, isLoopbackAddress, OriginNotAllowedError } from '../identity/index.ts'
import {
  mayListAll,
  mayListOwn,
  mayReadWidgetSettings,
  mayWriteWidgetSettings,
} from './conversations.policy.ts'
import type { CallsPort } from './conversations.ports.ts'
import { presentConversation } from './conversations.presenter.ts'
import type { ConversationsRepository } from './conversations.repository.ts'
import { type ConversationsService, conversationTopic } from './conversations.service.ts'
import type { EndingsService } from './endings.service.ts'
import type { VisitsService } from './visits.service.ts'
import type { WidgetSettingsStore } from './widget-settings.ts'

/** Conversations that one address may begin: a household, not a flood. */
const BEGIN_BURST = 30
const BEGIN_PER_SECOND = 0.5
/** This machine: tests, benches, and every visitor when a proxy runs beside us without TRUST_PROXY. */
const LOCAL_BURST = 5_000
const LOCAL_PER_SECOND = 500
const OWN_THREADS = 500
const SEARCHED_CONTACTS = 200

export type ConversationRouteDeps = {
  conversations: ConversationsService
  endings: EndingsService
  repository: ConversationsRepository
  visits: VisitsService
  contacts: ContactsService
  chat: ChatService
  calls: CallsPort
  settings: WidgetSettingsStore
  clock: Clock
}

/** Binds the HTTP routes of conversations and of the widget's settings. */
export function bindConversationRoutes(bind: RouteBinder, deps: ConversationRouteDeps): void {
  const { conversations, repository, visits, contacts, chat, settings, clock } = deps
  const strangers = createKeyedLimit(clock, BEGIN_PER_SECOND, BEGIN_BURST)
  const locals = createKeyedLimit(clock, LOCAL_PER_SECOND, LOCAL_BURST)

  bind('POST /api/visitor/conversations', async ({ input, request }) => {
    await checkWidgetOrigin(request, settings)
    const limit = isLoopbackAddress(request.ip) ? locals : strangers
    if (!limit.take(request.ip))
      throw new DomainError(
        'too-many-requests',
        'Too many conversations were begun from here; try again soon',
        {
          retryable: true,
        },
      )
    return visits.begin(input.body)
  })

  bind('GET /api/conversations', async ({ principal, input }) => {
    allow(mayListOwn, principal, null, 'list conversations')
    const { state, search, before, limit } = input.query
    const rows = await repository.list({
      state,
      threadIds: mayListAll(principal, null) ? null : await chat.threadsOf(principal.rawId, OWN_THREADS),
      search:
        search === undefined || search.trim() === ''
          ? null
          : { text: search.trim(), contacts: await contacts.search(search.trim(), SEARCHED_CONTACTS) },
      before: before === undefined ? undefined : new Date(before),
      limit: limit + 1,
    })
    const page = rows.slice(0, limit)
    const names = await contacts.names(page.map(row => row.contactRawId))
    return {
      value: page.map(row => presentConversation(row, names.get(row.contactRawId) ?? '')),
      nextBefore: rows.length > limit ? (page.at(-1)?.openedAt.toISOString() ?? null) : null,
    }
  })

  bind('GET /api/conversations/:conversationId', async ({ principal, input }) => {
    const { threadId } = await conversations.get(input.params.conversationId)
    if (!(await chat.canRead(principal, threadId))) throw new ForbiddenError('read this conversation')
    return conversations.detail(input.params.conversationId)
  })

  bind('GET /api/settings/widget', ({ principal }) => {
    allow(mayReadWidgetSettings, principal, null, 'read the settings of the widget')
    return settings.get()
  })
  bind('PUT /api/settings/widget', ({ principal, input }) => {
    allow(mayWriteWidgetSettings, principal, null, 'change the settings of the widget')
    return settings.put(input.body)
  })
}

/** Binds the socket methods of conversations, and lets visitors follow their own. */
export function bindConversationSocket(hub: SocketHub, deps: ConversationRouteDeps): void {
  const { conversations, endings, chat, calls } = deps

  hub.onConnect(connection => {
    const { principal } = connection
    if (principal.kind === 'visitor') hub.subscribe(connection, conversationTopic(principal.conversationId))
  })

  hub.handle('conversation.get', async (_input, { principal }) => {
    const conversation = await conversations.view(ownConversation(principal))
    const [thread, call] = await Promise.all([
      chat.thread(conversation.threadId),
      conversation.activeCallId === null ? null : calls.viewForVisitor(conversation.activeCallId),
    ])
    return { conversation, thread, call }
  })

  hub.handle('conversation.requestPerson', async (_input, { principal }) => ({
    conversation: await conversations.requestPerson(ownConversation(principal)),
  }))

  hub.handle('conversation.end', async (_input, { principal }) => ({
    conversation: await endings.endByVisitor(ownConversation(principal)),
  }))

  hub.handle('conversation.reopen', async (_input, { principal }) => ({
    conversation: await endings.reopen(ownConversation(principal)),
  }))

  hub.handle('conversation.rate', async (rating, { principal }) => ({
    conversation: await endings.rate(ownConversation(principal), rating),
  }))

  hub.handle('conversation.open', async ({ conversationId }, connection) => {
    const { threadId } = await conversations.get(conversationId)
    if (!(await chat.canRead(connection.principal, threadId)))
      throw new ForbiddenError('read this conversation')
    // Following begins before reading, so that nothing falls between.
    hub.subscribe(connection, conversationTopic(conversationId))
    hub.subscribe(connection, threadTopic(threadId))
    const [conversation, thread] = await Promise.all([
      conversations.view(conversationId),
      chat.thread(threadId),
    ])
    return { conversation, thread }
  })
}

/** The conversation of a visitor's token. @throws ForbiddenError `forbidden` to anybody else */
function ownConversation(principal: Principal): ConversationId {
  if (principal.kind !== 'visitor') throw new ForbiddenError('ask this')
  return principal.conversationId
}

/**
 * Pages of other origins must be on the list. Browsers tell the origin of every POST; a request without one and
 * without fetch metadata comes from a program, which an origin check could not stop anyway.
 * @throws OriginNotAllowedError `origin-not-allowed`
 */
async function checkWidgetOrigin(request: FastifyRequest, settings: WidgetSettingsStore): Promise<void> {
  const { origin, host } = request.headers
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin') return
    throw new OriginNotAllowedError()
  }
  if (!(await settings.isOriginAllowed(origin, host ?? ''))) throw new OriginNotAllowedError()
}
