// npm run check: format, lint, types, boundaries, generated files and the pure tests; nothing slow.
import { runPinned } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'

await ensureInstalled()
process.exitCode = await runPinned(['scripts/testing/run.ts', 'fast', ...process.argv.slice(2)])
