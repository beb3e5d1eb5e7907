import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFakeEnvironment, settle } from '@guichet/client/testing'
import { createMemory } from './memory.ts'
import { createVisitor } from './visitor.ts'

function fakeStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  } as Storage
}

type Answer = { status?: number; body?: unknown } | Error

function setUp(storage = { lasting: fakeStorage(), tab: fakeStorage() }) {
  const fake = createFakeEnvironment()
  const asked: { resumeToken?: string; startNew?: boolean; identity?: unknown; locale: string }[] = []
  const answers: Answer[] = []
  const threadId = '19:0123456789abcdef@thread.v2'
  const grant = (number: number, conversationId = 'conversation-1') => ({
    accessToken: `access-${number}`,
    accessTokenExpiresAt: new Date(fake.clock.now() + 900_000).toISOString(),
    resumeToken: `resume-${number}`,
    visitor: { rawId: '8:acs:guichet_me', displayName: 'Visitor', role: 'consumer' },
    conversation: { id: conversationId, state: 'open', threadId, handling: { by: 'bot' } },
    thread: { id: threadId, participants: [], readReceipts: [], lastVersion: 0, lastSequenceId: 0 },
    iceServers: [],
    brand: { name: 'Shop', usuallyAnswersInMs: null },
  })
  const environment = {
    ...fake.environment,
    async fetch(_url: string, init: RequestInit) {
      asked.push(JSON.parse(String(init.body)))
      const answer = answers.shift() ?? { body: grant(asked.length) }
      if (answer instanceof Error) throw answer
      return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status ?? 201 })
    },
  }
  const visitor = createVisitor({
    baseUrl: 'https://desk.example',
    environment,
    memory: createMemory('https://desk.example', { lasting: () => storage.lasting, tab: () => storage.tab }),
    locale: 'en',
    page: () => ({ url: 'https://shop.example/', title: 'Shop' }),
  })
  return { fake, visitor, asked, answers, grant, storage }
}

describe('visitor', () => {
  it('asks for nothing until it is started, then once', async () => {
    const { visitor, asked, fake } = setUp()
    await settle()
    assert.equal(asked.length, 0)
    assert.equal(visitor.isRemembered(), false)
    await Promise.all([visitor.start(), visitor.start()])
    assert.equal(asked.length, 1)
    const socket = await fake.welcome()
    assert.equal(socket.url, 'wss://desk.example/api/socket')
    assert.equal((socket.sent[0] as { token: string }).token, 'access-1')
    assert.equal(visitor.getSnapshot().phase, 'ready')
    assert.equal(visitor.isRemembered(), true)
  })

  it('resumes with the proof of an earlier page', async () => {
    const first = setUp()
    await first.visitor.start()
    const second = setUp(first.storage)
    assert.equal(second.visitor.isRemembered(), true)
    await second.visitor.start()
    assert.equal(second.asked[0]?.resumeToken, 'resume-1')
  })

  it('begins anew when the proof is no longer good', async () => {
    const first = setUp()
    await first.visitor.start()
    const second = setUp(first.storage)
    second.answers.push({ status: 401, body: { code: 'unauthenticated', title: 'x', status: 401 } })
    await second.visitor.start()
    assert.deepEqual(
      second.asked.map(question => question.resumeToken),
      ['resume-1', undefined],
    )
    assert.equal(second.visitor.getSnapshot().phase, 'ready')
  })

  it('says why it cannot begin, and may be started again', async () => {
    const { visitor, answers } = setUp()
    answers.push(new TypeError('Failed to fetch'))
    await visitor.start()
    assert.equal(visitor.getSnapshot().phase, 'failed')
    assert.equal(visitor.getSnapshot().problem?.code, 'offline')
    await visitor.start()
    assert.equal(visitor.getSnapshot().phase, 'ready')
  })

  it('renews its token only when it is about to run out', async () => {
    const { visitor, asked, fake } = setUp()
    await visitor.start()
    // Never welcomed, the socket connects again and again, and asks for the token each time.
    await fake.clock.advance(830_000)
    assert.ok(fake.sockets.length > 10)
    assert.equal(asked.length, 1)
    await fake.clock.advance(40_000)
    assert.equal(asked.length, 2)
    assert.equal(asked[1]?.resumeToken, 'resume-1')
  })

  it('tells identity and language at the beginning, and later at once', async () => {
    const { visitor, asked } = setUp()
    visitor.identify({ displayName: 'Ada' })
    assert.equal(asked.length, 0)
    await visitor.start()
    assert.deepEqual(asked[0]?.identity, { displayName: 'Ada' })
    visitor.setLocale('fr')
    await settle()
    assert.equal(asked[1]?.locale, 'fr')
  })

  it('keeps its thread over renewals and makes another for another conversation', async () => {
    const { asked, visitor, answers, grant } = setUp()
    await visitor.start()
    const { thread } = visitor.getSnapshot()
    visitor.setLocale('fr')
    await settle()
    assert.equal(visitor.getSnapshot().thread, thread)
    answers.push({ body: grant(9, 'conversation-2') })
    await visitor.restart()
    // The same contact: whoever answers sees what was before.
    assert.deepEqual(asked.map(ask => [ask.resumeToken, ask.startNew]).at(-1), [
      `resume-${asked.length - 1}`,
      true,
    ])
    assert.notEqual(visitor.getSnapshot().thread, thread)
    assert.equal(visitor.getSnapshot().conversation?.id, 'conversation-2')
  })

  it('follows its conversation and its call, and no other’s', async () => {
    const { visitor, fake } = setUp()
    await visitor.start()
    const socket = await fake.welcome()
    const call = { id: 'call-1', conversationId: 'conversation-1', endedAt: null }
    socket.event('call.changed', { call: { ...call, conversationId: 'other' } as never })
    assert.equal(visitor.getSnapshot().call, null)
    socket.event('call.changed', { call: call as never })
    assert.equal(visitor.getSnapshot().call?.id, 'call-1')
    socket.event('call.changed', { call: { ...call, endedAt: '2026-01-01T00:00:00Z' } as never })
    assert.equal(visitor.getSnapshot().call, null)
    const closed = { id: 'conversation-1', state: 'closed' }
    socket.event('conversation.changed', { conversation: closed as never })
    assert.equal(visitor.getSnapshot().conversation?.state, 'closed')
  })
})

describe('memory', () => {
  it('forgets quietly where storage is forbidden', () => {
    const forbidden = () => {
      throw new DOMException('denied', 'SecurityError')
    }
    const memory = createMemory('https://desk.example', { lasting: forbidden, tab: forbidden })
    memory.writeLasting('x', '1')
    assert.equal(memory.readLasting('x'), null)
    memory.writeTab('x', null)
    assert.equal(memory.readTab('x'), null)
  })
})
