import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StaffMember, StaffRole, VisitorSession } from '@guichet/contract'
import { createFileSystemStorage } from '../adapters/storage/filesystem.ts'
import { type BotPort, createBotsModule } from '../modules/bots/index.ts'
import { createChatModule } from '../modules/chat/index.ts'
import { createContactsService } from '../modules/contacts/index.ts'
import {
  createConversationsModule,
  createIceServers,
  createWidgetSettings,
  type HistoryPorts,
} from '../modules/conversations/index.ts'
import { createIdentityModule, loadSecrets } from '../modules/identity/index.ts'
import { createServerFixture, openSocket } from './server.fixture.ts'

const PASSWORD = 'correct horse battery'

/** Identity, chat, conversations and bots behind open doors, without queues and calls. */
export async function createConversationFixture(options: { bot?: BotPort; history?: HistoryPorts } = {}) {
  const fixture = await createServerFixture()
  const folder = mkdtempSync(join(tmpdir(), 'guichet-conversations-'))
  const { clock } = fixture
  const settings = createWidgetSettings({ db: fixture.db, clock, publicUrl: undefined })
  const identity = createIdentityModule({
    ...fixture,
    secrets: loadSecrets(folder, fixture.ids),
    config: { demo: true },
    isOriginAllowed: settings.isOriginAllowed,
  })
  const chatModule = createChatModule({ ...fixture, storage: createFileSystemStorage(join(folder, 'files')) })
  const { chat } = chatModule
  const contacts = createContactsService(fixture)
  const nothing = async () => new Map()
  const conversationsModule = createConversationsModule({
    ...fixture,
    chat,
    contacts,
    visitorTokens: identity.visitorTokens,
    settings,
    iceServers: createIceServers({ urls: ['turn:turn.example'], secret: 'shared', clock }),
    history: options.history ?? { callsOf: nothing, wrapUpsOf: nothing },
    calls: { viewForVisitor: async () => null },
    answerTime: { usuallyAnswersInMs: async () => 120_000 },
    idleMs: 1_800_000,
  })
  const { conversations } = conversationsModule
  const bots = createBotsModule({
    ...fixture,
    chat,
    conversations,
    brandName: async () => (await settings.get()).brandName,
    ...(options.bot === undefined ? {} : { bot: options.bot }),
  })
  const doors = await fixture.doors({ ...identity, isOriginAllowed: settings.isOriginAllowed })
  identity.register(doors)
  chatModule.register(doors)
  conversationsModule.register(doors)
  bots.register(doors)
  const url = await doors.listen()
  fixture.onClose(async () => {
    await bots.stop()
    await chatModule.stop()
    rmSync(folder, { recursive: true })
  })

  async function request(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ) {
    const isForm = options.body instanceof FormData
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(options.body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined
        ? {}
        : { body: isForm ? (options.body as FormData) : JSON.stringify(options.body) }),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      // biome-ignore lint/suspicious/noExplicitAny: tests read replies of every route
      body: (isJson ? JSON.parse(bytes.toString()) : null) as any,
    }
  }

  return {
    ...fixture,
    folder,
    settings,
    identity,
    chat,
    /** What chat does in the background. */
    chatTasks: chatModule.tasks,
    contacts,
    conversations,
    idleCloser: conversationsModule.idleCloser,
    beginByPhone: conversationsModule.beginByPhone,
    bots,
    url,
    request,
    /** A visitor's session, as the widget gets it. */
    async visit(start: object = {}): Promise<VisitorSession> {
      const reply = await request('POST', '/api/visitor/conversations', { body: { locale: 'en', ...start } })
      if (reply.status !== 201) throw Object.assign(new Error(reply.body.code), { problem: reply.body })
      return reply.body
    },
    /** A member of staff with a session cookie. */
    async staff(...roles: StaffRole[]): Promise<{ member: StaffMember; cookie: string }> {
      const email = `${fixture.ids.uuid()}@example.org`
      const displayName = `${roles[0]} ${email.slice(0, 4)}`
      await identity.staff.seed([{ displayName, email, roles, locale: 'en' }], PASSWORD)
      const reply = await request('POST', '/api/auth/sign-in/email', {
        body: { email, password: PASSWORD },
        headers: { origin: url },
      })
      const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const me = await request('GET', '/api/me', { headers: { cookie } })
      return { member: me.body, cookie }
    },
    connect: (hello: Omit<Parameters<typeof openSocket>[1], 'origin'> & { origin?: string }) =>
      openSocket(url, { origin: url, ...hello }),
  }
}

export type ConversationFixture = Awaited<ReturnType<typeof createConversationFixture>>
