import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createHttpClient, resolveRoute } from './http.client.ts'
import { ProblemError } from './problem.error.ts'

type Sent = { url: string; init: RequestInit }

function setUp(respond: () => Response | Promise<Response>, token: string | null = null) {
  const sent: Sent[] = []
  const http = createHttpClient({
    baseUrl: 'https://desk.example',
    getToken: () => token,
    environment: {
      async fetch(url, init) {
        sent.push({ url, init })
        return respond()
      },
      createRequest: () => {
        throw new Error('unexpected')
      },
    },
  })
  return { http, sent }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

describe('HTTP client', () => {
  it('takes method and path from the key, and encodes parameters and query', () => {
    assert.deepEqual(resolveRoute('GET /api/x/:id/y', { id: 'a/b?c' }, { q: 'é&', none: undefined }), {
      method: 'GET',
      path: '/api/x/a%2Fb%3Fc/y?q=%C3%A9%26',
    })
  })

  it('sends JSON with the token and reads the answer', async () => {
    const { http, sent } = setUp(() => json({ ok: 1 }, 201), 'secret')
    const result = await http.call('POST /api/visitor/conversations', { body: { locale: 'fr' } })
    assert.deepEqual(result, { ok: 1 })
    assert.equal(sent[0]?.url, 'https://desk.example/api/visitor/conversations')
    assert.equal(sent[0]?.init.method, 'POST')
    assert.equal(sent[0]?.init.body, '{"locale":"fr"}')
    assert.deepEqual(sent[0]?.init.headers, {
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    })
  })

  it('throws the problem that the server told', async () => {
    const problem = { type: 'x', code: 'not-found', title: 'Not found', status: 404, detail: 'No such queue' }
    const { http } = setUp(() => json(problem, 404))
    await assert.rejects(http.call('GET /api/queues'), (error: ProblemError) => {
      assert.ok(error instanceof ProblemError)
      assert.equal(error.code, 'not-found')
      assert.equal(error.message, 'No such queue')
      assert.equal(error.retryable, false)
      return true
    })
  })

  it('makes a problem of an answer that tells none', async () => {
    const { http } = setUp(() => new Response('<html>', { status: 503 }))
    await assert.rejects(http.call('GET /api/queues'), { code: 'unavailable', status: 503, retryable: true })
  })

  it('tells a lost network from a page that is not JSON', async () => {
    const lost = setUp(() => Promise.reject(new TypeError('Failed to fetch')))
    await assert.rejects(lost.http.call('GET /api/queues'), { code: 'offline', retryable: true })
    const page = setUp(() => new Response('<html>'))
    await assert.rejects(page.http.call('GET /api/queues'), { code: 'unreadable-answer' })
  })

  it('uploads with progress and the token', async () => {
    const headers: Record<string, string> = {}
    const xhr = {
      upload: {} as { onprogress?: (event: unknown) => void },
      status: 0,
      responseText: '',
      withCredentials: true,
      opened: [] as string[],
      body: null as FormData | null,
      onload: () => {},
      onerror: () => {},
      open: (...args: string[]) => xhr.opened.push(...args),
      setRequestHeader: (name: string, value: string) => {
        headers[name] = value
      },
      send(body: FormData) {
        xhr.body = body
        xhr.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 })
        xhr.status = 201
        xhr.responseText = '{"id":"f"}'
        xhr.onload()
      },
    }
    const http = createHttpClient({
      baseUrl: '',
      getToken: () => 'secret',
      environment: { fetch: () => Promise.reject(), createRequest: () => xhr as never },
    })
    const progress: number[] = []
    const result = await http.upload('POST /api/threads/:threadId/files', {
      params: { threadId: '19:abc@thread.v2' },
      file: new Blob(['x']),
      name: 'é.txt',
      onProgress: ratio => progress.push(ratio),
    })
    assert.deepEqual(result, { id: 'f' })
    assert.deepEqual(progress, [0.25])
    assert.deepEqual(xhr.opened, ['POST', '/api/threads/19%3Aabc%40thread.v2/files'])
    assert.equal(headers.authorization, 'Bearer secret')
    assert.equal(xhr.withCredentials, false)
    assert.equal((xhr.body?.get('file') as File | undefined)?.name, 'é.txt')
  })
})
