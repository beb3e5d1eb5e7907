import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { createMetrics } from '../metrics.ts'
import { serveHealth } from './health.ts'

const fine = async () => undefined
const broken = async () => {
  throw new Error('secret address of the database')
}

async function serve(options: { token?: string; checks?: Record<string, () => Promise<void>> }) {
  const app = Fastify()
  serveHealth(app, { metrics: createMetrics(), metricsToken: options.token, checks: options.checks ?? {} })
  await app.ready()
  return app
}

test('ready only when every part is, and no reason leaks', async () => {
  const app = await serve({ checks: { database: fine, media: broken } })
  const response = await app.inject('/readyz')
  assert.equal(response.statusCode, 503)
  assert.deepEqual(response.json(), { status: 'unavailable', checks: { database: 'ok', media: 'failed' } })
  assert.equal((await app.inject('/healthz')).statusCode, 200)
})

test('metrics are read from this machine alone', async () => {
  const app = await serve({})
  const near = await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' })
  assert.match(near.body, /guichet_messages_stored_total/)
  const far = await app.inject({ url: '/metrics', remoteAddress: '192.0.2.7' })
  assert.notEqual(far.statusCode, 200)
})

test('with a token set, only its bearer reads metrics', async () => {
  const app = await serve({ token: 'a-long-enough-token' })
  const headers = { authorization: 'Bearer a-long-enough-token' }
  assert.equal((await app.inject({ url: '/metrics', headers, remoteAddress: '192.0.2.7' })).statusCode, 200)
  assert.notEqual((await app.inject({ url: '/metrics', remoteAddress: '127.0.0.1' })).statusCode, 200)
})
