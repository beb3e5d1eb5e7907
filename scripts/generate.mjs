// npm run generate: rewrites every file made from source; with --check, only says which of them differ.
import { runPinned } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'

await ensureInstalled()
process.exitCode = await runPinned(['scripts/generate/run.ts', ...process.argv.slice(2)])
