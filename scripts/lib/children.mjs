import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { cacheDir, pinnedNode, root } from './places.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** What a terminal or a supervisor sends to end a program. */
const endings = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/** The environment of every child: our tools first, and compiled code kept between runs. */
export function childEnvironment() {
  return {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDir, 'compiled'),
  }
}

/**
 * Runs children until the last has ended, hands them every signal that asks us to end, and leaves none behind.
 * When one fails, the others are asked to end.
 * @param {ChildProcess[]} children
 * @returns {Promise<number>} the first exit code that is not 0, else 0
 */
export async function superviseAll(children) {
  /** @param {NodeJS.Signals} signal */
  const forward = signal => {
    for (const child of children) child.kill(signal)
  }
  const forceful = () => forward('SIGKILL')
  for (const signal of endings) process.on(signal, forward)
  process.on('exit', forceful)
  let worst = 0
  await Promise.all(
    children.map(async child => {
      const code = await exitCode(child)
      if (code === 0) return
      worst ||= code
      forward('SIGTERM')
    }),
  )
  for (const signal of endings) process.off(signal, forward)
  process.off('exit', forceful)
  return worst
}

/**
 * The code a child ends with; a signal counts as 128 and its number, as in a shell.
 * @param {ChildProcess} child
 * @returns {Promise<number>}
 */
function exitCode(child) {
  return new Promise(resolve => {
    child.once('error', error => {
      process.stderr.write(`${error.message}\n`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
  })
}

/**
 * Starts a program on the pinned Node. It ends when we do, even when we are killed.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function spawnPinned(args, options = {}) {
  const endWithParent = new URL('./end-with-parent.mjs', import.meta.url).href
  return spawn(pinnedNode, ['--import', endWithParent, ...args], {
    cwd: options.cwd ?? root,
    env: { ...childEnvironment(), ...options.env, GUICHET_ENDS_WITH_PARENT: 'yes' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
}

/**
 * Runs a program on the pinned Node to its end.
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runPinned(args, options) {
  return superviseAll([spawnPinned(args, options)])
}

/**
 * Runs a program quietly, and answers what it said.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function capture(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...childEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  const closed = new Promise(resolve => child.once('close', resolve))
  const code = await superviseAll([child])
  if (child.pid !== undefined) await closed
  return { code, output }
}
