import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { StaffRole } from '@guichet/contract'
import { closedRules } from '@guichet/domain/telephony'
import { createNumberPlan } from '../../adapters/numbering/index.ts'
import { createSecretBox, digestHash } from '../../adapters/secrets/index.ts'
import { createRouteBinder } from '../../platform/index.ts'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'
import { createTelephonyModule, type TelephonyModule } from './index.ts'

const applicationId = '6f8f2a76-5d0a-4e0c-9d3c-1f9f6f0d7a11'
const trunk = {
  name: 'Carrier',
  isEnabled: true,
  profile: 'generic',
  connection: { kind: 'register', host: 'sip.carrier.example', username: 'guichet', expiresMs: 600_000 },
  transport: 'udp',
  srtp: 'never',
  priority: 10,
  maxCalls: 20,
  country: 'FR',
  callerId: '+33123456789',
}

describe('telephony', () => {
  let fixture: ConversationFixture
  let telephony: TelephonyModule
  let url: string
  const cookies = {} as Record<StaffRole, string>
  let agentId: string

  before(async () => {
    fixture = await createConversationFixture()
    telephony = createTelephonyModule({
      ...fixture,
      plan: createNumberPlan(),
      secrets: createSecretBox('a secret of this test'),
      staff: fixture.identity.staff,
      applications: { has: async id => id === applicationId },
      hash: digestHash,
      realm: 'guichet',
    })
    const doors = await fixture.doors({ ...fixture.identity, isOriginAllowed: async () => false })
    telephony.register({ bind: createRouteBinder(doors.app, fixture.identity.authenticateHttp) })
    url = await doors.listen()
    for (const role of ['administrator', 'designer', 'manager', 'agent', 'expert'] as const) {
      const { member, cookie } = await fixture.staff(role)
      cookies[role] = cookie
      if (role === 'agent') agentId = member.id
    }
  })
  after(() => fixture.close())

  async function ask(method: string, path: string, body?: object, as: StaffRole = 'administrator') {
    const response = await fetch(url + path, {
      method,
      headers: { cookie: cookies[as], ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
    return { status: response.status, body: (await response.json()) as any }
  }

  it('keeps a trunk, and its password sealed: it never comes out of a door', async () => {
    const made = await ask('POST', '/api/trunks', { ...trunk, password: 'carrier-secret' })
    assert.equal(made.status, 201)
    const { id, ...rest } = made.body
    assert.deepEqual(rest, { ...trunk, hasPassword: true })
    const { rows } = await fixture.pool.query('select * from trunks')
    assert.ok(!JSON.stringify([rows, made.body]).includes('carrier-secret'))
    assert.deepEqual(
      (await telephony.trunks.accounts()).map(account => account.password),
      ['carrier-secret'],
    )
    const changed = await ask('PATCH', `/api/trunks/${id}`, { priority: 5 })
    assert.deepEqual([changed.body.priority, changed.body.hasPassword], [5, true])
    assert.equal((await ask('DELETE', `/api/trunks/${id}`)).status, 200)
    assert.equal((await ask('DELETE', `/api/trunks/${id}`)).status, 404)
    assert.deepEqual((await ask('GET', '/api/trunks')).body.value, [])
  })

  it('tells what Direct Routing demands, and refuses what cannot work', async () => {
    const teams = { ...trunk, profile: 'teamsDirectRouting' }
    const refused = await ask('POST', '/api/trunks', teams)
    assert.deepEqual([refused.status, refused.body.detail.includes('TLS')], [400, true])
    const hosts = ['sip', 'sip2', 'sip3'].map(name => ({ host: `${name}.pstnhub.microsoft.com`, port: 5061 }))
    const right = {
      ...teams,
      transport: 'tls',
      srtp: 'required',
      connection: { kind: 'address', hosts, username: null },
    }
    const made = await ask('POST', '/api/trunks', right)
    assert.equal(made.status, 201)
    assert.equal((await ask('PATCH', `/api/trunks/${made.body.id}`, { srtp: 'offered' })).status, 400)
    assert.equal((await ask('DELETE', `/api/trunks/${made.body.id}`)).status, 200)
  })

  const hostile: [string, object][] = [
    ['a host with a header in it', { connection: { ...trunk.connection, host: 'a\r\nX: y' } }],
    ['a user name with spaces', { connection: { ...trunk.connection, username: 'a b' } }],
    ['an unknown setting', { spy: true }],
    ['a caller id that is no number', { callerId: '12' }],
    ['no calls at all', { maxCalls: 0 }],
  ]
  for (const [name, change] of hostile) {
    it(`refuses ${name}`, async () => {
      assert.equal((await ask('POST', '/api/trunks', { ...trunk, ...change })).status, 400)
    })
  }

  it('leads a number to an application, however it was dialled', async () => {
    const toApplication = { name: 'Main', target: { kind: 'application', applicationId } }
    const put = await ask('PUT', '/api/numbers/%2B33123456789', toApplication, 'designer')
    assert.deepEqual([put.status, put.body.number], [200, '+33123456789'])
    const short = { ...toApplication, name: 'Inside' }
    assert.equal((await ask('PUT', '/api/numbers/8002', short)).status, 200)
    for (const dialled of ['+33123456789', '0123456789', '01 23 45 67 89', '0033123456789']) {
      assert.equal((await telephony.numbers.find(dialled, 'FR'))?.name, 'Main', dialled)
    }
    assert.equal((await telephony.numbers.find('8002', 'FR'))?.name, 'Inside')
    for (const dialled of ['0123456780', '8003', '', "'; drop table trunks"]) {
      assert.equal(await telephony.numbers.find(dialled, 'FR'), null, dialled)
    }
    const unknown = { name: 'X', target: { kind: 'application', applicationId: agentId } }
    assert.equal((await ask('PUT', '/api/numbers/8004', unknown)).status, 400)
    assert.equal((await ask('PUT', '/api/numbers/hello', short)).status, 400)
    const listed = await ask('GET', '/api/numbers', undefined, 'manager')
    assert.deepEqual(
      listed.body.value.map((one: { number: string }) => one.number),
      ['+33123456789', '8002'],
    )
    assert.equal((await ask('DELETE', '/api/numbers/8002')).status, 200)
    assert.equal((await ask('DELETE', '/api/numbers/8002')).status, 404)
  })

  it('makes a desk phone, tells its password once, and keeps only what digest needs', async () => {
    const made = await ask('POST', '/api/devices', { username: 'phone7', name: 'Desk 7', workerId: agentId })
    assert.equal(made.status, 201)
    const { device, password } = made.body
    const { rows } = await fixture.pool.query('select * from devices')
    const listed = await ask('GET', '/api/devices')
    assert.ok(!JSON.stringify([rows, listed.body]).includes(password))
    assert.deepEqual(listed.body.value, [device])
    const account = await telephony.devices.account('phone7')
    assert.equal(account?.ha1.sha256, digestHash.sha256(`phone7:guichet:${password}`))
    assert.equal(account?.ha1.md5, digestHash.md5(`phone7:guichet:${password}`))

    const renewed = await ask('POST', `/api/devices/${device.id}/password`)
    assert.notEqual(renewed.body.password, password)
    const after = await telephony.devices.account('phone7')
    assert.equal(after?.ha1.sha256, digestHash.sha256(`phone7:guichet:${renewed.body.password}`))

    const twin = await ask('POST', '/api/devices', { username: 'phone7', name: 'Twin', workerId: agentId })
    assert.equal(twin.status, 400)
    assert.equal((await ask('DELETE', `/api/devices/${device.id}`)).status, 200)
    assert.equal(await telephony.devices.account('phone7'), null)
  })

  it('calls nobody outside until rules are opened', async () => {
    const check = async (text: string, as: StaffRole = 'agent') =>
      (await ask('POST', '/api/outbound/check', { text }, as)).body
    assert.deepEqual((await ask('GET', '/api/settings/outbound')).body, closedRules)
    assert.equal((await check('01 23 45 67 89')).refusal, 'closed')
    const open = { ...closedRules, isOpen: true, allowedCountries: ['FR'] }
    assert.equal((await ask('PUT', '/api/settings/outbound', open)).status, 200)
    assert.deepEqual(await check('01 23 45 67 89'), {
      e164: '+33123456789',
      country: 'FR',
      kind: 'fixed',
      isAllowed: true,
      refusal: null,
    })
    assert.equal((await check('0899 12 34 56')).refusal, 'lineKind')
    assert.equal((await check('+49 30 123456')).refusal, 'notAllowed')
    assert.deepEqual(await check('hello'), {
      e164: null,
      country: null,
      kind: 'unknown',
      isAllowed: false,
      refusal: null,
    })
    const bad = await ask('PUT', '/api/settings/outbound', { ...open, allowedCountries: ['France'] })
    assert.equal(bad.status, 400)
  })

  const closed: [string, string, StaffRole[]][] = [
    ['GET', '/api/trunks', ['designer', 'manager', 'agent', 'expert']],
    ['GET', '/api/devices', ['designer', 'manager', 'agent', 'expert']],
    ['GET', '/api/settings/outbound', ['designer', 'manager', 'agent', 'expert']],
    ['GET', '/api/numbers', ['agent', 'expert']],
    ['DELETE', '/api/numbers/8000', ['manager', 'agent', 'expert']],
  ]
  for (const [method, path, roles] of closed) {
    it(`${method} ${path} is closed to ${roles.join(', ')}`, async () => {
      for (const role of roles) assert.equal((await ask(method, path, undefined, role)).status, 403)
    })
  }
})
