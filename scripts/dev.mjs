// npm run dev: the server restarts and the web apps are rebuilt whenever a source changes.
import { watch } from 'node:fs'
import { join } from 'node:path'
import { spawnPinned, superviseAll } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root, webApps } from './lib/places.mjs'
import { say } from './lib/say.mjs'
import { ensureBuilt, viteOf } from './lib/web-apps.mjs'

/** What the server and the media process run from. */
const serverSources = ['apps/server', 'apps/media/src', 'packages/domain/src', 'packages/contract/src']
/** An editor writes a file in several steps. */
const settleMs = 150

const end = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => end.abort())

await ensureInstalled()
await ensureBuilt()
say('Watching: the server restarts and the web apps are rebuilt on every change; reload the page to see it.')
const builders = superviseAll(webApps.map(rebuildOnChange)).finally(() => end.abort())
const [code] = await Promise.all([builders, serveUntilEnd()])
process.exitCode = code

/** @param {string} app */
function rebuildOnChange(app) {
  const args = [viteOf(app), 'build', '--watch', '--mode', 'development', '--logLevel', 'warn']
  return spawnPinned(args, { cwd: join(root, 'apps', app) })
}

async function serveUntilEnd() {
  while (!end.signal.aborted) {
    const server = spawnPinned(['apps/server/src/main.ts', ...process.argv.slice(2)])
    let changed = false
    const change = nextChange().then(() => {
      changed = true
      server.kill('SIGTERM')
    })
    await superviseAll([server])
    if (!changed) say('The server ended by itself: it starts again with the next change.')
    await change
  }
}

/**
 * Resolves once a source of the server has changed, or at the end.
 * @returns {Promise<void>}
 */
function nextChange() {
  return new Promise(resolve => {
    /** @type {NodeJS.Timeout | undefined} */
    let settling
    const watchers = serverSources.map(folder =>
      watch(join(root, folder), { recursive: true }, (_, file) => {
        if (file === null || !/\.(ts|sql)$/.test(file) || file.endsWith('.test.ts')) return
        clearTimeout(settling)
        settling = setTimeout(finish, settleMs)
      }),
    )
    const finish = () => {
      clearTimeout(settling)
      for (const watcher of watchers) watcher.close()
      end.signal.removeEventListener('abort', finish)
      resolve()
    }
    end.signal.addEventListener('abort', finish)
  })
}
