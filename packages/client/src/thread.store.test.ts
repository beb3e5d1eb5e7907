import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChatMessage, Party } from '@guichet/contract'
import { createSocketClient } from './socket.client.ts'
import { createFakeEnvironment, type FakeSocket, settle } from './testing/index.ts'
import { createThreadStore, type OutgoingMessage, type ThreadStoreOptions } from './thread.store.ts'
import { hasGap, noteThrough, noteVersion, noVersions } from './thread.versions.ts'

const threadId = '19:0123456789abcdef@thread.v2' as ChatMessage['threadId']
const me = { rawId: '8:acs:guichet_me', displayName: 'Me', role: 'consumer' } as Party
const bot = { rawId: '8:acs:guichet_bot', displayName: 'Bot', role: 'bot' } as Party

function chatMessage(sequenceId: number, version: number, change: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: String(1_000_000_000 + sequenceId) as ChatMessage['id'],
    threadId,
    type: 'text',
    sequenceId,
    version,
    sender: bot,
    content: { message: `message ${sequenceId}` },
    clientMessageId: null,
    createdOn: '2026-01-01T00:00:00Z',
    editedOn: null,
    deletedOn: null,
    ...change,
  }
}

const page = (messages: ChatMessage[], lastVersion: number, more = false) => ({ messages, lastVersion, more })

function setUp(options: Partial<ThreadStoreOptions> = {}) {
  const fake = createFakeEnvironment()
  const socket = createSocketClient({
    url: 'ws://x/api/socket',
    tabId: 'tab-0001',
    environment: fake.environment,
  })
  socket.start()
  const store = createThreadStore({
    socket,
    threadId,
    environment: fake.environment,
    selfRawId: me.rawId,
    ...options,
  })
  return { fake, clock: fake.clock, store, socket }
}

/** Answers the one sync that is open. */
async function answerSync(socket: FakeSocket, result: ReturnType<typeof page>, afterVersion?: number) {
  const open = socket.requests('chat.sync')
  assert.equal(open.length, 1, 'exactly one sync is under way')
  const [sync] = open
  assert.ok(sync)
  if (afterVersion !== undefined)
    assert.equal((sync.params as { afterVersion: number }).afterVersion, afterVersion)
  socket.answer(sync, result)
  await settle()
}

async function setUpReady(messages: ChatMessage[] = [], lastVersion = messages.length) {
  const context = setUp()
  const server = await context.fake.welcome()
  await answerSync(server, page(messages, lastVersion), 0)
  return { ...context, server }
}

const texts = (store: ReturnType<typeof createThreadStore>) =>
  store
    .getSnapshot()
    .items.map(item =>
      item.delivery === 'sent' ? item.message.content.message : `${item.delivery}: ${item.outgoing.message}`,
    )

describe('thread store', () => {
  it('reads everything in pages, then is ready', async () => {
    const { fake, store } = setUp()
    assert.equal(store.getSnapshot().status, 'syncing')
    const server = await fake.welcome()
    await answerSync(server, page([chatMessage(1, 1), chatMessage(2, 2)], 3, true), 0)
    assert.equal(store.getSnapshot().status, 'syncing')
    await answerSync(server, page([chatMessage(3, 3)], 3), 2)
    assert.equal(store.getSnapshot().status, 'ready')
    assert.deepEqual(texts(store), ['message 1', 'message 2', 'message 3'])
  })

  it('keeps one snapshot object until something changes', async () => {
    const { store, server } = await setUpReady([chatMessage(1, 1)])
    const before = store.getSnapshot()
    assert.equal(store.getSnapshot(), before)
    server.event('message.changed', { message: chatMessage(2, 2) })
    assert.notEqual(store.getSnapshot(), before)
    assert.equal(before.items.length, 1)
  })

  it('shows a sent message at once, and once only when answer and event both come', async () => {
    const { store, server } = await setUpReady()
    const clientMessageId = store.send('Hi')
    assert.deepEqual(texts(store), ['pending: Hi'])
    const [send] = server.requests('chat.send')
    assert.ok(send)
    const stored = chatMessage(1, 1, { sender: me, clientMessageId, content: { message: 'Hi' } })
    server.event('message.changed', { message: stored })
    assert.deepEqual(texts(store), ['Hi'])
    server.answer(send, { message: stored })
    await settle()
    assert.deepEqual(texts(store), ['Hi'])
    assert.equal(store.getSnapshot().items[0]?.key, clientMessageId)
  })

  it('survives a cut in mid-send without a gap or a double', async () => {
    const { fake, clock, store, server } = await setUpReady([chatMessage(1, 1)])
    const clientMessageId = store.send('Hi')
    server.cut()
    assert.deepEqual(texts(store), ['message 1', 'pending: Hi'])
    await clock.advance(1_000)
    const next = await fake.welcome()
    const stored = chatMessage(2, 2, { sender: me, clientMessageId, content: { message: 'Hi' } })
    await answerSync(next, page([stored, chatMessage(3, 3)], 3), 1)
    const [send] = next.requests('chat.send')
    assert.ok(send, 'sent again under the same id')
    next.answer(send, { message: stored })
    await settle()
    assert.deepEqual(texts(store), ['message 1', 'Hi', 'message 3'])
    assert.equal(store.getSnapshot().status, 'ready')
  })

  it('marks a refused message as failed, and sends it again on demand under the same id', async () => {
    const { store, server } = await setUpReady()
    const clientMessageId = store.send('Hi')
    const [send] = server.requests('chat.send')
    assert.ok(send)
    server.refuse(send, { code: 'conversation-closed' })
    await settle()
    const [item] = store.getSnapshot().items
    assert.equal(item?.delivery, 'failed')
    assert.equal(item?.delivery === 'failed' && item.problem.code, 'conversation-closed')
    store.retry(clientMessageId)
    assert.deepEqual(texts(store), ['pending: Hi'])
    const [again] = server.requests('chat.send')
    assert.deepEqual(again?.params, { threadId, clientMessageId, message: 'Hi' })
  })

  it('sends again, in order, what the server could not store for a moment', async () => {
    const { clock, store, server } = await setUpReady()
    store.send('one')
    const [first] = server.requests('chat.send')
    assert.ok(first)
    server.refuse(first, { code: 'unavailable', retryable: true })
    await settle()
    store.send('two')
    assert.deepEqual(texts(store), ['pending: one', 'pending: two'])
    assert.equal(server.requests('chat.send').length, 0)
    await clock.advance(1_000)
    assert.deepEqual(
      server.requests('chat.send').map(request => (request.params as { message: string }).message),
      ['one', 'two'],
    )
  })

  it('gives up on a server that cannot store for a minute', async () => {
    const { clock, store, server } = await setUpReady()
    store.send('Hi')
    for (let second = 0; second <= 60; second++) {
      assert.deepEqual(texts(store), ['pending: Hi'])
      const send = server.requests('chat.send').at(-1)
      assert.ok(send)
      server.refuse(send, { code: 'unavailable', retryable: true })
      await settle()
      await clock.advance(1_000)
    }
    assert.deepEqual(texts(store), ['failed: Hi'])
  })

  it('ignores doubled events and older versions', async () => {
    const { clock, store, server } = await setUpReady([chatMessage(1, 1)])
    const edited = chatMessage(1, 2, { content: { message: 'edited' }, editedOn: '2026-01-01T00:01:00Z' })
    server.event('message.changed', { message: edited })
    server.event('message.changed', { message: edited })
    server.event('message.changed', { message: chatMessage(1, 1) })
    await clock.advance(1_000)
    assert.deepEqual(texts(store), ['edited'])
    assert.equal(server.requests('chat.sync').length, 0)
  })

  it('puts out-of-order events in order without asking', async () => {
    const { clock, store, server } = await setUpReady([chatMessage(1, 1)])
    server.event('message.changed', { message: chatMessage(3, 3) })
    server.event('message.changed', { message: chatMessage(2, 2) })
    await clock.advance(1_000)
    assert.deepEqual(texts(store), ['message 1', 'message 2', 'message 3'])
    assert.equal(server.requests('chat.sync').length, 0)
  })

  it('asks for what is missing when a gap stays', async () => {
    const { clock, store, server } = await setUpReady([chatMessage(1, 1)])
    server.event('message.changed', { message: chatMessage(4, 4) })
    assert.deepEqual(texts(store), ['message 1', 'message 4'])
    await clock.advance(200)
    await answerSync(server, page([chatMessage(2, 2), chatMessage(3, 3), chatMessage(4, 4)], 4), 1)
    assert.deepEqual(texts(store), ['message 1', 'message 2', 'message 3', 'message 4'])
    await clock.advance(1_000)
    assert.equal(server.requests('chat.sync').length, 0)
  })

  it('loses nothing that comes while it reads', async () => {
    const { fake, store } = setUp()
    const server = await fake.welcome()
    server.event('message.changed', { message: chatMessage(2, 2) })
    await answerSync(server, page([chatMessage(1, 1)], 1), 0)
    assert.deepEqual(texts(store), ['message 1', 'message 2'])
    assert.equal(store.getSnapshot().status, 'ready')
  })

  it('shows a deleted message as deleted', async () => {
    const { store, server } = await setUpReady([chatMessage(1, 1)])
    server.event('message.changed', {
      message: chatMessage(1, 2, { content: {}, deletedOn: '2026-01-01T00:02:00Z' }),
    })
    const [item] = store.getSnapshot().items
    assert.equal(item?.delivery === 'sent' && item.message.deletedOn, '2026-01-01T00:02:00Z')
  })

  it('shows who is writing, until the message comes or silence does', async () => {
    const { clock, store, server } = await setUpReady()
    server.event('typing.started', { threadId, sender: bot })
    server.event('typing.started', { threadId, sender: me })
    assert.deepEqual(store.getSnapshot().typing, [bot])
    server.event('message.changed', { message: chatMessage(1, 1) })
    assert.deepEqual(store.getSnapshot().typing, [])
    server.event('typing.started', { threadId, sender: bot })
    await clock.advance(6_000)
    assert.deepEqual(store.getSnapshot().typing, [])
  })

  it('tells of writing at most once in three seconds', async () => {
    const { clock, store, server } = await setUpReady()
    store.notifyTyping()
    store.notifyTyping()
    assert.equal(server.requests('chat.typing').length, 1)
    await clock.advance(3_000)
    store.notifyTyping()
    assert.equal(server.requests('chat.typing').length, 2)
  })

  it('tells the newest message as read, once', async () => {
    const { store, server } = await setUpReady([chatMessage(1, 1), chatMessage(2, 2)])
    store.markRead()
    store.markRead()
    const reads = server.requests('chat.read')
    assert.equal(reads.length, 1)
    assert.deepEqual(reads[0]?.params, { threadId, messageId: '1000000002' })
  })

  it('never moves a read receipt backwards', async () => {
    const { store, server } = await setUpReady([chatMessage(1, 1), chatMessage(2, 2)])
    const receipt = (id: string) => ({
      rawId: bot.rawId,
      messageId: id as never,
      readOn: '2026-01-01T00:00:00Z',
    })
    server.event('message.read', { threadId, receipt: receipt('1000000002') })
    server.event('message.read', { threadId, receipt: receipt('999999999') })
    assert.deepEqual(
      store.getSnapshot().readReceipts.map(entry => entry.messageId),
      ['1000000002'],
    )
  })

  it('takes over unsent messages from an earlier page, and keeps the outbox current', async () => {
    let kept: OutgoingMessage[] = [
      { clientMessageId: 'earlier-0001', message: 'Unsent', attachments: [], createdAt: 1 },
    ]
    const outbox = {
      read: () => kept,
      write: (messages: OutgoingMessage[]) => {
        kept = messages
      },
    }
    const { fake, store } = setUp({ outbox })
    assert.deepEqual(texts(store), ['pending: Unsent'])
    const server = await fake.welcome()
    const [send] = server.requests('chat.send')
    assert.ok(send)
    server.answer(send, {
      message: chatMessage(1, 1, {
        sender: me,
        clientMessageId: 'earlier-0001',
        content: { message: 'Unsent' },
      }),
    })
    await settle()
    assert.deepEqual(kept, [])
  })

  it('says so when the thread cannot be read', async () => {
    const { fake, store } = setUp()
    const server = await fake.welcome()
    const [sync] = server.requests('chat.sync')
    assert.ok(sync)
    server.refuse(sync, { code: 'forbidden' })
    await settle()
    assert.equal(store.getSnapshot().status, 'failed')
    assert.equal(store.getSnapshot().problem?.code, 'forbidden')
  })

  it('does not ask for ever when a page does not advance', async () => {
    const { fake, store } = setUp()
    const server = await fake.welcome()
    await answerSync(server, page([], 0, true), 0)
    assert.equal(store.getSnapshot().status, 'ready')
    assert.equal(server.requests('chat.sync').length, 0)
  })

  it('hears nothing after it was disposed of', async () => {
    const { store, server, clock } = await setUpReady()
    store.dispose()
    let heard = 0
    store.subscribe(() => heard++)
    server.event('message.changed', { message: chatMessage(1, 1) })
    await clock.advance(1_000)
    assert.equal(heard, 0)
  })
})

describe('thread versions', () => {
  it('closes gaps from both sides', () => {
    let versions = noteVersion(noVersions, 1)
    versions = noteVersion(versions, 3)
    versions = noteVersion(versions, 5)
    assert.deepEqual(versions, { through: 1, ahead: [3, 5] })
    versions = noteVersion(versions, 2)
    assert.deepEqual(versions, { through: 3, ahead: [5] })
    assert.equal(hasGap(versions), true)
    versions = noteThrough(versions, 4)
    assert.deepEqual(versions, { through: 5, ahead: [] })
  })

  it('never goes back', () => {
    assert.deepEqual(noteThrough({ through: 7, ahead: [] }, 3), { through: 7, ahead: [] })
    assert.deepEqual(noteVersion({ through: 7, ahead: [] }, 7), { through: 7, ahead: [] })
  })
})
