import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import type { ChatMessage, StartedCall, VisitorSession } from '@guichet/contract'
import { SignJWT } from 'jose'
import type { z } from 'zod'
import { chromeOffer } from '../apps/media/src/testing/offers.ts'
import { freeTcpPort, type Guichet, startGuichet } from './support/guichet.ts'
import {
  ask,
  beginVisit,
  helloOf,
  openRaw,
  openStaffSocket,
  openVisitorSocket,
  type RawSocket,
  signIn,
  stillServes,
  upload,
  watchLog,
} from './support/hostile.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('tokens, cookies and origins', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>
  /** Somebody with a conversation, a message and a file worth stealing. */
  let victim: { session: VisitorSession; raw: RawSocket; message: ChatMessage; fileId: string }

  before(async () => {
    const port = await freeTcpPort()
    guichet = await startGuichet({ PORT: String(port), PUBLIC_URL: `http://localhost:${port}` })
    url = `http://localhost:${port}`
    log = watchLog(guichet)
    const session = await beginVisit(url)
    const raw = await openVisitorSocket(url, session)
    const { body } = await upload(url, session, 'secret.png', png)
    const fileId = String(body.id)
    const sent = await raw.request('chat.send', {
      threadId: session.thread.id,
      clientMessageId: 'victim-0001',
      message: 'My order number is 4711',
      fileIds: [fileId],
    })
    assert.ok(sent.ok)
    victim = { session, raw, message: (sent.result as { message: ChatMessage }).message, fileId }
  })
  after(() => guichet?.dispose())
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  /** What no visitor token is, though some come close. */
  async function forgeries(): Promise<[name: string, token: string][]> {
    const { accessToken, resumeToken } = victim.session
    const { visitorTokenSecret, authSecret } = JSON.parse(
      readFileSync(join(guichet.dataDir, 'secrets.json'), 'utf8'),
    )
    const [head, body, signature] = accessToken.split('.') as [string, string, string]
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const sign = (change: object, secret = visitorTokenSecret, header: object = {}) =>
      new SignJWT({ ...claims, ...change })
        .setProtectedHeader({ alg: 'HS256', typ: 'visitor+jwt', ...header })
        .sign(new TextEncoder().encode(secret))
    return [
      ['nothing', ''],
      ['garbage', 'a.b.c'],
      ['much garbage', 'x'.repeat(4_000)],
      ['no algorithm', `${encode({ alg: 'none', typ: 'visitor+jwt' })}.${body}.`],
      ['no signature', `${head}.${body}.`],
      ['a signature of something else', `${head}.${encode({ ...claims, name: 'x' })}.${signature}`],
      ['a signature by another secret', await sign({}, 'x'.repeat(64))],
      ['a signature by the secret of staff sessions', await sign({}, authSecret)],
      ['another algorithm', await sign({}, visitorTokenSecret, { alg: 'HS512' })],
      ['another type', await sign({}, visitorTokenSecret, { typ: 'JWT' })],
      ['an expired one', await sign({ iat: 1, exp: 2 })],
      ['one that never expires', await sign({ exp: 'never' })],
      ['another audience', await sign({ aud: 'guichet' })],
      ['another issuer', await sign({ iss: 'elsewhere' })],
      ['claims that are none', await sign({ sub: { $ne: null }, cid: '*', tid: '*' })],
      ['a resume token', resumeToken],
    ]
  }

  it('opens no door to forged, expired and misused tokens', async () => {
    const cookie = await signIn(url, 'admin')
    for (const [name, token] of await forgeries()) {
      const raw = await openRaw(url, { hello: helloOf(token), headers: { origin: url } })
      assert.equal((await raw.frame('goodbye')).problem.code, 'unauthenticated', name)
      await raw.closed
      // Not even beside the cookie of an administrator: a token decides alone.
      const headers = { authorization: `Bearer ${token}`, cookie, origin: url }
      const read = await ask(url, 'GET', `/api/files/${victim.fileId}`, { headers })
      assert.equal(read.status, 401, name)
      assert.equal(read.problem?.code, 'unauthenticated', name)
    }
  })

  it('resumes nothing with anything but its own resume token', async () => {
    const { conversation, accessToken } = victim.session
    for (const [name, token] of [...(await forgeries()).slice(0, -1), ['an access token', accessToken]]) {
      const session = await beginVisit(url, { resumeToken: String(token).slice(0, 2_000) })
      assert.notEqual(session.conversation.id, conversation.id, name)
    }
    const { resumeToken } = victim.session
    assert.equal((await beginVisit(url, { resumeToken })).conversation.id, conversation.id)
  })

  it('shows a visitor nothing of another visitor, and lets them change nothing', async () => {
    const session = await beginVisit(url)
    const raw = await openVisitorSocket(url, session)
    await expectStranger(raw, `Bearer ${session.accessToken}`)

    const own = { threadId: session.thread.id, clientMessageId: 'thief-0001', message: 'Hello' }
    const wanted = await raw.request('chat.send', { ...own, fileIds: [victim.fileId] })
    assert.equal(wanted.ok ? 'sent' : wanted.problem.code, 'not-found')
    const { id: messageId } = victim.message
    const edited = await raw.request('chat.edit', { threadId: session.thread.id, messageId, message: 'x' })
    assert.equal(edited.ok ? 'edited' : edited.problem.code, 'not-found')
    const uploaded = await upload(url, session, 'x.png', png, victim.session.thread.id)
    assert.equal(uploaded.body.code, 'forbidden')

    assert.ok((await raw.request('chat.send', own)).ok)
    const told = JSON.stringify(raw.frames)
    for (const secret of [victim.session.thread.id, victim.session.conversation.id, '4711'])
      assert.equal(told.includes(secret), false, secret)
    raw.close()
  })

  it('shows agents nothing of conversations that are not theirs', async () => {
    for (const account of ['agent1', 'expert', 'designer']) {
      const cookie = await signIn(url, account)
      const raw = await openStaffSocket(url, cookie)
      await expectStranger(raw, null, cookie)
      const { id } = victim.session.conversation
      const opened = await raw.request('conversation.open', { conversationId: id })
      assert.equal(opened.ok ? 'opened' : opened.problem.code, 'forbidden', account)
      const read = await ask(url, 'GET', `/api/conversations/${id}`, { headers: { cookie } })
      assert.equal(read.status, 403, account)
      const listed = await ask(url, 'GET', '/api/conversations', { headers: { cookie } })
      assert.equal(listed.text.includes(id), false, account)
      raw.close()
    }
  })

  it('lets nobody into the call of another', async () => {
    const { session, raw } = victim
    const conversationId = session.conversation.id
    const started = await raw.request('call.start', { conversationId, sdpOffer: chromeOffer() })
    assert.ok(started.ok, JSON.stringify(started))
    const callId = (started.result as z.infer<typeof StartedCall>).call.id
    const thief = await beginVisit(url)
    const sockets = [
      await openVisitorSocket(url, thief),
      await openStaffSocket(url, await signIn(url, 'agent1')),
      await openStaffSocket(url, await signIn(url, 'admin')),
    ]
    for (const stranger of sockets) {
      const rows: [method: string, params: object][] = [
        ['call.rejoin', { callId, sdpOffer: chromeOffer() }],
        ['call.tone', { callId, tone: '1' }],
        ['call.mute', { callId, muted: true }],
        ['call.picture', { callId, camera: true, screen: true }],
        ['call.hangUp', { callId }],
        ['call.hold', { callId }],
        ['call.resume', { callId }],
        ['call.start', { conversationId, sdpOffer: chromeOffer() }],
      ]
      for (const [method, params] of rows) {
        const outcome = await stranger.request(method, params)
        assert.ok(!outcome.ok && ['not-found', 'forbidden'].includes(outcome.problem.code), method)
      }
      assert.equal(JSON.stringify(stranger.frames).includes('call.changed'), false)
      stranger.close()
    }
    const still = await raw.request('conversation.get', {})
    assert.ok(still.ok)
    const { call } = still.result as { call: { state: string; participants: { isMuted: boolean }[] } }
    assert.equal(call.state, 'connecting')
    assert.deepEqual(
      call.participants.map(({ isMuted }) => isMuted),
      [false],
    )
    assert.ok((await raw.request('call.hangUp', { callId })).ok)
  })

  it('takes no altered cookie for a session, and closes the sockets of one that ended', async () => {
    const cookie = await signIn(url, 'agent2')
    const [name, value = ''] = cookie.split('=')
    const other = (await signIn(url, 'admin')).split('=')[1] ?? ''
    const [token, signature] = decodeURIComponent(value).split('.')
    const [otherToken] = decodeURIComponent(other).split('.')
    const altered = [
      '',
      'x',
      `${otherToken}.${signature}`,
      `${token}.`,
      token,
      `${token}.${signature}x`,
      '%',
      '%00',
    ]
    for (const tampered of altered) {
      const headers = { cookie: `${name}=${tampered}`, origin: url }
      assert.equal((await ask(url, 'GET', '/api/me', { headers })).status, 401, tampered)
      const raw = await openRaw(url, { headers, hello: helloOf(undefined) })
      assert.equal((await raw.frame('goodbye')).problem.code, 'unauthenticated', tampered)
    }
    const raw = await openStaffSocket(url, cookie)
    const headers = { cookie, origin: url }
    assert.equal((await ask(url, 'POST', '/api/auth/sign-out', { headers })).status, 200)
    assert.equal((await raw.closed).code, 1012)
    assert.equal((await ask(url, 'GET', '/api/me', { headers })).status, 401)
  })

  it('answers no page of another origin, whatever it brings along', async () => {
    const cookie = await signIn(url, 'admin')
    const { port } = new URL(url)
    const forged = [
      'http://evil.example',
      'null',
      `https://localhost:${port}`,
      `http://localhost.evil.example:${port}`,
      `http://localhost:${port}.evil.example`,
      `http://localhost:${port}@evil.example`,
      `http://evil.example#localhost:${port}`,
      `http://127.0.0.1:${port}`,
      `http://localhost:${Number(port) + 1}`,
      'http://localhost',
      'file://',
      'chrome-extension://abcdefghijklmnop',
      'https://shop.example.evil.example',
    ]
    const put = { allowedOrigins: ['https://shop.example'], brandName: 'Shop', defaultLocale: 'en' }
    const settings = await ask(url, 'PUT', '/api/settings/widget', {
      body: put,
      headers: { cookie, origin: url },
    })
    assert.equal(settings.status, 200)
    const rows: [method: string, path: string, body: object, headers: Record<string, string>][] = [
      ['POST', '/api/visitor/conversations', { locale: 'en' }, {}],
      ['PATCH', '/api/me', { displayName: 'Taken over' }, { cookie }],
      ['PUT', '/api/settings/widget', { ...put, allowedOrigins: ['http://evil.example'] }, { cookie }],
      ['POST', '/api/auth/sign-in/email', { email: 'admin@demo.guichet', password: 'demo-guichet' }, {}],
      ['POST', '/api/auth/sign-out', {}, { cookie }],
    ]
    for (const origin of forged) {
      for (const [method, path, body, headers] of rows) {
        const answer = await ask(url, method, path, { body, headers: { ...headers, origin } })
        assert.equal(answer.problem?.code, 'origin-not-allowed', `${origin} ${method} ${path}`)
        assert.equal(answer.headers.get('access-control-allow-origin'), null, origin)
      }
      const preflight = { origin, 'access-control-request-method': 'PATCH' }
      for (const path of ['/api/me', '/api/visitor/conversations']) {
        const { headers } = await ask(url, 'OPTIONS', path, { headers: preflight })
        assert.equal(headers.get('access-control-allow-origin'), null, origin)
      }
      const read = await ask(url, 'GET', '/api/me', { headers: { cookie, origin } })
      assert.equal(read.headers.get('access-control-allow-origin'), null, origin)
      const asVisitor = await openRaw(url, {
        headers: { origin },
        hello: helloOf(victim.session.accessToken),
      })
      assert.equal((await asVisitor.frame('goodbye')).problem.code, 'origin-not-allowed', origin)
      await expectNoStaffSocket({ cookie, origin })
    }
    await expectNoStaffSocket({ cookie })
    await expectNoStaffSocket({ cookie, origin: 'https://shop.example' })
    const crossSite = { cookie, 'sec-fetch-site': 'cross-site' }
    const simple = await ask(url, 'PATCH', '/api/me', { body: { displayName: 'X' }, headers: crossSite })
    assert.equal(simple.problem?.code, 'origin-not-allowed')

    const me = await ask(url, 'GET', '/api/me', { headers: { cookie } })
    assert.match(me.text, /Alex Martin/)
    const shop = { origin: 'https://shop.example' }
    const allowed = await ask(url, 'POST', '/api/visitor/conversations', {
      body: { locale: 'en' },
      headers: shop,
    })
    assert.equal(allowed.status, 201)
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://shop.example')
    assert.equal(allowed.headers.get('access-control-allow-credentials'), null)
  })

  /** What everybody is refused who has no part in the victim's conversation. */
  async function expectStranger(
    raw: RawSocket,
    authorization: string | null,
    cookie?: string,
  ): Promise<void> {
    const { thread } = victim.session
    const messageId = victim.message.id
    const rows: [method: string, params: object][] = [
      ['chat.sync', { threadId: thread.id, afterVersion: 0 }],
      ['chat.send', { threadId: thread.id, clientMessageId: 'thief-0002', message: 'Hello' }],
      ['chat.edit', { threadId: thread.id, messageId, message: 'I was here' }],
      ['chat.delete', { threadId: thread.id, messageId }],
      ['chat.typing', { threadId: thread.id }],
      ['chat.read', { threadId: thread.id, messageId }],
    ]
    for (const [method, params] of rows) {
      const outcome = await raw.request(method, params)
      assert.equal(outcome.ok ? 'allowed' : outcome.problem.code, 'forbidden', method)
    }
    const headers = { ...(authorization === null ? {} : { authorization }), ...(cookie ? { cookie } : {}) }
    const read = await ask(url, 'GET', `/api/files/${victim.fileId}`, { headers })
    assert.equal(read.problem?.code, 'not-found')
  }

  async function expectNoStaffSocket(headers: Record<string, string>): Promise<void> {
    const raw = await openRaw(url, { headers, hello: helloOf(undefined) })
    assert.equal((await raw.frame('goodbye')).problem.code, 'origin-not-allowed', headers['origin'])
  }
})
