import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { systemIds } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { createHttpServer } from './server.ts'
import { serveWebApps } from './static.ts'

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the web apps', () => {
  const root = mkdtempSync(join(tmpdir(), 'guichet-static-'))
  const folders = { console: join(root, 'console'), widget: join(root, 'widget'), demo: join(root, 'demo') }
  let app: FastifyInstance

  before(async () => {
    for (const folder of [...Object.values(folders), join(folders.console, 'assets')]) mkdirSync(folder)
    writeFileSync(join(root, 'secret.txt'), 'secret')
    writeFileSync(join(folders.console, 'index.html'), 'the console')
    writeFileSync(join(folders.widget, 'widget.js'), 'widget 1')
    writeFileSync(join(folders.widget, 'call-0123456789ab.js'), 'call 1')
    writeFileSync(join(folders.demo, 'index.html'), 'the shop')
    app = await createHttpServer({
      log: createLog({ level: 'silent' }),
      ids: systemIds,
      metrics: createMetrics(),
      trustProxy: false,
      isOriginAllowed: async () => false,
    })
    await serveWebApps(app, folders)
  })
  after(async () => {
    await app.close()
    rmSync(root, { recursive: true })
  })

  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

  it('serve a build made while they run, and an old chunk no longer', async () => {
    const old = await get('/call-0123456789ab.js')
    assert.deepEqual([old.statusCode, old.body], [200, 'call 1'])
    assert.equal(old.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(old.headers['access-control-allow-origin'], '*')

    rmSync(join(folders.widget, 'call-0123456789ab.js'))
    writeFileSync(join(folders.widget, 'call-ba9876543210.js'), 'call 2')
    writeFileSync(join(folders.console, 'assets/index-0123abcd.js'), 'console 2')
    assert.equal((await get('/call-ba9876543210.js')).body, 'call 2')
    assert.equal((await get('/assets/index-0123abcd.js')).body, 'console 2')
    for (const accept of ['*/*', PAGE.accept]) {
      const gone = await get('/call-0123456789ab.js', { accept })
      assert.deepEqual(
        [gone.statusCode, gone.headers['cache-control'], gone.json().code],
        [404, 'no-store', 'not-found'],
      )
    }
  })

  it('give the console to whoever asks to see a page, and to nobody else', async () => {
    for (const url of ['/', '/desk', '/design/applications', '/index.html']) {
      const page = await get(url, PAGE)
      assert.deepEqual(
        [page.statusCode, page.body, page.headers['cache-control']],
        [200, 'the console', 'no-cache'],
      )
      assert.match(String(page.headers['content-security-policy']), /default-src 'self'/)
    }
    for (const url of ['/api/nothing', '/metrics/x', '/desk.map'])
      assert.equal((await get(url, PAGE)).statusCode, 404)
    assert.equal((await get('/desk')).statusCode, 404)
    assert.equal((await get('/demo/')).body, 'the shop')
  })

  it('never leave their folders', async () => {
    for (const url of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets',
      '/a%00b',
      '/.',
    ]) {
      assert.equal((await get(url)).statusCode, 404, url)
    }
  })
})
