import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { superviseAll } from './children.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { pinnedNode, root } from './places.mjs'
import { giveUp, say } from './say.mjs'

const oldestNode = 20

/** Installs the dependencies from the lockfile, unless they are there already. */
export async function ensureInstalled() {
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    giveUp(
      `Guichet needs Node ${oldestNode} or newer to start, and this is ${process.version}: see https://nodejs.org.`,
    )
  }
  if (isInstalled()) return
  await oneAtATime('install', async () => {
    if (isInstalled()) return
    say('Installing the dependencies from the lockfile; this happens once and takes about a minute.')
    const code = await superviseAll([npm(['ci', '--no-audit', '--no-fund'])])
    if (code !== 0 || !existsSync(pinnedNode)) {
      giveUp(
        'npm could not install the dependencies: see its message above, check the network, and start again.',
      )
    }
  })
}

/** @param {string[]} args */
function npm(args) {
  const script = process.env.npm_execpath
  const [command, words] = script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
  return spawn(command, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
}

/**
 * Whether every package of the lockfile is installed in its version. npm notes what it installed last, once
 * all is done; comparing takes milliseconds.
 */
function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined || !existsSync(pinnedNode)) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = present[path]
    return found === undefined
      ? entry.optional === true || entry.devOptional === true
      : found.version === entry.version
  })
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined}
 */
function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, 'utf8')).packages
  } catch {
    return undefined
  }
}
