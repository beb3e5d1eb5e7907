import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { MAX_FILE_BYTES, type Problem, type VisitorSession } from '@guichet/contract'
import { type Guichet, startGuichet } from './support/guichet.ts'
import { ask, beginVisit, openVisitorSocket, stillServes, upload, watchLog } from './support/hostile.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const script = '<script>alert(document.domain)</script>'
/** Uploads that one address may make in a minute. */
const UPLOADS_PER_MINUTE = 60

/** One entry that unpacks to a hundred times its size. */
function zipOf(name: string, unpackedBytes: number): Buffer {
  const data = deflateRawSync(Buffer.alloc(unpackedBytes))
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(20, 4)
  head.writeUInt16LE(8, 8)
  head.writeUInt32LE(data.length, 18)
  head.writeUInt32LE(unpackedBytes, 22)
  head.writeUInt16LE(Buffer.byteLength(name), 26)
  return Buffer.concat([head, Buffer.from(name), data])
}

describe('files of strangers', () => {
  let guichet: Guichet
  let url: string
  let log: ReturnType<typeof watchLog>
  let session: VisitorSession

  before(async () => {
    // Each test is a neighbour behind our proxy: uploads are counted by address.
    guichet = await startGuichet({ TRUST_PROXY: 'true' })
    url = guichet.url
    log = watchLog(guichet)
    session = await beginVisit(url)
  })
  after(() => guichet?.dispose())
  afterEach(async () => {
    await stillServes(url)
    assert.deepEqual(log.complaints(), [])
  })

  /** Sends a multipart body as it is. */
  async function post(body: Buffer | string, address: string, boundary = 'x') {
    const response = await fetch(`${url}/api/threads/${session.thread.id}/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'x-forwarded-for': address,
      },
      body: new Uint8Array(Buffer.from(body)),
    })
    const text = await response.text()
    return { status: response.status, body: JSON.parse(text) as Record<string, string> & Problem }
  }

  const part = (disposition: string, content: Buffer | string = png, more = '') =>
    Buffer.concat([
      Buffer.from(`--x\r\nContent-Disposition: form-data; ${disposition}\r\n${more}\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ])
  const whole = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from('--x--\r\n')])

  const download = (id: string | undefined) =>
    ask(url, 'GET', `/api/files/${id}`, { headers: { authorization: `Bearer ${session.accessToken}` } })

  it('get names that are safe on every screen and disk', async () => {
    const names: [given: string, kept: string][] = [
      ['../../../../etc/passwd', 'passwd.png'],
      ['..\\..\\windows\\system32\\evil.exe', 'evil.exe.png'],
      ['/absolute.png', 'absolute.png'],
      ['.htaccess', 'htaccess.png'],
      ['..', 'file.png'],
      ['a\u0000b.png', 'ab.png'],
      ['a\u0001\u001b[31mb\u007f.png', 'a[31mb.png'],
      ['photo\u202egnp.exe', 'photognp.exe.png'],
      ['\u200b\u200f\ufeff.png', 'png.png'],
      ['<img src=x onerror=alert(1)>.png', 'img src=x onerror=alert(1).png'],
      ['"; filename="other.html', 'file.png'],
      ['con.png', 'file-con.png'],
      ['x'.repeat(500), `${'x'.repeat(120)}.png`],
      [`${'é'.repeat(500)}.html`, `${'é'.repeat(120)}.png`],
      ['😀'.repeat(200), `${'😀'.repeat(60)}.png`],
      ['42.zip.png.html.svg', '42.zip.png.html.svg.png'],
      [' . . ', 'file.png'],
      ['', 'file.png'],
    ]
    for (const [given, name] of names) {
      const told = JSON.stringify(given.slice(0, 40))
      const { status, body } = await post(whole(part(`name="file"; filename="${given}"`)), '203.0.113.1')
      assert.equal(status, 201, `${told}: ${JSON.stringify(body)}`)
      assert.equal(body.name, name, told)
      const { headers } = await download(body['id'])
      const disposition = /^inline; filename="[^"\\\r\n]*"; filename\*=UTF-8''[A-Za-z0-9%._~!$&+^`|-]*$/
      assert.match(headers.get('content-disposition') ?? '', disposition, told)
    }
    const kept = readdirSync(join(guichet.dataDir, 'files'), { recursive: true, withFileTypes: true })
    for (const entry of kept) assert.match(entry.name, /^[a-f0-9-]+$/)
  })

  it('are what their bytes are, whatever they call themselves', async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
    const rows: [
      name: string,
      bytes: Buffer,
      status: number,
      type: string | null,
      shown: 'inline' | 'attachment',
    ][] = [
      ['page.png', Buffer.from(`<!doctype html><html>${script}</html>`), 201, 'text/plain', 'attachment'],
      ['picture.png', Buffer.from(svg), 201, 'text/plain', 'attachment'],
      ['xml.png', Buffer.from(`<?xml version="1.0"?>${svg}`), 415, null, 'attachment'],
      ['both.html', Buffer.concat([png, Buffer.from(script)]), 201, 'image/png', 'inline'],
      ['script.js', Buffer.from('alert(1)'), 201, 'text/plain', 'attachment'],
      ['both.pdf', Buffer.from(`%PDF-1.7\n${script}`), 201, 'application/pdf', 'attachment'],
      ['program.txt', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), 415, null, 'attachment'],
      ['program.png', Buffer.from('7f454c4602010100', 'hex'), 415, null, 'attachment'],
      ['bomb.zip', zipOf('x', 100_000_000), 201, 'application/zip', 'attachment'],
      ['bomb.docx', zipOf('[Content_Types].xml', 100_000_000), 201, 'application/zip', 'attachment'],
      ['noise.txt', Buffer.from([1, 2, 3, 0, 255, 254]), 415, null, 'attachment'],
      ['nothing.txt', Buffer.alloc(0), 415, null, 'attachment'],
    ]
    for (const [name, bytes, status, type, shown] of rows) {
      const given = await post(
        whole(part(`name="file"; filename="${name}"`, bytes, 'Content-Type: text/html\r\n')),
        '203.0.113.2',
      )
      assert.equal(given.status, status, `${name}: ${JSON.stringify(given.body)}`)
      if (type === null) {
        assert.equal(given.body.code, 'unsupported-file', name)
        continue
      }
      const { headers } = await download(given.body['id'])
      assert.equal(headers.get('content-type')?.split(';')[0], type, name)
      assert.match(headers.get('content-disposition') ?? '', new RegExp(`^${shown}; `), name)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox/, name)
      assert.match(headers.get('cache-control') ?? '', /private/, name)
    }
  })

  it('end at ten megabytes', async () => {
    const full = await upload(url, session, 'full.txt', Buffer.alloc(MAX_FILE_BYTES, 'a'))
    assert.equal(full.status, 201, JSON.stringify(full.body))
    const over = await upload(url, session, 'over.txt', Buffer.alloc(MAX_FILE_BYTES + 1, 'a'))
    assert.equal(over.status, 413)
    assert.equal(over.body['code'], 'payload-too-large')
    const much = await upload(url, session, 'much.txt', Buffer.alloc(4 * MAX_FILE_BYTES, 'a')).catch(
      () => null,
    )
    // The server may hang up before all of it is sent; what it says, if it is heard, is the same.
    if (much !== null) assert.equal(much.status, 413)
  })

  it('come in one part of one form', async () => {
    const file = part('name="file"; filename="a.png"')
    const rows: [name: string, body: Buffer | string, boundary?: string][] = [
      ['nothing', ''],
      ['no part', '--x--\r\n'],
      ['another name', whole(part('name="files"; filename="a.png"'))],
      ['no name', whole(part('filename="a.png"'))],
      ['a field instead', whole(part('name="file"'))],
      ['a prototype', whole(part('name="__proto__"', 'x'), part('name="constructor"; filename="a.png"'))],
      ['another boundary', whole(file), 'y'],
      ['half of it', file.subarray(0, 60)],
      ['a head without end', `--x\r\nContent-Disposition: ${'a'.repeat(100_000)}`],
      ['a thousand heads', `--x\r\n${'A: b\r\n'.repeat(5_000)}\r\n`],
      [
        'fields first',
        whole(...Array.from({ length: 50 }, (_, index) => part(`name="f${index}"`, 'x')), file),
      ],
      ['a large field', whole(part('name="f"', 'x'.repeat(3_000_000)), file)],
      [
        'forms within forms',
        whole(
          part(
            'name="file"; filename="a"',
            '--y\r\n\r\n--y--',
            'Content-Type: multipart/mixed; boundary=y\r\n',
          ),
        ),
      ],
      ['noise', Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 256))],
    ]
    // What stands beside the file is not read, and a form inside it is its text.
    const wholeEnough = new Set(['a large field', 'forms within forms'])
    for (const [name, body, boundary] of rows) {
      const { status, body: told } = await post(body, '203.0.113.3', boundary)
      const isWhole = wholeEnough.has(name)
      assert.ok(isWhole ? status === 201 : status >= 400 && status < 500, `${name}: ${JSON.stringify(told)}`)
    }
    const twice = await post(whole(file, file), '203.0.113.3')
    assert.equal(twice.status, 201, JSON.stringify(twice))
  })

  it('are gone with their message, and never come faster than one may send them', async () => {
    const { body } = await post(whole(part('name="file"; filename="secret.png"')), '203.0.113.4')
    const raw = await openVisitorSocket(url, session)
    const threadId = session.thread.id
    const sent = await raw.request('chat.send', {
      threadId,
      clientMessageId: 'file-0001',
      fileIds: [body['id']],
    })
    assert.ok(sent.ok)
    const { message } = sent.result as { message: { id: string } }
    assert.equal((await download(body['id'])).status, 200)
    assert.ok((await raw.request('chat.delete', { threadId, messageId: message.id })).ok)
    assert.equal((await download(body['id'])).status, 404)
    raw.close()

    const form = whole(part('name="file"; filename="a.png"'))
    const flood = await Promise.all(
      Array.from({ length: UPLOADS_PER_MINUTE + 10 }, () =>
        post(form, `198.51.100.${Math.random()}, 203.0.113.5`),
      ),
    )
    assert.equal(flood.filter(({ status }) => status === 429).length, 10)
  })

  it('take little memory, however many come at once', async () => {
    const resident = () => Number(readFileSync(`/proc/${guichet.pid}/statm`, 'utf8').split(' ')[1]) * 4_096
    const form = whole(part('name="file"; filename="a.txt"', Buffer.alloc(MAX_FILE_BYTES, 'a')))
    const before = resident()
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, resident())
    }, 20)
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(form, '203.0.113.6')))
    clearInterval(watch)
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201])
    assert.ok(peak - before < 300e6, `${peak - before} bytes more for 420 MB of files`)
  })
})
