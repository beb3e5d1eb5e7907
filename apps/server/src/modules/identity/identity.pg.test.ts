import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { communicationUser, systemIds } from '../../platform/index.ts'
import { createServerFixture, openSocket, type ServerFixture } from '../../testing/server.fixture.ts'
import { createIdentityModule, type IdentityModule, isSameHost, loadSecrets } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'guichet-identity-'))
const password = 'correct horse battery'

describe('identity', () => {
  let fixture: ServerFixture
  let identity: IdentityModule
  let url: string

  before(async () => {
    fixture = await createServerFixture()
    identity = createIdentityModule({
      ...fixture,
      secrets: loadSecrets(folder, systemIds),
      config: { demo: false },
      isOriginAllowed: async (origin, host) => isSameHost(origin, host),
    })
    const doors = await fixture.doors({
      ...identity,
      isOriginAllowed: async (origin, host) => isSameHost(origin, host),
    })
    identity.register(doors)
    url = await doors.listen()
  })
  after(async () => {
    await fixture.close()
    rmSync(folder, { recursive: true })
  })

  async function request(
    method: string,
    path: string,
    options: { body?: object; cookie?: string; headers?: Record<string, string> } = {},
  ) {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }
  async function signIn(email: string, given = password) {
    const reply = await request('POST', '/api/auth/sign-in/email', {
      body: { email, password: given },
      headers: { origin: url },
    })
    return { ...reply, cookie: reply.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
  }

  it('makes the first administrator with the printed code, once', async () => {
    assert.deepEqual((await request('GET', '/api/setup')).body, { needed: true, demo: false })
    const admin = { displayName: 'Ada', email: 'Ada@Example.org', password }
    const wrong = await request('POST', '/api/setup', { body: { ...admin, setupCode: 'guessed' } })
    assert.equal(wrong.body.code, 'forbidden')
    const setupCode = await identity.setupCode()
    assert.equal(typeof setupCode, 'string')
    const both = await Promise.all([
      request('POST', '/api/setup', { body: { ...admin, setupCode } }),
      request('POST', '/api/setup', { body: { ...admin, email: 'eve@example.org', setupCode } }),
    ])
    assert.deepEqual(both.map(reply => reply.status).sort(), [201, 403])
    assert.equal((await request('GET', '/api/setup')).body.needed, false)
    assert.equal(await identity.setupCode(), null)
    await identity.staff.seed(
      [
        { displayName: 'Root', email: 'root@example.org', roles: ['administrator'], locale: 'en' },
        { displayName: 'Amélie', email: 'agent@example.org', roles: ['agent'], locale: 'fr' },
        { displayName: 'Desi', email: 'designer@example.org', roles: ['designer'], locale: 'en' },
      ],
      password,
    )
  })

  it('signs in with a cookie that scripts cannot read, and tells who it is', async () => {
    const reply = await signIn('agent@example.org')
    assert.equal(reply.status, 200)
    const cookie = reply.headers.getSetCookie()[0] ?? ''
    assert.match(cookie, /^guichet\.session_token=/)
    assert.match(cookie, /HttpOnly/i)
    assert.match(cookie, /SameSite=Lax/i)
    assert.match(cookie, /Max-Age=43200/)
    assert.doesNotMatch(JSON.stringify(reply.body), /token/)
    const me = await request('GET', '/api/me', { cookie: reply.cookie })
    assert.equal(me.body.email, 'agent@example.org')
    assert.equal(me.body.party.rawId, communicationUser(me.body.id))
    assert.equal(me.body.party.role, 'agent')
    assert.deepEqual(me.body.roles, ['agent'])
    const session = await request('GET', '/api/auth/get-session', { cookie: reply.cookie })
    assert.equal(session.body.user.email, 'agent@example.org')
    assert.equal('token' in session.body, false)
  })

  it('refuses a wrong password and an unknown address with the same words', async () => {
    const wrong = await signIn('agent@example.org', 'wrong password!')
    const unknown = await signIn('nobody@example.org')
    assert.equal(wrong.status, 401)
    assert.equal(wrong.body.detail, unknown.body.detail)
    assert.equal(wrong.headers.getSetCookie().length, 0)
  })

  it('slows guessing down after ten failures, without locking others out', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 14 }, () => signIn('designer@example.org', 'not the password')),
    )
    assert.equal(attempts.filter(reply => reply.status === 429).length, 4)
    assert.equal((await signIn('agent@example.org')).status, 200)
    fixture.advance(60_000)
    assert.equal((await signIn('designer@example.org')).status, 200)
  })

  it('opens no other route of the library', async () => {
    for (const path of [
      '/sign-up/email',
      '/update-user',
      '/delete-user',
      '/request-password-reset',
      '/list-sessions',
      '/ok',
    ])
      assert.equal((await request('POST', `/api/auth${path}`, { body: {} })).status, 404, path)
  })

  it('refuses pages of other origins, and requests without a session', async () => {
    const { cookie } = await signIn('root@example.org')
    const origin = 'https://evil.example'
    const body = { email: 'agent@example.org', password }
    assert.equal(
      (await request('POST', '/api/auth/sign-in/email', { body, headers: { origin } })).status,
      403,
    )
    const change = await request('PATCH', '/api/me', {
      body: { displayName: 'X' },
      cookie,
      headers: { origin },
    })
    assert.equal(change.body.code, 'origin-not-allowed')
    assert.equal((await request('GET', '/api/me')).status, 401)
    assert.equal(
      (await request('GET', '/api/me', { cookie: 'guichet.session_token=forged.abc' })).status,
      401,
    )
  })

  it('ends the session on sign-out and closes its sockets', async () => {
    const { cookie } = await signIn('agent@example.org')
    const socket = openSocket(url, { cookie, origin: url })
    assert.equal(await socket.welcome, true)
    assert.equal(
      (await request('POST', '/api/auth/sign-out', { cookie, headers: { origin: url } })).status,
      200,
    )
    await socket.closed
    assert.equal((await request('GET', '/api/me', { cookie })).status, 401)
    const again = openSocket(url, { cookie, origin: url })
    assert.equal(await again.welcome, false)
    assert.equal(again.goodbye().problem.code, 'unauthenticated')
  })

  it('lets staff sockets in from our own pages only', async () => {
    const { cookie } = await signIn('agent@example.org')
    for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example' }]) {
      const socket = openSocket(url, headers)
      assert.equal(await socket.welcome, false)
      assert.equal(socket.goodbye().problem.code, 'origin-not-allowed')
    }
  })

  it('lets only administrators manage staff, and keeps them from shutting themselves out', async () => {
    const admin = (await signIn('root@example.org')).cookie
    const agent = (await signIn('agent@example.org')).cookie
    const designer = (await signIn('designer@example.org')).cookie
    assert.equal((await request('GET', '/api/staff', { cookie: agent })).status, 403)
    const list = await request('GET', '/api/staff', { cookie: designer })
    assert.equal(list.body.value.length, 4)
    const body = { displayName: 'New', email: 'new@example.org', password, roles: ['expert'], locale: 'fr' }
    assert.equal((await request('POST', '/api/staff', { body, cookie: designer })).status, 403)
    const added = await request('POST', '/api/staff', { body, cookie: admin })
    assert.equal(added.status, 201)
    assert.equal(added.body.party.role, 'expert')
    assert.equal((await request('POST', '/api/staff', { body, cookie: admin })).body.code, 'invalid-request')

    const me = (await request('GET', '/api/me', { cookie: admin })).body
    for (const change of [{ disabled: true }, { roles: ['agent'] }]) {
      const refused = await request('PATCH', `/api/staff/${me.id}`, { body: change, cookie: admin })
      assert.equal(refused.body.code, 'forbidden')
    }
    const path = `/api/staff/${added.body.id}`
    assert.equal(
      (await request('PATCH', path, { body: { roles: ['administrator'] }, cookie: agent })).status,
      403,
    )
    assert.deepEqual(
      (await request('PATCH', path, { body: { roles: ['agent', 'manager'] }, cookie: admin })).body.roles,
      ['agent', 'manager'],
    )
  })

  it('gives one address to one of two who are added at once, and tells the other', async () => {
    const admin = (await signIn('root@example.org')).cookie
    const body = {
      displayName: 'Twin',
      email: 'twin@demo.guichet',
      password: 'a long enough password',
      roles: ['agent'],
      locale: 'en',
    }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => request('POST', '/api/staff', { body, cookie: admin })),
    )
    assert.deepEqual(answers.map(answer => answer.status).sort(), [201, 400, 400, 400])
  })

  it('turns a switched-off account away at once', async () => {
    const admin = (await signIn('root@example.org')).cookie
    const agent = (await signIn('agent@example.org')).cookie
    const { id } = (await request('GET', '/api/me', { cookie: agent })).body
    const socket = openSocket(url, { cookie: agent, origin: url })
    await socket.welcome
    await request('PATCH', `/api/staff/${id}`, { body: { disabled: true }, cookie: admin })
    await socket.closed
    assert.equal((await request('GET', '/api/me', { cookie: agent })).status, 401)
    assert.equal((await signIn('agent@example.org')).body.code, 'forbidden')
    await request('PATCH', `/api/staff/${id}`, { body: { disabled: false }, cookie: admin })
    assert.equal((await signIn('agent@example.org')).status, 200)
  })

  it('changes the password with the old one, and ends other sessions', async () => {
    const one = (await signIn('designer@example.org')).cookie
    const two = (await signIn('designer@example.org')).cookie
    const change = (currentPassword: string, newPassword: string, cookie: string) =>
      request('POST', '/api/auth/change-password', {
        body: { currentPassword, newPassword },
        cookie,
        headers: { origin: url },
      })
    assert.equal((await change('wrong password!', 'another good one', one)).status, 401)
    assert.equal((await change(password, 'short', one)).status, 400)
    const socket = openSocket(url, { cookie: two, origin: url })
    await socket.welcome
    assert.equal((await change(password, 'another good one', one)).status, 200)
    await socket.closed
    assert.equal((await request('GET', '/api/me', { cookie: two })).status, 401)
    assert.equal((await signIn('designer@example.org', 'another good one')).status, 200)
  })

  it('keeps its secrets readable by their owner alone, and made once', () => {
    const path = join(folder, 'secrets.json')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(loadSecrets(folder, systemIds), loadSecrets(folder, systemIds))
    writeFileSync(path, '{"authSecret":')
    assert.throws(() => loadSecrets(folder, systemIds), /damaged/)
  })
})
