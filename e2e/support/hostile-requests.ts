import type { HttpRequest, HttpRoute } from '@guichet/contract'
import { closedRules } from '@guichet/domain/telephony'
import { hostileValues } from './hostile-input.ts'

const uuid = '00000000-0000-4000-8000-000000000001' as never
const threadId = '19:nobodysthread@thread.v2' as never
const article = {
  locale: 'en',
  title: 'Hostile',
  body: 'Words',
  phrasings: '',
  url: 'https://shop.example/',
} as const
const password = 'correct horse battery'

const trunk: HttpRequest<'POST /api/trunks'>['body'] = {
  name: 'Hostile',
  isEnabled: false,
  profile: 'generic',
  connection: { kind: 'address', hosts: [{ host: '192.0.2.1' }], username: null },
  transport: 'udp',
  srtp: 'never',
  priority: 1,
  maxCalls: 1,
  country: 'FR',
  callerId: null,
}

/** A well-formed request to every route, naming things that do not exist. */
export const wellFormedRequests: { [R in HttpRoute]: HttpRequest<R> } = {
  'POST /api/visitor/conversations': {
    body: {
      locale: 'en',
      resumeToken: 'none',
      identity: { displayName: 'Eve', email: 'eve@example.org', attributes: { plan: 'gold' } },
      page: { url: 'https://shop.example/', title: 'Shop' },
    },
  },
  'POST /api/threads/:threadId/files': { params: { threadId } },
  'GET /api/files/:fileId': { params: { fileId: uuid } },
  'GET /api/me': {},
  'PATCH /api/me': { body: { displayName: 'Somebody', locale: 'en' } },
  'GET /api/setup': {},
  'POST /api/setup': { body: { setupCode: 'x', displayName: 'Eve', email: 'eve@example.org', password } },
  'GET /api/conversations': {
    query: { state: 'open', search: 'order', before: '2026-01-01T00:00:00Z', limit: 10 },
  },
  'GET /api/conversations/:conversationId': { params: { conversationId: uuid } },
  'GET /api/articles': { query: { locale: 'en', search: 'order' } },
  'POST /api/articles': { body: { ...article, state: 'draft' } },
  'PUT /api/articles/:articleId': { params: { articleId: uuid }, body: article },
  'DELETE /api/articles/:articleId': { params: { articleId: uuid } },
  'POST /api/articles/try': { body: { locale: 'en', question: 'Where is my order?' } },
  'GET /api/queues': {},
  'PATCH /api/queues/:queueId': {
    params: { queueId: uuid },
    body: {
      name: { en: 'Sales', fr: 'Ventes' },
      routingMethod: 'serial',
      agentAlertTimeMs: 30_000,
      wrapUpMs: 0,
      overflowThreshold: 10,
      timeoutMs: 60_000,
      presenceRouting: true,
      memberIds: [uuid],
    },
  },
  'GET /api/applications': {},
  'PUT /api/applications/:applicationId': {
    params: { applicationId: uuid },
    body: { document: { kind: 'autoAttendant' }, version: 1 },
  },
  'GET /api/prompts': {},
  'POST /api/prompts': { query: { name: 'Hostile', language: 'en' } },
  'PATCH /api/prompts/:fileId': { params: { fileId: uuid }, body: { name: 'Hostile', language: null } },
  'DELETE /api/prompts/:fileId': { params: { fileId: uuid } },
  'GET /api/prompts/:fileId/sound': { params: { fileId: uuid } },
  'PUT /api/prompts/:fileId/sound': { params: { fileId: uuid } },
  'POST /api/prompts/preview': { body: { text: 'Hostile', language: 'en', voice: 'en-gb' } },
  'GET /api/trunks': {},
  'POST /api/trunks': { body: trunk },
  'PATCH /api/trunks/:trunkId': { params: { trunkId: uuid }, body: { isEnabled: false } },
  'DELETE /api/trunks/:trunkId': { params: { trunkId: uuid } },
  'GET /api/numbers': {},
  'PUT /api/numbers/:number': {
    params: { number: '+33123456789' },
    body: { name: 'Hostile', target: { kind: 'application', applicationId: uuid } },
  },
  'DELETE /api/numbers/:number': { params: { number: '+33123456789' } },
  'GET /api/devices': {},
  'POST /api/devices': { body: { username: 'hostile', name: 'Hostile', workerId: uuid } },
  'POST /api/devices/:deviceId/password': { params: { deviceId: uuid } },
  'DELETE /api/devices/:deviceId': { params: { deviceId: uuid } },
  'GET /api/settings/outbound': {},
  'PUT /api/settings/outbound': { body: closedRules },
  'POST /api/outbound/check': { body: { text: '+33123456789', country: 'FR' } },
  'GET /api/staff': {},
  'POST /api/staff': {
    body: { displayName: 'Eve', email: 'eve@example.org', password, roles: ['agent'], locale: 'en' },
  },
  'PATCH /api/staff/:workerId': {
    params: { workerId: uuid },
    body: { displayName: 'Eve', roles: ['agent'], disabled: false },
  },
  'GET /api/settings/widget': {},
  'PUT /api/settings/widget': {
    body: { allowedOrigins: ['https://shop.example'], brandName: 'Shop', defaultLocale: 'en' },
  },
}

/** Method and address of a route, its places filled in and its query written out. */
export function addressOf(route: string, request: { params?: object; query?: object }): [string, string] {
  const [method = '', pattern = ''] = route.split(' ')
  const params = new Map(Object.entries(request.params ?? {}))
  const path = pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(String(params.get(name))))
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).map(([key, value]) => [key, String(value)]),
  )
  return [method, query.size === 0 ? path : `${path}?${query}`]
}

/** The values that fit into an address, as text. */
export const hostileTexts: readonly string[] = [
  ...hostileValues.filter(value => value.length < 3_000),
  'a\0b',
  '\\',
  '%',
  "' or 1=1 --",
  '../../etc/passwd',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '🂡'.repeat(60),
]

/** Request lines that look for files outside the folders that are served, or for nothing at all. */
export const trickyTargets: readonly string[] = [
  '/demo/../../../package.json',
  '/demo/%2e%2e/%2e%2e/%2e%2e/package.json',
  '/demo/..%2f..%2f..%2fpackage.json',
  '/demo/..%5c..%5c..%5cpackage.json',
  '/demo/....//....//package.json',
  '/demo/%252e%252e/package.json',
  '/demo//etc/passwd',
  '/demo/index.html%00.js',
  '/demo/%00',
  '/demo/%',
  '/%00',
  '/%c0%ae%c0%ae/package.json',
  '//etc/passwd',
  '/../../../../etc/passwd',
  '/assets/..%2f..%2f..%2f..%2fpackage.json',
  '/assets/../../../package.json',
  '/widget.js/../../../package.json',
  '/api/files/..%2f..%2f..%2fsecrets.json',
  '/api/files/%2e%2e%2fsecrets.json',
  'http://evil.example/../package.json',
  'file:///etc/passwd',
  '*',
  '/.env',
  '/.git/config',
  `/${'a'.repeat(10_000)}`,
  `/?${'a=1&'.repeat(2_000)}`,
]

const head =
  'POST /api/visitor/conversations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'

/** Bytes that are no request, or two in one. @source RFC 9112 §6, §11 */
export const malformedRequests: readonly (readonly [name: string, bytes: string | Buffer])[] = [
  ['noise', Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 7919) % 256))],
  ['no version', 'GET /\r\n\r\n'],
  ['an unknown version', 'GET / HTTP/7.0\r\n\r\n'],
  ['an unknown method', 'STEAL / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  ['a length and pieces', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['a negative length', `${head}Content-Length: -1\r\n\r\n{}`],
  ['a piece of no size', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['an encoding that is none', `${head}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`],
  ['a NUL in a header', `${head}X-Name: a\0b\r\nContent-Length: 2\r\n\r\n{}`],
  ['a header without colon', `${head}nothing\r\n\r\n`],
  ['a space before the colon', `${head}Content-Length : 2\r\n\r\n{}`],
  ['a header of 100 kB', `${head}X: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['five thousand headers', `${head}${'X: y\r\n'.repeat(5_000)}\r\n`],
  ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n'],
  ['a greeting in TLS', Buffer.from('16030100a5010000a10303', 'hex')],
]
