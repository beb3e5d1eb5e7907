import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { SipRequest, SipResponse } from '../message/message.types.ts'
import { createResponse } from '../message/response.ts'
import { parseAuthHeader } from './auth-header.ts'
import type { DigestHashes } from './digest.types.ts'
import { createDigestClient, type DigestIdentity } from './digest-client.ts'
import { computeHa1, computeResponse } from './digest-response.ts'
import { createDigestServer, type DigestRole } from './digest-server.ts'
import { createNonceWindow } from './nonce-window.ts'

const hashes: DigestHashes = {
  md5: text => createHash('md5').update(text).digest('hex'),
  sha256: text => createHash('sha256').update(text).digest('hex'),
}
const noBody = new Uint8Array(0)
const startMs = 1_800_000_000_000

function createServer(options: Partial<Parameters<typeof createDigestServer>[0]> = {}) {
  let tokens = 0
  return createDigestServer({
    realm: 'example.com',
    hashes,
    hmac: text => createHmac('sha256', 'a key').update(text).digest('hex'),
    randomToken: () => `t${tokens++}`,
    nonceWindow: createNonceWindow(),
    ...options,
  })
}

function createClient(identity: DigestIdentity | undefined) {
  let tokens = 0
  return createDigestClient({ hashes, randomToken: () => `c${tokens++}`, identityFor: () => identity })
}

const alice: DigestIdentity = { username: 'alice', secret: { password: 'secret word' } }

function createRegister(headers: string[] = []): SipRequest {
  return {
    kind: 'request',
    method: 'REGISTER',
    requestUri: 'sip:example.com',
    headers: ['Via', 'SIP/2.0/UDP a;branch=z9hG4bK1', 'Call-ID', 'call', ...headers],
    body: noBody,
  }
}

function createChallenge(values: string[], role: DigestRole = 'server'): SipResponse {
  const response = createResponse(createRegister(), role === 'server' ? 401 : 407)
  for (const value of values)
    response.headers.push(role === 'server' ? 'WWW-Authenticate' : 'Proxy-Authenticate', value)
  return response
}

/** The examples of RFC 7616 §3.9.1: one password, both algorithms. */
test('computes the examples of RFC 7616', () => {
  const input = {
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    protection: { qop: 'auth', nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
  } as const
  const secret = { password: 'Circle of Life' }
  const target = { method: 'GET', body: noBody }
  assert.equal(
    computeResponse({ ...input, algorithm: 'MD5' }, secret, target, hashes),
    '8ca523f5e9506fed4657c9700eebdbec',
  )
  assert.equal(
    computeResponse({ ...input, algorithm: 'SHA-256' }, secret, target, hashes),
    '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
  )
})

for (const role of ['server', 'proxy'] as const)
  test(`a client answers a ${role} that checks the answer, SHA-256 first`, () => {
    const server = createServer()
    const values = server.challenge(startMs)
    assert.deepEqual(
      values.map(value => parseAuthHeader(value)?.params.get('algorithm')),
      ['SHA-256', 'MD5'],
    )
    const request = createRegister()
    const answer = createClient(alice).answer(createChallenge(values, role), request)
    assert.ok(answer)
    request.headers.push(...answer)
    const credentials = server.readCredentials(request, role)
    assert.ok(credentials)
    assert.equal(credentials.algorithm, 'SHA-256')
    assert.equal(server.readCredentials(request, role === 'server' ? 'proxy' : 'server'), undefined)
    const verdict = server.check(credentials, request, alice.secret, startMs + 1_000)
    assert.deepEqual(verdict, { ok: true, username: 'alice' })
    assert.ok(!answer.join().includes('secret word'))
  })

test('a hash kept in place of the password answers its own algorithm', () => {
  const server = createServer()
  const ha1 = computeHa1('MD5', { username: 'alice', realm: 'example.com', password: 'secret word' }, hashes)
  const client = createClient({ username: 'alice', secret: { ha1: { MD5: ha1 } } })
  const request = createRegister()
  request.headers.push(...(client.answer(createChallenge(server.challenge(startMs)), request) ?? []))
  const credentials = server.readCredentials(request, 'server')
  assert.equal(credentials?.algorithm, 'MD5')
  assert.ok(credentials && server.check(credentials, request, alice.secret, startMs).ok)
})

test('a nonce count is taken once, in any order; later requests count on', () => {
  const server = createServer()
  const client = createClient(alice)
  const first = client.answer(createChallenge(server.challenge(startMs)), createRegister()) ?? []
  const second = client.headersFor(createRegister())
  const third = client.headersFor(createRegister())
  const check = (headers: string[]) => {
    const request = createRegister(headers)
    const credentials = server.readCredentials(request, 'server')
    assert.ok(credentials)
    const verdict = server.check(credentials, request, alice.secret, startMs)
    return verdict.ok ? 'ok' : verdict.reason
  }
  assert.deepEqual([first, third, second, second, first].map(check), [
    'ok',
    'ok',
    'ok',
    'replayed',
    'replayed',
  ])
})

test('tells what is wrong with credentials', () => {
  const server = createServer({ nonceLifetimeMs: 60_000 })
  const answerTo = (values: string[], identity = alice) => {
    const request = createRegister()
    request.headers.push(...(createClient(identity).answer(createChallenge(values), request) ?? []))
    const credentials = server.readCredentials(request, 'server')
    assert.ok(credentials)
    return credentials
  }
  const register = createRegister()
  const right = answerTo(server.challenge(startMs))
  const table = [
    [server.check(right, register, undefined, startMs), 'unknownUser', false],
    [server.check(right, register, { password: 'another' }, startMs), 'wrongResponse', false],
    [server.check(right, { ...register, method: 'INVITE' }, alice.secret, startMs), 'wrongResponse', false],
    [server.check(right, { ...register, requestUri: 'sip:b@c' }, alice.secret, startMs), 'wrongUri', false],
    [server.check(right, register, alice.secret, startMs + 60_001), 'stale', true],
    [server.check(right, register, alice.secret, startMs, '192.0.2.1'), 'foreignNonce', true],
    [
      server.check(
        answerTo(['Digest realm="example.com", nonce="made up", qop="auth"']),
        register,
        alice.secret,
        startMs,
      ),
      'foreignNonce',
      true,
    ],
  ] as const
  for (const [verdict, reason, stale] of table) assert.deepEqual(verdict, { ok: false, reason, stale })
})

test('without qop a nonce is good once', () => {
  const server = createServer()
  const [, md5 = ''] = server.challenge(startMs)
  const request = createRegister()
  const answer = createClient(alice).answer(createChallenge([md5.replace(', qop="auth"', '')]), request)
  request.headers.push(...(answer ?? []))
  const credentials = server.readCredentials(request, 'server')
  assert.ok(credentials && !credentials.protection)
  assert.ok(server.check(credentials, request, alice.secret, startMs).ok)
  assert.deepEqual(server.check(credentials, request, alice.secret, startMs), {
    ok: false,
    reason: 'replayed',
    stale: true,
  })
})

test('auth-int covers the body', () => {
  const server = createServer()
  const [sha = ''] = server.challenge(startMs)
  const body = new TextEncoder().encode('v=0')
  const request = { ...createRegister(), body }
  const answer = createClient(alice).answer(createChallenge([sha.replace('"auth"', '"auth-int"')]), request)
  request.headers = [...request.headers, ...(answer ?? [])]
  const credentials = server.readCredentials(request, 'server')
  assert.equal(credentials?.protection?.qop, 'auth-int')
  assert.ok(credentials)
  assert.ok(!server.check(credentials, { ...request, body: noBody }, alice.secret, startMs).ok)
  assert.ok(server.check(credentials, request, alice.secret, startMs).ok)
})

test('a client gives up when its answer is refused, and goes on when it was stale', () => {
  const server = createServer()
  const client = createClient(alice)
  const target = createRegister()
  const ask = (attempt: number, stale: boolean) =>
    client.answer(createChallenge(server.challenge(startMs, { stale })), { ...target, attempt })
  assert.ok(ask(0, false))
  assert.ok(ask(1, true))
  assert.equal(ask(2, false), undefined)
  assert.ok(ask(0, false), 'another request of the same call may try again')
  assert.equal(createClient(undefined).answer(createChallenge(server.challenge(startMs)), target), undefined)
})

test('unknown schemes, algorithms and qop are passed over', () => {
  const answer = (value: string) => createClient(alice).answer(createChallenge([value]), createRegister())
  assert.equal(answer('Basic realm="example.com"'), undefined)
  assert.equal(answer('Digest realm="a", nonce="b", algorithm=SHA-512-256'), undefined)
  assert.equal(answer('Digest realm="a", nonce="b", algorithm=MD5-sess'), undefined)
  assert.equal(answer('Digest realm="a", nonce="b", qop="auth-new"'), undefined)
  assert.ok(
    answer('Digest  realm="a" , nonce="b",opaque="o,\\"p", QOP="auth-int, auth"')?.[1]?.includes('o,\\"p'),
  )
})

test('malformed credentials are none', () => {
  const server = createServer()
  const read = (value: string) => server.readCredentials(createRegister(['Authorization', value]), 'server')
  const all = 'username="a", realm="example.com", nonce="n", uri="sip:b", response="r"'
  assert.ok(read(`Digest ${all}`))
  assert.ok(read(`digest ${all},`))
  for (const wrong of ['', 'Digest', `Digest ${all}, qop=auth`, `Digest ${all}, qop=auth, nc=1, cnonce="c"`])
    assert.equal(read(wrong), undefined, wrong)
  assert.equal(read(`Digest ${all}, nonce="again"`), undefined)
  assert.equal(read(`Digest ${all}, userhash=true`), undefined)
  assert.equal(read(`Digest ${all}, opaque="never closed`), undefined)
  assert.equal(read(`Digest ${all.replace('example.com', 'other')}`), undefined)
})

test('forgetting a nonce never lets a replay through', () => {
  const window = createNonceWindow(2)
  assert.equal(window.use('a', 10, 1), 'fresh')
  assert.equal(window.use('b', 20, 1), 'fresh')
  assert.equal(window.use('c', 30, 1), 'fresh')
  assert.equal(window.use('a', 10, 1), 'forgotten')
  assert.equal(window.use('b', 20, 1), 'replayed')
  assert.equal(window.use('c', 30, 100), 'fresh')
  assert.equal(window.use('c', 30, 68), 'replayed', 'too far behind to tell')
  assert.equal(window.use('c', 30, 69), 'fresh')
})
