import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { capture } from './children.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { pinnedNode, root, webApps } from './places.mjs'
import { giveUp, say } from './say.mjs'

const stampName = '.built-from'
const sharedPackages = ['client', 'contract', 'domain', 'softphone', 'ui']

/** Builds the web apps whose sources changed since their last build. */
export async function ensureBuilt() {
  if (webApps.every(isFresh)) return
  await oneAtATime('build', async () => {
    const stale = webApps.filter(app => !isFresh(app))
    if (stale.length === 0) return
    say(`Building the web apps (${stale.join(', ')}).`)
    const results = await Promise.all(stale.map(build))
    const failed = results.find(result => result.code !== 0)
    if (failed)
      giveUp(`${failed.output}\nThe web app "${failed.app}" could not be built: see the message above.`)
  })
}

/**
 * The Vite program of an app.
 * @param {string} app
 */
export function viteOf(app) {
  const fromApp = createRequire(join(root, 'apps', app, 'package.json'))
  return join(dirname(fromApp.resolve('vite/package.json')), 'bin', 'vite.js')
}

/** @param {string} app */
async function build(app) {
  const began = Date.now()
  // Taken before the build: a file that changes while it runs makes the result stale.
  const stamp = sourceStamp(app)
  const appDir = join(root, 'apps', app)
  const { code, output } = await capture(pinnedNode, [viteOf(app), 'build', '--logLevel', 'warn'], {
    cwd: appDir,
  })
  if (code === 0) {
    mkdirSync(join(appDir, 'dist'), { recursive: true })
    writeFileSync(join(appDir, 'dist', stampName), stamp)
    say(`The web app "${app}" is built (${((Date.now() - began) / 1000).toFixed(1)} s).`)
  }
  return { app, code, output }
}

/** @param {string} app */
function isFresh(app) {
  try {
    return readFileSync(join(root, 'apps', app, 'dist', stampName), 'utf8') === sourceStamp(app)
  } catch {
    return false
  }
}

/**
 * A digest of what a build reads: names, sizes and times of its sources, and the versions of all packages.
 * @param {string} app
 */
function sourceStamp(app) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  const appFiles = readdirSync(join(root, 'apps', app)).filter(
    name => name !== 'dist' && name !== 'node_modules',
  )
  for (const name of appFiles) addToHash(hash, join(root, 'apps', app, name))
  for (const name of sharedPackages) addToHash(hash, join(root, 'packages', name, 'src'))
  return hash.digest('hex')
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
function addToHash(hash, path) {
  const stats = statSync(path)
  if (stats.isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, join(path, name))
  } else if (!/\.test\.tsx?$/.test(path)) {
    hash.update(`${path}:${stats.size}:${stats.mtimeMs}\n`)
  }
}
