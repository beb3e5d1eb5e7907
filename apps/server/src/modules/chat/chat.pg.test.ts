import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ChatMessage, Party } from '@guichet/contract'
import type { ConversationId, ThreadId } from '@guichet/domain'
import { sql } from 'kysely'
import { createFileSystemStorage } from '../../adapters/storage/filesystem.ts'
import { communicationUser, type Principal, type SocketHub } from '../../platform/index.ts'
import { createServerFixture, type ServerFixture } from '../../testing/server.fixture.ts'
import { type ChatModule, type ChatService, createChatModule } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'guichet-chat-'))

describe('chat', () => {
  let fixture: ServerFixture
  let module: ChatModule
  let chat: ChatService
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many events
  const published: { topic: string; name: string; payload: any }[] = []

  before(async () => {
    fixture = await createServerFixture()
    module = createChatModule({ ...fixture, storage: createFileSystemStorage(folder) })
    chat = module.chat
    const hub = {
      onConnect: () => undefined,
      handle: () => undefined,
      publish: (topic: string, name: string, payload: unknown) => published.push({ topic, name, payload }),
    }
    module.register({ bind: () => undefined, hub: hub as unknown as SocketHub })
  })
  after(async () => {
    await fixture.close()
    rmSync(folder, { recursive: true })
  })

  const person = (displayName: string, role: Party['role']): Party => ({
    rawId: communicationUser(fixture.ids.uuid()),
    displayName,
    role,
  })
  async function openThread() {
    const conversationId = fixture.ids.uuid() as ConversationId
    const party = person('Zoé', 'consumer')
    const threadId = await fixture.uow.run(work =>
      chat.createThread(work, { conversationId, topic: '', participants: [party] }),
    )
    const visitor: Principal = { kind: 'visitor', rawId: party.rawId, party, conversationId, threadId }
    return { threadId, conversationId, visitor }
  }
  function staff(party: Party, ...roles: ('agent' | 'manager' | 'designer' | 'administrator')[]): Principal {
    return { kind: 'staff', rawId: party.rawId, party, workerId: '' as never, roles, locale: 'en' }
  }
  const say = (
    principal: Principal,
    threadId: ThreadId,
    message: string,
    clientMessageId: string = fixture.ids.uuid(),
  ) => chat.send(principal, { threadId, clientMessageId, message })

  it('numbers 500 messages sent at once without gap or double, and stores each with its event', async () => {
    const threads = await Promise.all([openThread(), openThread(), openThread()])
    const sent: ChatMessage[] = await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const { visitor, threadId } = threads[index % 3] as (typeof threads)[0]
        return say(visitor, threadId, `message ${index}`)
      }),
    )
    assert.equal(new Set(sent.map(message => `${message.threadId} ${message.id}`)).size, 500)
    let total = 0
    for (const { threadId, visitor, conversationId } of threads) {
      const page = await chat.sync(visitor, threadId, 0, 500)
      total += page.messages.length
      const numbers = page.messages.map(message => message.sequenceId)
      assert.deepEqual(
        numbers,
        Array.from({ length: numbers.length }, (_, index) => index + 1),
      )
      assert.deepEqual(
        page.messages.map(message => message.version),
        numbers,
      )
      const ids = page.messages.map(message => Number(message.id))
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      )
      for (const message of page.messages) {
        const mine = sent.find(one => one.id === message.id && one.threadId === threadId)
        assert.deepEqual(mine, message)
      }
      const { rows } = await sql<{ count: string }>`
        select count(*) from outbox where name = 'message.sent' and conversation_id = ${conversationId}`.execute(
        fixture.db,
      )
      assert.equal(Number(rows[0]?.count), page.messages.length)
      const told = published.filter(
        one => one.name === 'message.changed' && one.topic === `thread:${threadId}`,
      )
      assert.deepEqual(
        told.map(one => one.payload.message.version),
        numbers,
      )
    }
    assert.equal(total, 500)
  })

  it('returns the first message when a client message id comes again, even at the same moment', async () => {
    const { visitor, threadId } = await openThread()
    const twice = await Promise.all([
      say(visitor, threadId, 'hello', 'client-1'),
      say(visitor, threadId, 'hello', 'client-1'),
    ])
    const later = await say(visitor, threadId, 'something else', 'client-1')
    assert.deepEqual(twice[0], twice[1])
    assert.deepEqual(later, twice[0])
    assert.equal((await chat.thread(threadId)).lastSequenceId, 1)
  })

  it('keeps script as the plain text it is, and drops what JSON cannot hold', async () => {
    const { visitor, threadId } = await openThread()
    const script = "<script>alert(1)</script><img src=x onerror=alert(1)> '; drop table messages; --"
    assert.equal((await say(visitor, threadId, script)).content.message, script)
    const odd = await say(visitor, threadId, 'a\u0000b\ud800c 👩‍👩‍👧 é')
    assert.equal(odd.content.message, 'ab\ufffdc 👩‍👩‍👧 é')
    const page = await chat.sync(visitor, threadId, 0, 10)
    assert.deepEqual(
      page.messages.map(message => message.content.message),
      [script, odd.content.message],
    )
    await assert.rejects(say(visitor, threadId, '\u0000'), { code: 'invalid-request' })
  })

  it('lets nobody write or read outside their thread', async () => {
    const mine = await openThread()
    const other = await openThread()
    await say(other.visitor, other.threadId, 'secret')
    await assert.rejects(say(mine.visitor, other.threadId, 'hi'), { code: 'forbidden' })
    await assert.rejects(chat.sync(mine.visitor, other.threadId, 0, 10), { code: 'forbidden' })
    // A visitor with two conversations uses each with its own token.
    const forged = { ...mine.visitor, threadId: other.threadId } as Principal
    await assert.rejects(chat.sync(forged, other.threadId, 0, 10), { code: 'forbidden' })
    await assert.rejects(say(mine.visitor, '19:nowherenowhere@thread.v2' as ThreadId, 'hi'), {
      code: 'not-found',
    })
    const agent = staff(person('Ann', 'agent'), 'agent')
    await assert.rejects(say(agent, other.threadId, 'hi'), { code: 'forbidden' })
    await assert.rejects(chat.sync(agent, other.threadId, 0, 10), { code: 'forbidden' })
    await assert.rejects(chat.sync(staff(person('Dee', 'supervisor'), 'designer'), other.threadId, 0, 10), {
      code: 'forbidden',
    })
    const manager = staff(person('Max', 'supervisor'), 'manager')
    assert.equal((await chat.sync(manager, other.threadId, 0, 10)).messages.length, 1)
    await assert.rejects(say(manager, other.threadId, 'hi'), { code: 'forbidden' })
  })

  it("lets an agent write while in the thread, and read the contact's earlier threads", async () => {
    const { threadId, visitor } = await openThread()
    const earlier = await fixture.uow.run(work =>
      chat.createThread(work, {
        conversationId: fixture.ids.uuid() as ConversationId,
        topic: '',
        participants: [visitor.party],
      }),
    )
    const party = person('Ann', 'agent')
    const agent = staff(party, 'agent')
    assert.equal(await chat.canRead(agent, earlier), false)
    assert.equal(await fixture.uow.run(work => chat.addParticipant(work, threadId, party)), true)
    assert.equal(await fixture.uow.run(work => chat.addParticipant(work, threadId, party)), false)
    assert.equal((await say(agent, threadId, 'Good morning')).sender?.displayName, 'Ann')
    assert.equal(await chat.canRead(agent, earlier), true)
    assert.deepEqual((await chat.thread(threadId)).participants.map(one => one.displayName).sort(), [
      'Ann',
      'Zoé',
    ])
    assert.equal(await fixture.uow.run(work => chat.removeParticipant(work, threadId, party.rawId)), true)
    await assert.rejects(say(agent, threadId, 'one more thing'), { code: 'forbidden' })
    assert.equal(await chat.canRead(agent, threadId), true)
    assert.equal(await chat.canRead(agent, earlier), true)
    fixture.advance(2 * 3_600_000)
    assert.equal(await chat.canRead(agent, earlier), false)
  })

  it('edits and deletes for the sender alone, wiping what is deleted', async () => {
    const { threadId, visitor } = await openThread()
    const party = person('Ann', 'agent')
    const agent = staff(party, 'agent')
    await fixture.uow.run(work => chat.addParticipant(work, threadId, party))
    const first = await say(visitor, threadId, 'my card is 4111')
    const second = await say(visitor, threadId, 'sorry')
    await assert.rejects(chat.edit(agent, threadId, first.id, 'x'), { code: 'message-not-yours' })
    await assert.rejects(chat.remove(agent, threadId, first.id), { code: 'message-not-yours' })
    const edited = await chat.edit(visitor, threadId, second.id, 'sorry!')
    assert.equal(edited.content.message, 'sorry!')
    assert.ok(edited.editedOn)
    assert.equal(edited.version, 3)
    const deleted = await chat.remove(visitor, threadId, first.id)
    assert.deepEqual(deleted.content, {})
    assert.equal(deleted.version, 4)
    assert.deepEqual(await chat.sync(visitor, threadId, 2, 10), {
      messages: [edited, deleted],
      lastVersion: 4,
      more: false,
    })
    await assert.rejects(chat.edit(visitor, threadId, first.id, 'again'), { code: 'invalid-transition' })
    const { rows } = await sql`select 1 from messages where content::text like '%4111%'`.execute(fixture.db)
    assert.equal(rows.length, 0)
    assert.deepEqual((await say(visitor, threadId, 'next')).version, 5)
  })

  it('pages by version', async () => {
    const { threadId, visitor } = await openThread()
    for (const text of ['a', 'b', 'c']) await say(visitor, threadId, text)
    const page = await chat.sync(visitor, threadId, 0, 2)
    assert.deepEqual([page.messages.length, page.lastVersion, page.more], [2, 2, true])
    const rest = await chat.sync(visitor, threadId, page.lastVersion, 2)
    assert.deepEqual([rest.messages.length, rest.lastVersion, rest.more], [1, 3, false])
    assert.deepEqual(await chat.sync(visitor, threadId, 3, 2), { messages: [], lastVersion: 3, more: false })
  })

  it('moves read receipts forward only, and only to messages of the thread', async () => {
    const { threadId, visitor } = await openThread()
    const first = await say(visitor, threadId, 'a')
    const second = await say(visitor, threadId, 'b')
    await chat.markRead(visitor, threadId, second.id)
    await chat.markRead(visitor, threadId, first.id)
    await chat.markRead(visitor, threadId, '9999999999999' as never)
    const { readReceipts } = await chat.thread(threadId)
    assert.deepEqual(
      readReceipts.map(receipt => receipt.messageId),
      [second.id],
    )
    const told = published.filter(one => one.name === 'message.read' && one.payload.threadId === threadId)
    assert.equal(told.length, 1)
  })

  it('tells typing at most once a second', async () => {
    const { threadId, visitor } = await openThread()
    const typings = () =>
      published.filter(one => one.name === 'typing.started' && one.payload.threadId === threadId).length
    for (let index = 0; index < 5; index++) await chat.typing(visitor, threadId, {} as never)
    assert.equal(typings(), 1)
    fixture.advance(1_500)
    await chat.typing(visitor, threadId, {} as never)
    assert.equal(typings(), 2)
  })

  it('takes only system lines once locked', async () => {
    const { threadId, visitor } = await openThread()
    const message = await say(visitor, threadId, 'hello')
    await fixture.uow.run(work => chat.setLocked(work, threadId, true))
    await assert.rejects(say(visitor, threadId, 'anybody?'), { code: 'conversation-closed' })
    await assert.rejects(chat.edit(visitor, threadId, message.id, 'x'), { code: 'conversation-closed' })
    await assert.rejects(chat.post({ threadId, sender: person('Bot', 'bot'), content: { message: 'x' } }), {
      code: 'conversation-closed',
    })
    await chat.notice(threadId, { code: 'conversationClosed', values: {} })
    const last = (await chat.lastMessages(threadId, 1))[0]
    assert.equal(last?.content.notice?.code, 'conversationClosed')
    assert.equal(last?.sequenceId, 2)
    await fixture.uow.run(work => chat.setLocked(work, threadId, false))
    assert.equal((await say(visitor, threadId, 'back')).sequenceId, 3)
  })

  it('writes lines of a transaction with it, or not at all', async () => {
    const { threadId } = await openThread()
    const failing = fixture.uow.run(async work => {
      await chat.postIn(work, { threadId, sender: null, content: { notice: { code: 'queued', values: {} } } })
      throw new Error('later step fails')
    })
    await assert.rejects(failing, /later step/)
    assert.equal((await chat.thread(threadId)).lastSequenceId, 0)
    await fixture.uow.run(work =>
      chat.postIn(work, {
        threadId,
        sender: null,
        content: { notice: { code: 'queued', values: { queue: 'Sales' } } },
      }),
    )
    assert.equal((await chat.lastMessages(threadId, 1))[0]?.content.notice?.values['queue'], 'Sales')
    assert.equal(published.filter(one => one.topic === `thread:${threadId}`).length, 1)
  })
})
