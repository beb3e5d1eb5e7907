// Runs test files in one run of node:test: scripts/testing/run.ts <all|fast> [file ...]
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { run } from 'node:test'
import { spec, type TestEvent } from 'node:test/reporters'
import { root } from '../lib/places.mjs'
import { testFiles } from './files.ts'

/** Journeys start a server, a database and browsers: more of them at once only make each other late. */
const filesAtOnce = 2
/** A file that takes longer hangs. */
const fileLimitMs = 300_000

const [scope, ...named] = process.argv.slice(2)
const files = named.length > 0 ? named : testFiles(root, scope === 'fast' ? 'fast' : 'all')
const needsDatabase = files.some(file => /\.(pg|browser)\.test\.ts$|e2e\//.test(file))
const nothingMayBeSkipped = process.env.CI === 'true'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())

const skipped: string[] = []
const events = run({
  files: files.map(file => resolve(root, file)),
  cwd: root,
  concurrency: filesAtOnce,
  timeout: fileLimitMs,
  signal: interruption.signal,
  ...(needsDatabase && { globalSetupPath: resolve(root, 'scripts/testing/database.ts') }),
})
events.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1
})
events.on('test:pass', ({ name, skip, todo, file }) => {
  if (skip === undefined && todo === undefined) return
  skipped.push(`${name} (${file}): ${skip || todo || 'no reason'}`)
})
events.on('test:summary', ({ file, success }) => {
  if (file === undefined && !success) process.exitCode = 1
})
Readable.from(tellSkipped(events)).compose(spec).pipe(process.stdout)

/** Tells what was skipped, where that counts as a failure, right before the summary: Node's has the last word. */
async function* tellSkipped(source: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  let summaryBegan = false
  for await (const event of source) {
    const isSummary = event.type === 'test:diagnostic' && /^tests \d+$/.test(event.data.message)
    if (isSummary && !summaryBegan && nothingMayBeSkipped) {
      summaryBegan = true
      if (skipped.length > 0) process.exitCode = 1
      for (const test of skipped)
        yield { ...event, data: { ...event.data, message: `skipped, which CI=true forbids: ${test}` } }
    }
    yield event
  }
}
