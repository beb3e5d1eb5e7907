import type { Party } from '@guichet/contract'
import { sql } from 'kysely'
import { createArticlesRepository } from '../../../apps/server/src/modules/bots/articles.repository.ts'
import { createSessionsRepository } from '../../../apps/server/src/modules/bots/sessions.repository.ts'
import { createFileRepository } from '../../../apps/server/src/modules/chat/file.repository.ts'
import { storeBatch } from '../../../apps/server/src/modules/chat/journal.store.ts'
import type { MessageRow } from '../../../apps/server/src/modules/chat/message.presenter.ts'
import { createThreadRepository } from '../../../apps/server/src/modules/chat/thread.repository.ts'
import { createContactsService } from '../../../apps/server/src/modules/contacts/index.ts'
import {
  type ConversationRow,
  createConversationsRepository,
} from '../../../apps/server/src/modules/conversations/conversations.repository.ts'
import { createWidgetSettings } from '../../../apps/server/src/modules/conversations/widget-settings.ts'
import type { Ids, Work } from '../../../apps/server/src/platform/index.ts'
import { at, id, type Listing, listing } from './listing.ts'

const party: Party = { rawId: id(), displayName: 'Ada', role: 'consumer' }
const clock = { now: () => 0, after: () => () => undefined, every: () => () => undefined }
const ids: Ids = { uuid: () => id(), threadId: () => id(), secret: () => 'secret' }

const conversation: ConversationRow = {
  id: id(),
  state: 'open',
  threadId: id(),
  contactRawId: id(),
  locale: 'en',
  topic: null,
  handling: { by: 'bot' } as ConversationRow['handling'],
  handoff: null,
  activeCallId: null,
  openedAt: at,
  closedAt: null,
  closedBy: null,
  ratingScore: null,
  ratingComment: null,
  ratedAt: null,
}

const message = { threadId: id(), messageId: '1', state: 'sent' } as unknown as MessageRow & { state: 'sent' }
const visit = {
  locale: 'en',
  identity: { displayName: 'Ada', email: 'ada@example.org', attributes: {} },
  page: { url: 'https://shop.example/', title: 'Shop' },
} as const
const article = {
  id: id<string>(),
  locale: 'en',
  title: '',
  body: '',
  phrasings: '',
  url: null,
  state: 'draft',
  updatedAt: at,
} as const
const words = [{ word: 'late', lexemes: ['late'], frequency: 1 }]
const settings = { allowedOrigins: [], brandName: 'Guichet', defaultLocale: 'en' } as const

/** Conversations, chat, contacts and what bots know. */
export const conversationsListings: readonly Listing[] = [
  listing('modules/conversations/conversations.repository.ts', createConversationsRepository, {
    insert: (repository, trx) => repository.insert(trx, conversation),
    find: repository => repository.find(id()),
    lock: (repository, trx) => repository.lock(trx, id()),
    update: (repository, trx) => repository.update(trx, conversation, { topic: 'delivery' }),
    moveInLine: repository => repository.moveInLine([{ id: id(), position: 1, expectedWaitMs: 0 }]),
    move: (repository, trx) =>
      repository.move(trx, conversation, 'close', { closedAt: at, closedBy: 'agent' }),
    list: repository =>
      repository.list({
        state: 'open',
        threadIds: [id()],
        search: { text: 'late', contacts: [id()] },
        before: at,
        limit: 1,
      }),
    leftAlone: repository => repository.leftAlone(at, conversation, 1),
    ofContact: repository => repository.ofContact(id(), 1),
  }),
  listing(
    'modules/conversations/widget-settings.ts',
    db => createWidgetSettings({ db, clock, publicUrl: undefined }),
    {
      get: store => store.get(),
      put: store => store.put({ ...settings, allowedOrigins: [] }),
      seed: store => store.seed({ ...settings, allowedOrigins: [] }),
      isOriginAllowed: store => store.isOriginAllowed('https://shop.example', 'desk.example'),
    },
  ),
  listing('modules/chat/thread.repository.ts', createThreadRepository, {
    insertThread: (repository, trx) =>
      repository.insertThread(trx, { id: id(), conversationId: id(), topic: '', createdOn: at }),
    findEntry: repository => repository.findEntry(id()),
    findThread: repository => repository.findThread(id()),
    threadsOf: repository => repository.threadsOf(id(), 1),
    putParticipant: (repository, trx) => repository.putParticipant(trx, id(), party, at),
    endParticipant: (repository, trx) => repository.endParticipant(trx, id(), id(), at),
    lock: (repository, trx) => repository.lock(trx, id()),
    lastMessagesAt: repository => repository.lastMessagesAt([id()]),
    setLocked: (repository, trx) => repository.setLocked(trx, id(), true),
    serves: repository => repository.serves(id(), id(), 0),
    findMessage: (repository, trx) => repository.findMessage(trx, id(), id()),
    messagesAfter: repository => repository.messagesAfter(id(), 0, 1),
    lastMessages: repository => repository.lastMessages(id(), 1),
    changeMessage: {
      run: (repository, trx) => repository.changeMessage(trx, message, 'edit', {}, at),
      answers: [[{ last_version: 1 }]],
    },
    putReceipt: repository => repository.putReceipt(id(), id(), id(), at),
    receipts: repository => repository.receipts(id()),
  }),
  {
    source: 'apps/server/src/modules/chat/journal.store.ts',
    open: db => ({
      methods: ['storeBatch'],
      example: () => ({
        answers: [],
        run: () => storeBatch(async text => (await sql.raw(text).execute(db)).rows, [], 0),
      }),
    }),
  },
  listing('modules/chat/file.repository.ts', createFileRepository, {
    countOf: repository => repository.countOf(id()),
    insert: repository =>
      repository.insert({
        id: id(),
        threadId: id(),
        uploaderRawId: id(),
        name: '',
        contentType: '',
        sizeBytes: 0,
        createdAt: at,
      }),
    find: repository => repository.find(id()),
    uploadedBy: repository => repository.uploadedBy(id(), id(), [id()]),
    unchecked: repository => repository.unchecked(at, 1),
    markChecked: repository => repository.markChecked([id()], at),
    markDeleted: repository => repository.markDeleted([id()], at),
  }),
  listing('modules/contacts/contacts.service.ts', db => createContactsService({ db, clock, ids }), {
    create: (service, trx) => service.create(work(trx), visit),
    byPhone: {
      run: (service, trx) =>
        service.byPhone(work(trx), { e164: '+33123456789', displayName: null, locale: 'fr' }),
      answers: [[{}]],
    },
    seenAgain: {
      run: (service, trx) => service.seenAgain(work(trx), id(), visit),
      answers: [[{}]],
    },
    get: { run: service => service.get(id()), answers: [[{}]] },
    search: service => service.search('ada', 1),
    names: service => service.names([id()]),
  }),
  listing('modules/bots/articles.repository.ts', createArticlesRepository, {
    list: repository => repository.list({ locale: 'en', search: 'late' }),
    find: repository => repository.find(id()),
    insert: (repository, trx) => repository.insert(trx, article),
    replace: (repository, trx) => repository.replace(trx, article),
    remove: (repository, trx) => repository.remove(trx, id()),
    count: { run: (repository, trx) => repository.count(trx), answers: [[{ count: '0' }]] },
    lex: repository => repository.lex(['late'], 'en'),
    spellings: repository => repository.spellings('late', 'en'),
    candidates: repository => repository.candidates(words, 'en'),
  }),
  listing('modules/bots/sessions.repository.ts', createSessionsRepository, {
    find: repository => repository.find(id()),
    put: repository => repository.put(id(), { failures: 0, topic: null, lastMessageId: null }, at),
  }),
]

function work(trx: Work['trx']): Work {
  return { trx, emit: () => undefined, afterCommit: () => undefined }
}
