import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'
import { handledByBot } from './index.ts'

describe('conversations', () => {
  let fixture: ConversationFixture

  before(async () => {
    fixture = await createConversationFixture()
  })
  after(() => fixture.close())

  const bearer = (accessToken: string) => ({ headers: { authorization: `Bearer ${accessToken}` } })

  it('begins with a visitor and the bot in one thread', async () => {
    const session = await fixture.visit({
      identity: { displayName: 'Zoé', email: 'zoe@example.org', attributes: { plan: 'gold' } },
      page: { url: 'https://shop.example/soap', title: 'Soap' },
    })
    assert.equal(session.visitor.displayName, 'Zoé')
    assert.equal(session.visitor.role, 'consumer')
    assert.deepEqual(session.conversation.handling, handledByBot)
    assert.deepEqual(session.thread.participants.map(party => party.role).sort(), ['bot', 'consumer'])
    assert.deepEqual(session.brand, { name: 'Guichet', usuallyAnswersInMs: 120_000 })
    const [ice] = session.iceServers
    assert.match(ice?.username ?? '', new RegExp(`^\\d+:${session.visitor.rawId}$`))
    assert.equal(
      ice?.credential,
      createHmac('sha1', 'shared')
        .update(ice?.username ?? '')
        .digest('base64'),
    )
    const nameless = await fixture.visit({ locale: 'fr' })
    assert.match(nameless.visitor.displayName, /^Visiteur \d{4}$/)
    const opened = await fixture.events('conversation.opened')
    assert.equal(opened.length, 2)
  })

  it('resumes with the resume token, keeping contact, thread and language', async () => {
    const first = await fixture.visit()
    const again = await fixture.visit({
      locale: 'fr',
      resumeToken: first.resumeToken,
      identity: { displayName: 'Ada' },
    })
    assert.equal(again.conversation.id, first.conversation.id)
    assert.equal(again.visitor.rawId, first.visitor.rawId)
    assert.equal(again.visitor.displayName, 'Ada')
    assert.equal(again.conversation.locale, 'fr')
    assert.ok(again.thread.participants.some(party => party.displayName === 'Ada'))
  })

  it('begins anew with a token that is forged or of the other kind', async () => {
    const first = await fixture.visit()
    for (const resumeToken of ['forged', first.accessToken, first.resumeToken.slice(0, -3)]) {
      const other = await fixture.visit({ resumeToken })
      assert.notEqual(other.conversation.id, first.conversation.id)
      assert.notEqual(other.visitor.rawId, first.visitor.rawId)
    }
  })

  it('checks the origin of pages at the door and at the socket', async () => {
    await fixture.settings.put({
      allowedOrigins: ['https://shop.example/some/page'],
      brandName: 'Guichet',
      defaultLocale: 'en',
    })
    const begin = (headers: Record<string, string>) =>
      fixture.request('POST', '/api/visitor/conversations', { body: { locale: 'en' }, headers })
    for (const origin of [
      'https://evil.example',
      'null',
      'http://shop.example',
      'https://shop.example.evil.example',
    ])
      assert.equal((await begin({ origin })).body.code, 'origin-not-allowed', origin)
    assert.equal((await begin({ 'sec-fetch-site': 'cross-site' })).body.code, 'origin-not-allowed')
    const allowed = await begin({ origin: 'https://shop.example' })
    assert.equal(allowed.status, 201)
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://shop.example')
    assert.equal((await begin({ origin: fixture.url })).status, 201)
    const token = allowed.body.accessToken
    const evil = fixture.connect({ token, origin: 'https://evil.example' })
    assert.equal(await evil.welcome, false)
    assert.equal(evil.goodbye().problem.code, 'origin-not-allowed')
    const shop = fixture.connect({ token, origin: 'https://shop.example' })
    assert.equal(await shop.welcome, true)
    shop.close()
  })

  it('gives a visitor nothing of another conversation', async () => {
    const mine = await fixture.visit()
    const other = await fixture.visit()
    const theirs = fixture.connect({ token: other.accessToken })
    await theirs.ask('chat.send', {
      threadId: other.thread.id,
      clientMessageId: 'client-01',
      message: 'my secret',
    })
    const upload = new FormData()
    upload.set('file', new Blob(['secret']), 'secret.txt')
    const file = await fixture.request('POST', `/api/threads/${other.thread.id}/files`, {
      body: upload,
      ...bearer(other.accessToken),
    })
    assert.equal(file.status, 201)

    const socket = fixture.connect({ token: mine.accessToken })
    assert.equal(await socket.welcome, true)
    const threadId = other.thread.id
    const messageId = '1000000000000'
    const refused: [string, object][] = [
      ['chat.sync', { threadId, afterVersion: 0 }],
      ['chat.send', { threadId, clientMessageId: 'client-02', message: 'x' }],
      ['chat.send', { threadId: mine.thread.id, clientMessageId: 'client-03', fileIds: [file.body.id] }],
      ['chat.typing', { threadId }],
      ['chat.read', { threadId, messageId }],
      ['chat.edit', { threadId, messageId, message: 'x' }],
      ['chat.delete', { threadId, messageId }],
      ['conversation.open', { conversationId: other.conversation.id }],
      ['desk.snapshot', {}],
    ]
    for (const [method, params] of refused) {
      await assert.rejects(
        socket.ask(method, params),
        error => /^(forbidden|not-found)$/.test((error as Error).message),
        method,
      )
    }
    const paths = [
      `/api/files/${file.body.id}`,
      `/api/conversations/${other.conversation.id}`,
      '/api/conversations',
      '/api/articles',
      '/api/me',
    ]
    for (const path of paths) {
      const reply = await fixture.request('GET', path, bearer(mine.accessToken))
      assert.ok([403, 404].includes(reply.status), `${path} ${reply.status}`)
      assert.equal((await fixture.request('GET', path)).status, 401)
    }
    const foreign = await fixture.request('POST', `/api/threads/${threadId}/files`, {
      body: upload,
      ...bearer(mine.accessToken),
    })
    assert.equal(foreign.status, 403)
    await theirs.ask('chat.send', { threadId, clientMessageId: 'client-04', message: 'still secret' })
    const { conversation } = await socket.ask('conversation.get', {})
    assert.equal(conversation.id, mine.conversation.id)
    assert.ok(socket.events.every(event => !JSON.stringify(event).includes('secret')))
    socket.close()
    theirs.close()
  })

  it('asks for a person once, with what was said', async () => {
    const { conversation, thread, accessToken } = await fixture.visit({ locale: 'fr' })
    const socket = fixture.connect({ token: accessToken })
    for (const [index, message] of [
      'Bonjour',
      'Je voudrais offrir\nun savon à ma mère',
      'Avec un mot',
    ].entries())
      await socket.ask('chat.send', { threadId: thread.id, clientMessageId: `client-0${index}`, message })
    const answers = await Promise.all([
      socket.ask('conversation.requestPerson', {}),
      socket.ask('conversation.requestPerson', {}),
    ])
    for (const answer of answers) assert.equal(answer.conversation.handling.by, 'queue')
    await socket.event('conversation.changed', payload => payload.conversation.handling.by === 'queue')
    const requested = (await fixture.events('handoff.requested')).filter(
      event => event.payload['conversationId'] === conversation.id,
    )
    assert.deepEqual(
      requested.map(event => event.payload),
      [
        {
          conversationId: conversation.id,
          channel: 'chat',
          locale: 'fr',
          topic: 'Je voudrais offrir un savon à ma mère',
          summary: 'Bonjour\nJe voudrais offrir un savon à ma mère\nAvec un mot',
          queueId: null,
        },
      ],
    )
    const detail = await fixture.conversations.detail(conversation.id)
    assert.equal(detail.handoff?.topic, 'Je voudrais offrir un savon à ma mère')
    socket.close()
  })

  it('brings an agent in, tells everybody, and lets them go', async () => {
    const { conversation, thread, accessToken } = await fixture.visit()
    const { member, cookie } = await fixture.staff('agent')
    const visitor = fixture.connect({ token: accessToken })
    const desk = fixture.connect({ cookie })
    await Promise.all([visitor.welcome, desk.welcome])
    const open = () => desk.ask('conversation.open', { conversationId: conversation.id })
    await assert.rejects(open(), { message: 'forbidden' })

    const joined = await fixture.conversations.agentJoined(conversation.id, member.party)
    await fixture.conversations.agentJoined(conversation.id, member.party)
    assert.ok(joined.participants.some(party => party.rawId === member.party.rawId))
    await fixture.conversations.setHandling(conversation.id, {
      ...handledByBot,
      by: 'agent',
      agent: member.party,
    })
    const changed = await visitor.event(
      'conversation.changed',
      payload => payload.conversation.handling.by === 'agent',
    )
    assert.equal(changed.conversation.handling.agent.displayName, member.party.displayName)
    await visitor.event('message.changed', payload => payload.message.content.notice?.code === 'agentJoined')
    await desk.event('conversation.changed')
    assert.equal((await open()).thread.id, thread.id)

    await visitor.ask('chat.send', {
      threadId: thread.id,
      clientMessageId: 'client-01',
      message: 'Hello Ann',
    })
    await desk.event('message.changed', payload => payload.message.content.message === 'Hello Ann')
    await desk.ask('chat.send', { threadId: thread.id, clientMessageId: 'client-02', message: 'Hello Zoé' })
    const heard = await visitor.event(
      'message.changed',
      payload => payload.message.content.message === 'Hello Zoé',
    )
    assert.equal(heard.message.sender.role, 'agent')
    await desk.ask('chat.typing', { threadId: thread.id })
    assert.equal((await visitor.event('typing.started')).sender.rawId, member.party.rawId)

    await fixture.conversations.agentLeft(conversation.id, member.party)
    await fixture.conversations.agentLeft(conversation.id, member.party)
    await fixture.conversations.close(conversation.id, member.party)
    await visitor.event('conversation.changed', payload => payload.conversation.state === 'closed')
    const codes = (await fixture.chat.lastMessages(thread.id, 20)).map(
      message => message.content.notice?.code,
    )
    assert.deepEqual(codes.filter(Boolean), ['agentJoined', 'agentLeft', 'conversationClosed'])
    await fixture.conversations.setHandling(conversation.id, handledByBot)
    assert.equal((await fixture.conversations.view(conversation.id)).handling.by, 'nobody')
    const events = await fixture.events('conversation.handlingChanged')
    assert.deepEqual(
      events
        .filter(event => event.payload['conversationId'] === conversation.id)
        .map(event => event.payload['by']),
      ['agent', 'nobody'],
    )
    visitor.close()
    desk.close()
  })

  it('lists all to managers, their own to agents, none to designers', async () => {
    const named = await fixture.visit({ identity: { displayName: 'Search Me' } })
    const [agent, manager, designer] = await Promise.all([
      fixture.staff('agent'),
      fixture.staff('manager'),
      fixture.staff('designer'),
    ])
    const list = async (cookie: string, query = '') =>
      (await fixture.request('GET', `/api/conversations${query}`, { headers: { cookie } })).body
    assert.equal((await list(designer.cookie)).code, 'forbidden')
    assert.deepEqual((await list(agent.cookie)).value, [])
    await fixture.conversations.agentJoined(named.conversation.id, agent.member.party)
    assert.deepEqual(
      (await list(agent.cookie)).value.map((one: { id: string }) => one.id),
      [named.conversation.id],
    )
    const found = await list(manager.cookie, '?search=search%20me&state=open')
    assert.deepEqual(
      found.value.map((one: { id: string }) => one.id),
      [named.conversation.id],
    )
    const page = await list(manager.cookie, '?limit=2')
    assert.equal(page.value.length, 2)
    const next = await list(manager.cookie, `?limit=2&before=${encodeURIComponent(page.nextBefore)}`)
    assert.ok(Date.parse(next.value[0].openedAt) < Date.parse(page.value[1].openedAt))
    const detail = (cookie: string) =>
      fixture.request('GET', `/api/conversations/${named.conversation.id}`, { headers: { cookie } })
    assert.equal((await detail(manager.cookie)).body.contact.displayName, 'Search Me')
    assert.equal((await detail(agent.cookie)).status, 200)
    assert.equal((await detail(designer.cookie)).status, 403)
  })

  it('lets designers and administrators decide where the widget shows', async () => {
    const [agent, designer, manager] = await Promise.all([
      fixture.staff('agent'),
      fixture.staff('designer'),
      fixture.staff('manager'),
    ])
    const body = { allowedOrigins: ['https://b.example'], brandName: 'Lavande', defaultLocale: 'fr' }
    const put = (cookie: string) =>
      fixture.request('PUT', '/api/settings/widget', { body, headers: { cookie } })
    const get = (cookie: string) => fixture.request('GET', '/api/settings/widget', { headers: { cookie } })
    assert.equal((await put(agent.cookie)).status, 403)
    assert.equal((await put(manager.cookie)).status, 403)
    assert.deepEqual((await put(designer.cookie)).body, body)
    assert.deepEqual((await get(manager.cookie)).body, body)
    assert.equal((await get(agent.cookie)).status, 403)
    assert.equal((await fixture.visit()).brand.name, 'Lavande')
  })

  it('keeps what a page claims as plain data, within bounds', async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`key${index}`, '<b>\u0000']),
    )
    const { conversation } = await fixture.visit({
      identity: { displayName: '<img onerror=alert(1)>', attributes },
    })
    const { contact } = await fixture.conversations.detail(conversation.id)
    assert.equal(contact.displayName, '<img onerror=alert(1)>')
    assert.equal(Object.keys(contact.attributes).length, 30)
    assert.equal(contact.attributes['key0'], '<b>')
  })

  it("follows the conversation's active call", async () => {
    const { conversation } = await fixture.visit()
    const callId = fixture.ids.uuid() as never
    assert.equal((await fixture.conversations.setActiveCall(conversation.id, callId)).activeCallId, callId)
    assert.equal((await fixture.conversations.setActiveCall(conversation.id, null)).activeCallId, null)
    await assert.rejects(fixture.conversations.view(fixture.ids.uuid() as never), { code: 'not-found' })
  })
})
