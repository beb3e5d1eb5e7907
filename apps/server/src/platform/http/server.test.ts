import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { DomainError } from '@guichet/domain'
import { z } from 'zod'
import { systemIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { createLoopbackHostCheck } from './hosts.ts'
import { createHttpServer, type HttpServerDeps } from './server.ts'

async function makeServer(trustProxy: boolean, more: Partial<HttpServerDeps> = {}) {
  const app = await createHttpServer({
    log: createLog({ level: 'silent' }),
    ids: systemIds,
    metrics: createMetrics(),
    trustProxy,
    isOriginAllowed: async () => false,
    ...more,
  })
  app.get('/who', async request => ({ address: request.ip }))
  app.post('/echo', async request => ({ body: request.body, query: request.query }))
  return app
}

test('believes of forwarded addresses the one that its own proxy appended', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.66, 203.0.113.7' }
  const behindProxy = await makeServer(true)
  const alone = await makeServer(false)
  assert.equal((await behindProxy.inject({ url: '/who', headers })).json().address, '203.0.113.7')
  assert.equal((await alone.inject({ url: '/who', headers })).json().address, '127.0.0.1')
})

test('hands on only what a database can hold', async () => {
  const app = await makeServer(false)
  const reply = await app.inject({
    method: 'POST',
    url: '/echo?search=a%00b',
    payload: { name: 'A\0b', half: '\ud800' },
  })
  assert.deepEqual(reply.json(), { body: { name: 'Ab', half: '\ufffd' }, query: { search: 'ab' } })
})

test('answers what is no request with a problem, and lets go of the connection', async () => {
  const app = await makeServer(false)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const rows = [
    { bytes: 'GET / HTTP/9.9\r\n\r\n', status: 400 },
    { bytes: `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
    { bytes: 'GET /% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', status: 400 },
  ]
  for (const { bytes, status } of rows) {
    const socket = connect({ host: '127.0.0.1', port })
    let answer = ''
    socket.on('data', data => {
      answer += String(data)
    })
    socket.write(bytes)
    await once(socket, 'close')
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 30))
    assert.match(answer, /content-type: application\/problem\+json/i)
    const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
    assert.equal(problem.status, status)
    assert.equal(problem.code, 'invalid-request')
  }
  await app.close()
})

test('answers those who propose to speak another protocol as if they had not', async () => {
  const app = await makeServer(false)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect({ host: '127.0.0.1', port })
  socket.write('GET /who HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  const [data] = await once(socket, 'data')
  assert.match(String(data), /^HTTP\/1.1 200 /)
  socket.destroy()
  await app.close()
})

test('logs what does not fit inside, and tells nothing of it', async () => {
  const lines: unknown[] = []
  const log = createLog({ level: 'silent' })
  const app = await makeServer(false, {
    log: Object.assign(Object.create(log), { error: (line: unknown) => lines.push(line) }),
  })
  app.get('/row', async () => z.object({ secret: z.number() }).parse({ secret: 'x' }))
  const reply = await app.inject('/row')
  assert.deepEqual([reply.statusCode, reply.json().code, reply.json().errors], [500, 'internal', undefined])
  assert.equal(lines.length, 1)
})

test('says when to come back', async () => {
  const app = await makeServer(false)
  app.get('/busy', async () => {
    throw new DomainError('too-many-requests', 'Wait', { retryable: true, details: { retryAfterMs: 29_500 } })
  })
  app.get('/limited', { config: { rateLimit: { max: 1, timeWindow: '1 minute' } } }, async () => 'ok')
  assert.equal((await app.inject('/busy')).headers['retry-after'], '30')
  await app.inject('/limited')
  const limited = await app.inject('/limited')
  assert.deepEqual([limited.statusCode, limited.headers['retry-after']], [429, '60'])
})

test('answers on loopback only to names that are its own', async () => {
  const app = await makeServer(false, { isHostKnown: createLoopbackHostCheck('https://desk.example') })
  const status = async (host: string) => (await app.inject({ url: '/who', headers: { host } })).statusCode
  for (const host of ['localhost:8080', 'LOCALHOST', '127.0.0.1:1', '[::1]:8080', 'desk.example'])
    assert.equal(await status(host), 200, host)
  for (const host of [
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'localhost@evil.example',
  ])
    assert.equal(await status(host), 403, host)
  assert.equal(createLoopbackHostCheck(undefined)(undefined), false)
})
