import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { type HttpRoute, httpRoutes, StaffRole } from '@guichet/contract'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { ask, beginVisit, openStaffSocket, signIn, stillServes, watchLog } from './support/hostile.ts'
import { addressOf, wellFormedRequests } from './support/hostile-requests.ts'

const accounts: Record<StaffRole, string> = {
  administrator: 'admin',
  designer: 'designer',
  manager: 'manager',
  agent: 'agent1',
  expert: 'expert',
}
const everybody = StaffRole.options
const leaders: readonly StaffRole[] = ['administrator', 'designer', 'manager']
const designers: readonly StaffRole[] = ['administrator', 'designer']
const administrators: readonly StaffRole[] = ['administrator']

/** Which roles each route of staff is for. */
const routesOfStaff: Partial<Record<HttpRoute, readonly StaffRole[]>> = {
  'GET /api/me': everybody,
  'PATCH /api/me': everybody,
  'GET /api/conversations': ['administrator', 'manager', 'agent', 'expert'],
  'GET /api/conversations/:conversationId': ['administrator', 'manager'],
  'GET /api/articles': everybody,
  'POST /api/articles': designers,
  'PUT /api/articles/:articleId': designers,
  'DELETE /api/articles/:articleId': designers,
  'POST /api/articles/try': everybody,
  'GET /api/queues': everybody,
  'PATCH /api/queues/:queueId': leaders,
  'GET /api/applications': leaders,
  'PUT /api/applications/:applicationId': designers,
  'GET /api/prompts': leaders,
  'POST /api/prompts': designers,
  'PATCH /api/prompts/:fileId': designers,
  'DELETE /api/prompts/:fileId': designers,
  'GET /api/prompts/:fileId/sound': leaders,
  'PUT /api/prompts/:fileId/sound': designers,
  'POST /api/prompts/preview': designers,
  'GET /api/trunks': administrators,
  'POST /api/trunks': administrators,
  'PATCH /api/trunks/:trunkId': administrators,
  'DELETE /api/trunks/:trunkId': administrators,
  'GET /api/numbers': leaders,
  'PUT /api/numbers/:number': designers,
  'DELETE /api/numbers/:number': designers,
  'GET /api/devices': administrators,
  'POST /api/devices': administrators,
  'POST /api/devices/:deviceId/password': administrators,
  'DELETE /api/devices/:deviceId': administrators,
  'GET /api/settings/outbound': administrators,
  'PUT /api/settings/outbound': administrators,
  'POST /api/outbound/check': ['administrator', 'manager', 'agent', 'expert'],
  'GET /api/staff': leaders,
  'POST /api/staff': administrators,
  'PATCH /api/staff/:workerId': administrators,
  'GET /api/settings/widget': leaders,
  'PUT /api/settings/widget': designers,
}

describe('the doors of staff', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>

  before(async () => {
    guichet = await startGuichet()
    url = guichet.url
    log = watchLog(guichet)
  })
  after(() => guichet?.dispose())
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  const attempt = (email: string, password: string, headers: Record<string, string> = {}) =>
    ask(url, 'POST', '/api/auth/sign-in/email', { body: { email, password }, headers })

  it('opens each route to the roles it is for, and to nobody else', async () => {
    const ofStaff = Object.entries(httpRoutes).flatMap(([route, { access }]) =>
      access === 'staff' ? [route] : [],
    )
    assert.deepEqual(Object.keys(routesOfStaff).sort(), ofStaff.sort())
    const session = await beginVisit(url)
    const visitor = { authorization: `Bearer ${session.accessToken}` }
    const cookies = new Map<StaffRole, string>()
    for (const role of everybody) cookies.set(role, await signIn(url, accounts[role]))
    const params = { conversationId: session.conversation.id }
    for (const [route, allowed] of Object.entries(routesOfStaff)) {
      const request = wellFormedRequests[route as HttpRoute] as { params?: object; body?: object }
      const named = route.includes(':conversationId') ? { ...request, params } : request
      const [method, path] = addressOf(route, named)
      const body = request.body === undefined ? {} : { body: request.body }
      const knock = (headers: Record<string, string>) => ask(url, method, path, { ...body, headers })
      assert.equal((await knock({})).problem?.code, 'unauthenticated', route)
      assert.equal((await knock(visitor)).problem?.code, 'forbidden', route)
      for (const [role, cookie] of cookies) {
        const { status, text } = await knock({ cookie, origin: url })
        if (allowed.includes(role)) assert.ok(![401, 403].includes(status), `${role} ${route}: ${text}`)
        else assert.equal(status, 403, `${role} ${route}: ${text}`)
      }
    }
  })

  it('lets nobody raise their own roles, and takes access away at once', async () => {
    const cookie = await signIn(url, 'agent3')
    const admin = { cookie: await signIn(url, 'admin'), origin: url }
    const own = { cookie, origin: url }
    const me = JSON.parse((await ask(url, 'GET', '/api/me', { headers: own })).text)
    const path = `/api/staff/${me.id}`
    const raise = { roles: ['administrator'] }
    assert.equal((await ask(url, 'PATCH', path, { body: raise, headers: own })).status, 403)
    const smuggled = {
      displayName: 'Inès Moreau',
      ...raise,
      disabled: false,
      id: 'x',
      email: 'x@example.org',
    }
    assert.equal((await ask(url, 'PATCH', '/api/me', { body: smuggled, headers: own })).status, 200)
    const after = JSON.parse((await ask(url, 'GET', '/api/me', { headers: own })).text)
    assert.deepEqual(after, me)

    const raw = await openStaffSocket(url, cookie)
    const changed = await ask(url, 'PATCH', path, { body: { roles: ['expert'] }, headers: admin })
    assert.equal(changed.status, 200, changed.text)
    await raw.closed
    const again = await openStaffSocket(url, cookie)
    const disabled = await ask(url, 'PATCH', path, { body: { disabled: true }, headers: admin })
    assert.equal(disabled.status, 200, disabled.text)
    await again.closed
    assert.equal((await ask(url, 'GET', '/api/me', { headers: own })).status, 401)
    assert.equal((await attempt('agent3@demo.guichet', 'demo-guichet')).problem?.code, 'forbidden')
  })

  it('ends every other session, with its sockets, when a password is changed', async () => {
    const mine = await signIn(url, 'agent4')
    const stolen = await signIn(url, 'agent4')
    const thief = await openStaffSocket(url, stolen)
    const change = (currentPassword: string, newPassword: string) =>
      ask(url, 'POST', '/api/auth/change-password', {
        body: { currentPassword, newPassword },
        headers: { cookie: mine, origin: url },
      })
    assert.equal((await change('not my password', 'another good one')).status, 401)
    assert.equal((await change('demo-guichet', 'another good one')).status, 200)
    await thief.closed
    assert.equal((await ask(url, 'GET', '/api/me', { headers: { cookie: stolen } })).status, 401)
  })

  it('has no sign-up, no set-up once it is set up, and nothing of the library but what it names', async () => {
    const cookie = await signIn(url, 'admin')
    const body = { email: 'mallory@example.org', password: 'correct horse battery', name: 'M' }
    const closed = [
      '/sign-up/email',
      '/sign-in/social',
      '/sign-in/username',
      '/update-user',
      '/delete-user',
      '/change-email',
      '/set-password',
      '/verify-password',
      '/request-password-reset',
      '/forget-password',
      '/reset-password',
      '/send-verification-email',
      '/verify-email',
      '/list-sessions',
      '/list-accounts',
      '/revoke-session',
      '/link-social',
      '/admin/create-user',
      '/callback/google',
      '/ok',
      '/error',
      '/..%2fsign-up/email',
      '',
    ]
    for (const path of closed)
      for (const method of ['GET', 'POST']) {
        const sent = method === 'POST' ? { body, headers: { cookie, origin: url } } : { headers: { cookie } }
        assert.equal((await ask(url, method, `/api/auth${path}`, sent)).status, 404, `${method} ${path}`)
      }
    const setup = { ...body, displayName: 'Eve', setupCode: '' }
    assert.equal((await ask(url, 'POST', '/api/setup', { body: setup })).status, 403)
    assert.equal((await attempt(body.email, body.password)).status, 401)
  })

  it('slows guessing of passwords down, one account or many, and tells to wait', async () => {
    const unlike = {
      'x-forwarded-for': '203.0.113.7',
      'x-guichet-address': '203.0.113.8',
      'x-real-ip': '::2',
    }
    const guesses = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        attempt('manager@demo.guichet', `guess ${index} guess`, unlike),
      ),
    )
    const refused = guesses.filter(({ status }) => status === 429)
    assert.equal(guesses.filter(({ status }) => status === 401).length, 10)
    assert.equal(refused.length, 6)
    for (const { problem } of refused) {
      assert.equal(problem?.code, 'too-many-requests')
      assert.equal(problem?.retryable, true)
    }
    // Whoever guesses right after that learns nothing; others sign in as before.
    assert.equal((await attempt('MANAGER@demo.guichet ', 'demo-guichet')).status, 429)
    assert.equal((await attempt('designer@demo.guichet', 'demo-guichet')).status, 200)

    const names = Array.from({ length: 48 }, (_, index) => `nobody${index}@demo.guichet`)
    const spread: number[] = []
    while (names.length > 0) {
      const some = names.splice(0, 8).map(email => attempt(email, 'demo-guichet!'))
      spread.push(...(await Promise.all(some)).map(({ status }) => status))
    }
    assert.deepEqual([...new Set(spread)].sort(), [401, 429])
    assert.ok(spread.filter(status => status === 401).length <= 45, spread.join())
  })
})
