import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { VisitorSession } from '@guichet/contract'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'
import { handledByBot } from './index.ts'

const HOUR_MS = 3_600_000
const IDLE_MS = HOUR_MS / 2

describe('the end of conversations', () => {
  let fixture: ConversationFixture

  before(async () => {
    fixture = await createConversationFixture()
  })
  after(() => fixture.close())

  async function notices(session: VisitorSession) {
    const messages = await fixture.chat.lastMessages(session.thread.id, 30)
    return messages.flatMap(message => message.content.notice ?? [])
  }
  const stateOf = async (session: VisitorSession) =>
    (await fixture.conversations.view(session.conversation.id)).state
  const ratedOf = async (session: VisitorSession) =>
    (await fixture.events('conversation.rated'))
      .filter(event => event.payload['conversationId'] === session.conversation.id)
      .map(({ payload: { score, previousScore, hasComment } }) => [score, previousScore, hasComment])

  it('is the visitor’s to choose, told to the agent, and harmless to repeat', async () => {
    const session = await fixture.visit({ identity: { displayName: 'Zoé' } })
    const { member, cookie } = await fixture.staff('agent')
    const visitor = fixture.connect({ token: session.accessToken })
    const desk = fixture.connect({ cookie })
    await Promise.all([visitor.welcome, desk.welcome])
    await fixture.conversations.agentJoined(session.conversation.id, member.party)
    await fixture.conversations.setHandling(session.conversation.id, {
      ...handledByBot,
      by: 'agent',
      agent: member.party,
    })
    const { conversation } = await visitor.ask('conversation.end', {})
    assert.equal(conversation.state, 'closed')
    assert.equal(conversation.closedBy, 'consumer')
    assert.equal(conversation.handling.by, 'nobody')
    await desk.event('conversation.changed', payload => payload.conversation.state === 'closed')
    await visitor.ask('conversation.end', {})
    await fixture.conversations.agentLeft(session.conversation.id, member.party)
    assert.deepEqual(
      (await notices(session)).filter(notice => notice.code !== 'agentJoined'),
      [{ code: 'conversationClosed', values: { by: 'consumer', name: 'Zoé' } }],
    )
    const closed = (await fixture.events('conversation.closed')).filter(
      event => event.payload['conversationId'] === session.conversation.id,
    )
    assert.deepEqual(
      closed.map(event => event.payload['by']),
      [session.visitor.rawId],
    )
    visitor.close()
    desk.close()
  })

  it('waits for the call to end first', async () => {
    const session = await fixture.visit()
    await fixture.conversations.setActiveCall(session.conversation.id, fixture.ids.uuid() as never)
    const socket = fixture.connect({ token: session.accessToken })
    await assert.rejects(socket.ask('conversation.end', {}), { message: 'already-in-call' })
    assert.equal(await stateOf(session), 'open')
    socket.close()
  })

  it('lasts until the visitor opens it again, within a day', async () => {
    const session = await fixture.visit()
    const socket = fixture.connect({ token: session.accessToken })
    await socket.ask('conversation.end', {})
    const send = { threadId: session.thread.id, clientMessageId: 'client-01', message: 'hello?' }
    await assert.rejects(socket.ask('chat.send', send), { message: 'conversation-closed' })
    await assert.rejects(socket.ask('conversation.requestPerson', {}), { message: 'conversation-closed' })

    const back = await fixture.visit({ resumeToken: session.resumeToken })
    assert.equal(back.conversation.id, session.conversation.id)
    assert.equal(back.conversation.state, 'closed', 'looking at a page opens nothing')

    const reopened = await socket.ask('conversation.reopen', {})
    assert.equal(reopened.conversation.state, 'open')
    assert.equal(reopened.conversation.closedBy, null)
    assert.equal((await socket.ask('conversation.reopen', {})).conversation.state, 'open')
    assert.equal((await socket.ask('chat.send', send)).message.content.message, 'hello?')
    assert.deepEqual(
      (await notices(session)).map(notice => notice.code),
      ['conversationClosed', 'conversationReopened'],
    )

    await socket.ask('conversation.end', {})
    socket.close()
    fixture.advance(25 * HOUR_MS)
    const later = await fixture.visit({ resumeToken: session.resumeToken })
    assert.notEqual(later.conversation.id, session.conversation.id)
    assert.equal(later.visitor.rawId, session.visitor.rawId)
    const { contact } = await fixture.conversations.detail(later.conversation.id)
    assert.deepEqual(
      contact.history.map(entry => entry.conversationId),
      [later.conversation.id, session.conversation.id],
    )
    const { accessToken } = await fixture.identity.visitorTokens.issue({
      rawId: session.visitor.rawId,
      conversationId: session.conversation.id,
      threadId: session.thread.id,
      displayName: 'Visitor',
    })
    const old = fixture.connect({ token: accessToken })
    await assert.rejects(old.ask('conversation.reopen', {}), { message: 'conversation-closed' })
    await assert.rejects(old.ask('conversation.rate', { score: 5 }), { message: 'rating-closed' })
    old.close()
  })

  it('makes room for a new conversation of the same contact, never beside an open one', async () => {
    const session = await fixture.visit()
    const startNew = { resumeToken: session.resumeToken, startNew: true }
    assert.equal((await fixture.visit(startNew)).conversation.id, session.conversation.id)
    await fixture.conversations.close(session.conversation.id, null)
    const next = await fixture.visit(startNew)
    assert.notEqual(next.conversation.id, session.conversation.id)
    assert.equal(next.visitor.rawId, session.visitor.rawId)
    assert.equal(next.conversation.state, 'open')
  })

  it('is rated once, by its own visitor, and may be rated otherwise for a day', async () => {
    const session = await fixture.visit()
    const stranger = await fixture.visit()
    const socket = fixture.connect({ token: session.accessToken })
    const other = fixture.connect({ token: stranger.accessToken })
    await assert.rejects(socket.ask('conversation.rate', { score: 5 }), { message: 'invalid-transition' })
    await socket.ask('conversation.end', {})
    await assert.rejects(other.ask('conversation.rate', { score: 1 }), { message: 'invalid-transition' })
    for (const wrong of [{}, { score: 0 }, { score: 6 }, { score: 4.5 }, { score: '5' }, { score: null }])
      await assert.rejects(socket.ask('conversation.rate', wrong), { message: 'invalid-request' })
    await assert.rejects(socket.ask('conversation.rate', { score: 5, comment: 'x'.repeat(1_001) }), {
      message: 'invalid-request',
    })

    const first = await socket.ask('conversation.rate', { score: 4 })
    assert.deepEqual(
      { ...first.conversation.rating, ratedAt: null },
      { score: 4, comment: null, ratedAt: null },
    )
    await socket.ask('conversation.rate', { score: 4 })
    const hostile = '<script>alert(1)</script>\u0000 \ud800 \u202e"; drop table conversations; --'
    const second = await socket.ask('conversation.rate', { score: 2, comment: hostile })
    assert.equal(
      second.conversation.rating.comment,
      '<script>alert(1)</script> \ufffd \u202e"; drop table conversations; --',
    )
    await socket.ask('conversation.rate', { score: 5 })
    await socket.ask('conversation.rate', { score: 5, comment: '  ' })
    assert.deepEqual(await ratedOf(session), [
      [4, null, false],
      [2, 4, true],
      [5, 2, true],
      [5, 5, false],
    ])
    assert.deepEqual(await ratedOf(stranger), [])

    const { contact } = await fixture.conversations.detail(session.conversation.id)
    assert.equal(contact.history[0]?.rating?.score, 5)
    assert.equal(contact.history[0]?.rating?.comment, null)
    const { cookie } = await fixture.staff('agent')
    const desk = fixture.connect({ cookie })
    await assert.rejects(desk.ask('conversation.rate', { score: 1 }), { message: 'forbidden' })
    for (const open of [socket, other, desk]) open.close()
  })

  it('comes by itself when nobody but the bot is there and nobody writes', async () => {
    const [silent, queued, calling, written] = await Promise.all([
      fixture.visit(),
      fixture.visit(),
      fixture.visit(),
      fixture.visit(),
    ])
    const post = (session: VisitorSession, message: string) =>
      fixture.chat.post({ threadId: session.thread.id, sender: session.visitor, content: { message } })
    await post(silent, 'Where is my order?')
    await fixture.conversations.requestPerson(queued.conversation.id)
    await fixture.conversations.setActiveCall(calling.conversation.id, fixture.ids.uuid() as never)
    fixture.advance(IDLE_MS - 60_000)
    await fixture.idleCloser.sweep()
    assert.equal(await stateOf(silent), 'open')
    await post(written, 'Still here')
    fixture.advance(120_000)
    // Two nodes at once end it once.
    await Promise.all([fixture.idleCloser.sweep(), fixture.idleCloser.sweep()])
    assert.deepEqual(await Promise.all([silent, queued, calling, written].map(stateOf)), [
      'closed',
      'open',
      'open',
      'open',
    ])
    assert.equal((await fixture.conversations.view(silent.conversation.id)).closedBy, 'idle')
    assert.deepEqual(
      (await notices(silent)).map(notice => notice.code),
      ['conversationIdle'],
    )
    fixture.advance(IDLE_MS)
    assert.ok((await fixture.idleCloser.sweep()) >= 1)
    assert.equal(await stateOf(written), 'closed')

    const { accessToken } = await fixture.visit({ resumeToken: silent.resumeToken })
    const socket = fixture.connect({ token: accessToken })
    await socket.ask('conversation.reopen', {})
    await fixture.idleCloser.sweep()
    assert.equal(await stateOf(silent), 'open', 'reopening is a sign of life')
    socket.close()
  })

  it('comes by itself after a telephone call, and the caller is known the next time', async () => {
    const caller = { e164: '+33612345678', displayName: null, locale: 'fr' } as const
    const first = await fixture.beginByPhone(caller)
    assert.deepEqual([first.party.rawId, first.party.displayName], ['4:+33612345678', '+33612345678'])
    const hidden = await fixture.beginByPhone({ e164: null, displayName: null, locale: 'fr' })
    assert.equal(hidden.party.displayName, 'Numéro masqué')
    fixture.advance(IDLE_MS + 60_000)
    await fixture.idleCloser.sweep()
    for (const { conversationId } of [first, hidden]) {
      assert.equal((await fixture.conversations.view(conversationId)).state, 'closed')
    }
    const again = await fixture.beginByPhone({ ...caller, displayName: 'CARRIER NAME' })
    assert.notEqual(again.conversationId, first.conversationId)
    assert.deepEqual(again.party, first.party, 'a telephone does not rename its contact')
  })

  it('loses no message that is written while it ends by itself', async () => {
    const session = await fixture.visit()
    fixture.advance(IDLE_MS + 1_000)
    const [sent] = await Promise.allSettled([
      fixture.chat.post({
        threadId: session.thread.id,
        sender: session.visitor,
        content: { message: 'Wait!' },
      }),
      fixture.idleCloser.sweep(),
    ])
    const said = await fixture.chat.lastMessages(session.thread.id, 10)
    const wasSaid = said.some(message => message.content.message === 'Wait!')
    assert.equal(wasSaid, sent.status === 'fulfilled')
    const lines = said.map(message => message.content.notice?.code ?? message.content.message)
    if (lines.includes('conversationIdle')) assert.equal(lines.at(-1), 'conversationIdle')
  })
})
