// npm run bench: lists the benches, or runs those that are named: npm run bench -- <name> [options].
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runPinned } from './lib/children.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/places.mjs'
import { giveUp, say } from './lib/say.mjs'
import { ensureBuilt } from './lib/web-apps.mjs'

const [name, ...options] = process.argv.slice(2)
const suffix = '.ts'
const benches = readdirSync(join(root, 'bench'))
  .filter(file => file.endsWith(suffix) && !file.endsWith('.test.ts'))
  .map(file => file.slice(0, -suffix.length))

if (name === undefined) {
  say(`Benches: ${benches.join(', ')}. Run one with: npm run bench -- <name>`)
} else {
  const file = join('bench', `${name}${suffix}`)
  if (!existsSync(join(root, file))) giveUp(`There is no bench "${name}"; there are: ${benches.join(', ')}.`)
  await ensureInstalled()
  await ensureBuilt()
  process.exitCode = await runPinned([file, ...options])
}
