import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { freeUdpPort } from './guichet.ts'

/** A coturn of our own on loopback. */
export type TurnServer = { readonly url: string; readonly secret: string; close(): Promise<void> }

const START_LIMIT_MS = 10_000
const name = 'turnserver'

/** Reason to skip a test with coturn, or `false`. With `CI=true` nothing is skipped. */
export function skipWithoutTurnServer(): string | false {
  if (findTurnServer() !== undefined || process.env['CI'] === 'true') return false
  return 'coturn is not installed (apt install coturn)'
}

/**
 * Starts coturn with a shared secret, as its documentation tells to do for time-limited credentials. It relays to
 * loopback, which it refuses by default, since all of a test is there.
 * @source https://github.com/coturn/coturn/wiki/turnserver
 */
export async function startTurnServer(): Promise<TurnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-turn-'))
  const port = await freeUdpPort()
  const secret = 'known to coturn and to Guichet'
  const options = [
    '-n',
    '--listening-ip=127.0.0.1',
    `--listening-port=${port}`,
    '--relay-ip=127.0.0.1',
    '--realm=guichet.test',
    '--use-auth-secret',
    `--static-auth-secret=${secret}`,
    '--allow-loopback-peers',
    '--no-tls',
    '--no-dtls',
    '--no-cli',
    '--log-file=stdout',
    '--verbose',
    `--userdb=${join(folder, 'turndb')}`,
    `--pidfile=${join(folder, 'pid')}`,
  ]
  const program = findTurnServer()
  if (program === undefined) throw new Error('coturn is not installed')
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  await listening(child, port)
  return {
    url: `turn:127.0.0.1:${port}?transport=udp`,
    secret,
    async close() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`coturn ${why}:\n${said.slice(-20).join('\n')}`))
    const limit = setTimeout(() => fail('does not listen'), START_LIMIT_MS)
    child.once('exit', code => fail(`ended with ${code}`))
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', line => {
        said.push(line)
        if (!line.includes(`UDP listener opened on: 127.0.0.1:${port}`)) return
        clearTimeout(limit)
        resolve()
      })
    }
  })
}

function findTurnServer(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
