import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { MAX_SOUND_BYTES, type PromptSound } from '@guichet/contract'
import type { ApplicationId, FileId } from '@guichet/domain'
import { writeWav } from '../../adapters/speech/wav.ts'
import { createFileSystemStorage } from '../../adapters/storage/filesystem.ts'
import { createRouteBinder } from '../../platform/index.ts'
import { type ConversationFixture, createConversationFixture } from '../../testing/conversation.fixture.ts'
import { createPromptsModule, type PromptsModule } from './index.ts'

/** Half a second of a tone that differs by pitch. */
function wav(pitch = 1): Buffer {
  const samples = Int16Array.from({ length: 4_000 }, (_, at) =>
    Math.round(8_000 * Math.sin(at * 0.3 * pitch)),
  )
  return writeWav({ sampleRate: 8_000, samples })
}

describe('the library of sounds', () => {
  let fixture: ConversationFixture
  let prompts: PromptsModule
  let folder: string
  let url: string
  let cookies: Record<'designer' | 'manager' | 'agent', string>
  const users = new Map<FileId, { id: ApplicationId; name: string }[]>()
  const spoken: object[] = []

  before(async () => {
    fixture = await createConversationFixture()
    folder = mkdtempSync(join(tmpdir(), 'guichet-prompts-'))
    prompts = createPromptsModule({
      ...fixture,
      storage: createFileSystemStorage(folder),
      users: { usersOfSounds: async () => users },
      speech: {
        async speak(request) {
          spoken.push(request)
          return wav()
        },
      },
    })
    const doors = await fixture.doors({ ...fixture.identity, isOriginAllowed: async () => false })
    prompts.register({ bind: createRouteBinder(doors.app, fixture.identity.authenticateHttp) })
    url = await doors.listen()
    const [designer, manager, agent] = await Promise.all([
      fixture.staff('designer'),
      fixture.staff('manager'),
      fixture.staff('agent'),
    ])
    cookies = { designer: designer.cookie, manager: manager.cookie, agent: agent.cookie }
  })
  after(async () => {
    await fixture.close()
    rmSync(folder, { recursive: true })
  })

  async function ask(
    method: string,
    path: string,
    options: {
      as?: keyof typeof cookies
      body?: object
      file?: Uint8Array
      headers?: Record<string, string>
    } = {},
  ) {
    const form = new FormData()
    if (options.file) form.set('file', new Blob([Buffer.from(options.file)]), 'x.wav')
    const body = options.file ? form : options.body && JSON.stringify(options.body)
    const response = await fetch(url + path, {
      method,
      headers: {
        cookie: cookies[options.as ?? 'designer'],
        ...(options.body ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      ...(body ? { body } : {}),
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      body: (isJson ? JSON.parse(bytes.toString()) : null) as PromptSound & { code: string; detail: string },
    }
  }
  const add = (name: string, file: Uint8Array = wav()) =>
    ask('POST', `/api/prompts?name=${encodeURIComponent(name)}`, { file })
  const stored = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length

  it('takes a WAV file, tells what is in it, and gives calls its path', async () => {
    const { status, body } = await ask('POST', '/api/prompts?name=%20Summer%20greeting&language=fr', {
      file: wav(),
    })
    assert.equal(status, 201)
    const { id, uploadedAt, uploadedBy, ...rest } = body
    assert.deepEqual(rest, {
      name: 'Summer greeting',
      language: 'fr',
      durationMs: 500,
      sizeBytes: wav().length,
      usedBy: [],
    })
    assert.match(uploadedBy, /^designer /)
    assert.ok(Math.abs(Date.parse(uploadedAt) - Date.now()) < 60_000)
    const path = (await prompts.path(id)) ?? ''
    assert.ok(isAbsolute(path))
    assert.deepEqual(readFileSync(path), wav())
    assert.ok((await prompts.soundIds()).has(id))
    assert.deepEqual((await fixture.events('prompt.saved')).at(-1)?.payload['fileId'], id)
  })

  it('is listed by name, with who plays what', async () => {
    const { body: last } = await add('zebra')
    const { body: first } = await add('Aardvark')
    users.set(first.id, [{ id: fixture.ids.uuid() as ApplicationId, name: 'Reception' }])
    const reply = await ask('GET', '/api/prompts', { as: 'manager' })
    const list = (reply.body as unknown as { value: PromptSound[] }).value
    assert.deepEqual([list.at(0)?.id, list.at(-1)?.id], [first.id, last.id])
    assert.deepEqual(list.at(0)?.usedBy, users.get(first.id))
  })

  it('plays the whole, parts for those who seek, and nothing anew to those who have it', async () => {
    const { body } = await add('Music')
    const path = `/api/prompts/${body.id}/sound`
    const whole = await ask('GET', path, { as: 'manager' })
    assert.equal(whole.headers.get('content-type'), 'audio/wav')
    assert.equal(whole.headers.get('accept-ranges'), 'bytes')
    assert.deepEqual(whole.bytes, wav())
    const part = await ask('GET', path, { headers: { range: 'bytes=100-199' } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes 100-199/${wav().length}`)
    assert.deepEqual(part.bytes, wav().subarray(100, 200))
    const outside = await ask('GET', path, { headers: { range: 'bytes=999999-' } })
    assert.equal(outside.status, 416)
    assert.equal(outside.headers.get('content-range'), `bytes */${wav().length}`)
    const etag = whole.headers.get('etag') ?? ''
    assert.equal((await ask('GET', path, { headers: { 'if-none-match': etag } })).status, 304)
    const changed = await ask('GET', path, { headers: { range: 'bytes=0-9', 'if-range': '"other"' } })
    assert.equal(changed.status, 200)
  })

  it('refuses what is no sound, and stores nothing of it', async () => {
    const before = stored()
    const rows: [Uint8Array, string, number][] = [
      [Buffer.from('<html>'), 'not-a-sound', 415],
      [Buffer.alloc(0), 'not-a-sound', 415],
      [wav().subarray(0, 44), 'not-a-sound', 415],
      [wav().fill(85, 20, 21), 'unsupported-sound', 415],
      [writeWav({ sampleRate: 8_000, samples: new Int16Array(8_000 * 601) }), 'sound-too-long', 413],
      [
        Buffer.concat([
          writeWav({ sampleRate: 96_000, samples: new Int16Array(9) }),
          Buffer.alloc(MAX_SOUND_BYTES),
        ]),
        'sound-too-big',
        413,
      ],
    ]
    for (const [file, code, status] of rows) {
      const reply = await add('x', file)
      assert.deepEqual([reply.body.code, reply.status], [code, status])
    }
    assert.equal((await ask('POST', '/api/prompts?name=x', { body: {} })).body.code, 'invalid-request')
    assert.equal((await ask('POST', '/api/prompts?name=%20', { file: wav() })).body.code, 'invalid-request')
    assert.equal(stored(), before)
  })

  it('gives a sound another name or language, or another sound under the same id', async () => {
    const { body } = await add('Old')
    const renamed = await ask('PATCH', `/api/prompts/${body.id}`, { body: { name: 'New', language: 'en' } })
    assert.deepEqual([renamed.body.name, renamed.body.language], ['New', 'en'])
    const any = await ask('PATCH', `/api/prompts/${body.id}`, { body: { language: null } })
    assert.deepEqual([any.body.name, any.body.language], ['New', null])
    const files = stored()
    const before = await prompts.path(body.id)
    const replaced = await ask('PUT', `/api/prompts/${body.id}/sound`, { file: wav(2) })
    assert.deepEqual([replaced.status, replaced.body.name], [200, 'New'])
    const path = (await prompts.path(body.id)) ?? ''
    assert.notEqual(path, before)
    assert.deepEqual(readFileSync(path), wav(2))
    assert.equal(stored(), files)
    const broken = await ask('PUT', `/api/prompts/${body.id}/sound`, { file: Buffer.from('x') })
    assert.equal(broken.body.code, 'not-a-sound')
    assert.equal(await prompts.path(body.id), path)
  })

  it('deletes only what nobody plays, and names who does', async () => {
    const { body } = await add('Played')
    users.set(body.id, [{ id: fixture.ids.uuid() as ApplicationId, name: 'Reception' }])
    const refused = await ask('DELETE', `/api/prompts/${body.id}`)
    assert.deepEqual([refused.status, refused.body.code], [409, 'sound-in-use'])
    assert.match(refused.body.detail, /Reception/)
    users.delete(body.id)
    const files = stored()
    assert.equal((await ask('DELETE', `/api/prompts/${body.id}`)).status, 200)
    assert.equal(stored(), files - 1)
    assert.equal(await prompts.path(body.id), null)
    for (const [method, path] of [
      ['DELETE', ''],
      ['PATCH', ''],
      ['GET', '/sound'],
    ] as const)
      assert.equal(
        (await ask(method, `/api/prompts/${body.id}${path}`, method === 'PATCH' ? { body: {} } : {})).status,
        404,
        method,
      )
    assert.equal((await ask('PUT', `/api/prompts/${body.id}/sound`, { file: wav() })).status, 404)
  })

  it('has no path for a sound whose bytes are lost', async () => {
    const { body } = await add('Lost')
    rmSync((await prompts.path(body.id)) ?? '')
    assert.equal(await prompts.path(body.id), null)
  })

  it('opens to managers for listening alone, and to agents and strangers not at all', async () => {
    const { body } = await add('Guarded')
    const own = `/api/prompts/${body.id}`
    const writes: [string, string, object][] = [
      ['POST', '/api/prompts?name=x', { file: wav() }],
      ['PATCH', own, { body: { name: 'x' } }],
      ['PUT', `${own}/sound`, { file: wav() }],
      ['DELETE', own, {}],
      ['POST', '/api/prompts/preview', { body: { text: 'x', language: 'en' } }],
    ]
    for (const as of ['manager', 'agent'] as const)
      for (const [method, path, options] of writes)
        assert.equal((await ask(method, path, { as, ...options })).status, 403, `${as} ${method} ${path}`)
    for (const path of ['/api/prompts', `${own}/sound`]) {
      assert.equal((await ask('GET', path, { as: 'agent' })).status, 403)
      assert.equal((await ask('GET', path, { headers: { cookie: '' } })).status, 401)
    }
  })

  it('lets words be heard, of a sensible length and not without end', async () => {
    const reply = await ask('POST', '/api/prompts/preview', { body: { text: ' Bonjour ', language: 'fr' } })
    assert.equal(reply.headers.get('content-type'), 'audio/wav')
    assert.deepEqual(reply.bytes, wav())
    assert.deepEqual(spoken.at(-1), { text: 'Bonjour', locale: 'fr', voice: null })
    for (const text of ['', 'x'.repeat(1_001)]) {
      const refused = await ask('POST', '/api/prompts/preview', { body: { text, language: 'fr' } })
      assert.equal(refused.status, 400)
    }
    const statuses: number[] = []
    for (let at = 0; at < 40; at++)
      statuses.push(
        (await ask('POST', '/api/prompts/preview', { body: { text: 'x', language: 'en' } })).status,
      )
    assert.equal(statuses.at(-1), 429)
    assert.ok(statuses.filter(status => status === 200).length >= 20)
  })
})
