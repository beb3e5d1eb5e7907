import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type HttpRoute, httpRoutes } from '@guichet/contract'
import { type Guichet, startGuichet } from './support/guichet.ts'
import {
  ask,
  beginVisit,
  type HttpAnswer,
  sendBytes,
  signIn,
  stillServes,
  watchLog,
} from './support/hostile.ts'
import { spoil } from './support/hostile-input.ts'
import {
  addressOf,
  hostileTexts,
  malformedRequests,
  trickyTargets,
  wellFormedRequests,
} from './support/hostile-requests.ts'

/** Requests on their way at one time. */
const AT_ONCE = 12
const BEGIN = '/api/visitor/conversations'
/** What only files outside the served folders, or the inside of the server, would say. */
const INSIDE =
  /visitorTokenSecret|"workspaces"|root:x:0|\[core\]|node_modules|\.ts:\d+|\bat \w+ \(|select |insert into/i

type Asked = { params?: object; query?: object; text: string | undefined }

/** The fields, each in turn with every hostile text instead of its value. */
const spoilEach = (fields: object): object[] =>
  Object.keys(fields).flatMap(key => hostileTexts.map(value => ({ ...fields, [key]: value })))

describe('the HTTP door', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>
  let cookie: string

  before(async () => {
    // Behind a proxy, so that strangers have addresses.
    guichet = await startGuichet({ TRUST_PROXY: 'true' })
    url = guichet.url
    log = watchLog(guichet)
    cookie = await signIn(url, 'admin')
  })
  after(() => guichet?.dispose())
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  /** A refusal is a problem with words for the asker, and nothing from inside. */
  function expectRefusal(answer: HttpAnswer, told: string): void {
    assert.ok(answer.status >= 400 && answer.status < 500, `${told}: ${answer.status} ${answer.text}`)
    const { problem } = answer
    assert.ok(problem !== null, `${told}: ${answer.text.slice(0, 200)}`)
    assert.equal(problem.status, answer.status, told)
    assert.equal(problem.type, `urn:guichet:problem:${problem.code}`, told)
    assert.ok(problem.detail ?? problem.errors?.length, `${told}: ${answer.text}`)
    assert.doesNotMatch(answer.text, INSIDE, told)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', told)
  }

  it('refuses bodies that are not what they should be', async () => {
    const good = JSON.stringify({ locale: 'en' })
    const rows: [name: string, body: string, headers: Record<string, string>, status: number][] = [
      ['no body', '', {}, 400],
      ['half of it', '{"locale":"en"', {}, 400],
      ['a list', '[]', {}, 400],
      ['a word', '"en"', {}, 400],
      ['nothing', 'null', {}, 400],
      ['a prototype', '{"locale":"en","__proto__":{"isAdmin":true}}', {}, 400],
      ['a constructor', '{"locale":"en","constructor":{"prototype":{"isAdmin":true}}}', {}, 400],
      ['deep nesting', '['.repeat(200_000), {}, 400],
      ['deep nesting, closed', `{"locale":"en","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, {}, 400],
      ['1 MB', JSON.stringify({ locale: 'en', x: 'x'.repeat(1_000_000) }), {}, 413],
      ['plain text', good, { 'content-type': 'text/plain' }, 400],
      ['a form', 'locale=en', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
      ['XML', '<locale>en</locale>', { 'content-type': 'application/xml' }, 400],
      ['no type that exists', good, { 'content-type': 'x' }, 400],
      ['parts', `--x\r\n\r\n${good}\r\n--x--`, { 'content-type': 'multipart/form-data; boundary=x' }, 400],
      ['parts without end', '--x\r\n', { 'content-type': 'multipart/form-data' }, 400],
      ['another encoding', gzipSync(good).toString('latin1'), { 'content-encoding': 'gzip' }, 400],
    ]
    for (const [name, body, headers, status] of rows) {
      const answer = await ask(url, 'POST', BEGIN, { body, headers })
      expectRefusal(answer, name)
      assert.equal(answer.status, status, name)
    }
    assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
  })

  it('refuses wrong input at every route with words', async () => {
    for (const [route, request] of Object.entries(wellFormedRequests)) {
      const { params, query, body } = request as { params?: object; query?: object; body?: object }
      const headers = { cookie, origin: url }
      const whole = { ...(params && { params }), ...(query && { query }) }
      const written = body === undefined ? undefined : JSON.stringify(body)
      const asked: Asked[] = [
        ...(body === undefined ? [] : spoil(body)).map((text): Asked => ({ ...whole, text })),
        ...spoilEach(params ?? {}).map((spoilt): Asked => ({ ...whole, params: spoilt, text: written })),
        ...spoilEach(query ?? {}).map((spoilt): Asked => ({ ...whole, query: spoilt, text: written })),
        { ...whole, query: { ...query, ['__proto__']: 'x', 'constructor[prototype]': 'x' }, text: written },
      ]
      while (asked.length > 0) {
        const batch = asked.splice(0, AT_ONCE).map(async ({ text, ...address }) => {
          const [method, path] = addressOf(route, address)
          const sent = text === undefined ? { headers } : { headers, body: text }
          const answer = await ask(url, method, path, sent)
          if (answer.status >= 400) expectRefusal(answer, `${method} ${path} ${text?.slice(0, 80)}`)
        })
        await Promise.all(batch)
      }
    }
  })

  it('tells every route apart from those that do not exist', async () => {
    for (const route of Object.keys(httpRoutes) as HttpRoute[]) {
      const [, path] = addressOf(route, wellFormedRequests[route] as { params?: object })
      for (const method of ['DELETE', 'PUT', 'PATCH', 'POST']) {
        const isRoute = Object.keys(httpRoutes).some(each => {
          const [own, pattern = ''] = each.split(' ')
          return own === method && pattern.split('/').length === path.split('?')[0]?.split('/').length
        })
        if (isRoute) continue
        expectRefusal(await ask(url, method, path), `${method} ${path}`)
      }
    }
    for (const path of [
      '/api',
      '/api/',
      '/api/nothing',
      '/api/staff/',
      '/API/staff',
      '/api//staff',
      '/api/me/x',
    ])
      expectRefusal(await ask(url, 'GET', path, { headers: { cookie } }), path)
  })

  it('serves nothing but its own files, however it is asked', async () => {
    for (const target of trickyTargets) {
      for (const accept of ['text/html', '*/*']) {
        const answer = await sendBytes(
          url,
          `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`,
        )
        const status = Number(/^HTTP\/1.1 (\d{3})/.exec(answer)?.[1])
        const told = `${target.slice(0, 60)}: ${answer.slice(0, 200)}`
        assert.ok(status === 200 || (status >= 400 && status < 500), told)
        if (status === 200) assert.match(answer, /<title>Guichet/, told)
        else assert.match(answer, /application\/problem\+json/, told)
        assert.doesNotMatch(answer.slice(answer.indexOf('\r\n\r\n')), INSIDE, told)
      }
    }
  })

  it('answers bytes that are no request, and lets go', async () => {
    for (const [name, bytes] of malformedRequests) {
      const answer = await sendBytes(url, bytes)
      if (name === 'a tunnel') assert.equal(answer, '')
      else assert.match(answer, /^HTTP\/1.1 4\d\d /, `${name}: ${answer.slice(0, 200)}`)
      assert.doesNotMatch(answer, INSIDE, name)
      // One answer: what follows a broken request is never read as another one.
      assert.ok(answer.split('HTTP/1.1 ').length <= 2, `${name}: ${answer}`)
    }
  })

  it('says on every page what the page may do', async () => {
    for (const path of ['/', '/demo/', '/desk', '/sign-in']) {
      const { status, headers } = await ask(url, 'GET', path, { headers: { accept: 'text/html' } })
      assert.equal(status, 200, path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'self'/, path)
      assert.match(policy, /frame-ancestors 'none'/, path)
      assert.doesNotMatch(policy, /script-src[^;]*unsafe|default-src[^;]*unsafe|\*/, path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      assert.equal(headers.get('x-powered-by'), null, path)
    }
  })

  it('lets one address begin so many conversations, whatever addresses it claims', async () => {
    const begin = (address: string) =>
      ask(url, 'POST', BEGIN, { body: { locale: 'en' }, headers: { 'x-forwarded-for': address } })
    const crowd = await Promise.all(
      Array.from({ length: 45 }, (_, index) => begin(`127.0.0.1, 198.51.100.${index}, 203.0.113.9`)),
    )
    const refused = crowd.filter(({ status }) => status !== 201)
    assert.ok(refused.length >= 10, `${refused.length} of 45 refused`)
    for (const answer of refused) {
      expectRefusal(answer, 'one of a crowd')
      assert.equal(answer.status, 429)
      assert.equal(answer.problem?.retryable, true)
    }
    assert.equal((await begin('203.0.113.10')).status, 201)
  })

  it('keeps what visitors claim as claims: no markup, no oversize, no half characters', async () => {
    const session = await beginVisit(url, {
      identity: { displayName: ' <b>Eve\0\ud800</b> ', attributes: { 'x\0': 'y\0', __proto__: 'z' } },
      page: { url: 'javascript:alert(1)', title: 'a\0b' },
    })
    assert.equal(session.visitor.displayName, '<b>Eve\ufffd</b>')
    const path = `/api/conversations/${session.conversation.id}`
    const detail = await ask(url, 'GET', path, { headers: { cookie } })
    assert.equal(detail.status, 200, detail.text)
    const { contact } = JSON.parse(detail.text)
    assert.deepEqual(contact.attributes, { x: 'y' })
    assert.equal(contact.page.title, 'ab')
  })
})
