// npm test: installs what tests need, then runs the checks and every test, fast ones first.
// npm test -- <file> ...: only those files, with a database and the tools ready.
import { runPinned } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { ensureTestTools } from './lib/tools.mjs'
import { ensureBuilt } from './lib/web-apps.mjs'

await ensureInstalled()
const tools = await ensureTestTools()
await ensureBuilt()
process.exitCode = await runPinned(['scripts/testing/run.ts', 'all', ...process.argv.slice(2)], {
  env: tools,
})
