// npm run dev: the server restarts and the web apps are rebuilt whenever a source changes.
import { join } from 'node:path'
import { spawnPinned, superviseAll } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root, webApps } from './lib/places.mjs'
import { say } from './lib/say.mjs'
import { ensureBuilt, viteOf } from './lib/web-apps.mjs'

await ensureInstalled()
await ensureBuilt()
say('Watching: the server restarts and the web apps are rebuilt on every change; reload the page to see it.')
process.exitCode = await superviseAll([
  spawnPinned(['--watch', '--watch-preserve-output', 'apps/server/src/main.ts', ...process.argv.slice(2)]),
  ...webApps.map(app =>
    spawnPinned([viteOf(app), 'build', '--watch', '--mode', 'development', '--logLevel', 'warn'], {
      cwd: join(root, 'apps', app),
    }),
  ),
])
