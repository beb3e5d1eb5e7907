// npm start: whatever is missing is installed and built, then the server runs until it is told to end.
import { runPinned } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { ensureBuilt } from './lib/web-apps.mjs'

await ensureInstalled()
await ensureBuilt()
// The server tells how long it took from here until it was ready.
const env = { GUICHET_STARTED_AT: String(performance.timeOrigin) }
process.exitCode = await runPinned(['apps/server/src/main.ts', ...process.argv.slice(2)], { env })
