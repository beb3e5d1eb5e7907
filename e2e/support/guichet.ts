import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A whole Guichet as a person starts it: one server process with its media process and database. */
export type Guichet = {
  readonly url: string
  readonly dataDir: string
  readonly pid: number
  /** Log lines so far, parsed. */
  readonly log: readonly LogLine[]
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>
  /** Starts again on the same port and data after `kill` or `stop`. */
  restart(): Promise<void>
  /** Asks it to stop; resolves with the exit code. */
  stop(): Promise<number>
  /** Stops it and removes its data. */
  dispose(): Promise<void>
  /** First log line that fits, past or future. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>
}
export type LogLine = { level: number; msg?: string; [key: string]: unknown }

const READY_LIMIT_MS = 60_000
const main = join(import.meta.dirname, '../../apps/server/src/main.ts')

/** Starts a server on free ports and a fresh data folder; resolves when it says it is ready. */
export async function startGuichet(env: Record<string, string> = {}): Promise<Guichet> {
  const dataDir = mkdtempSync(join(tmpdir(), 'guichet-e2e-'))
  const port = await freeTcpPort()
  const settings = {
    ...process.env,
    PORT: String(port),
    MEDIA_PORT: String(await freeUdpPort()),
    SIP_PORT: String(await freeSipPort()),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'info',
    ...env,
  }
  const log: LogLine[] = []
  const waiters = new Set<(line: LogLine) => void>()
  let child = await launch().catch(error => {
    rmSync(dataDir, { recursive: true, force: true })
    throw error
  })

  function read(text: string): void {
    let line: LogLine
    try {
      line = JSON.parse(text) as LogLine
    } catch {
      line = { level: 30, msg: text }
    }
    log.push(line)
    for (const waiter of waiters) waiter(line)
  }

  async function launch(): Promise<ChildProcess> {
    const started = spawn(process.execPath, [main], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] })
    const exited = once(started, 'exit')
    const ready = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`not ready:\n${tail(log)}`))
        started.kill('SIGKILL')
      }, READY_LIMIT_MS)
      void exited.then(([code]) => {
        clearTimeout(limit)
        reject(new Error(`ended with ${code}:\n${tail(log)}`))
      })
      for (const stream of [started.stdout, started.stderr]) {
        createInterface({ input: stream as NodeJS.ReadableStream }).on('line', text => {
          read(text)
          if (text.includes('Guichet is ready')) {
            clearTimeout(limit)
            resolve()
          }
        })
      }
    })
    await ready
    return started
  }

  async function end(signal: NodeJS.Signals): Promise<number> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? 0
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = await exited
    return (code as number | null) ?? 0
  }

  return {
    url: `http://localhost:${port}`,
    dataDir,
    log,
    get pid() {
      return child.pid ?? 0
    },
    async kill() {
      await end('SIGKILL')
    },
    async restart() {
      child = await launch()
    },
    stop: () => end('SIGTERM'),
    async dispose() {
      await end('SIGTERM')
      rmSync(dataDir, { recursive: true, force: true })
    },
    logged(fits) {
      const past = log.find(fits)
      if (past) return Promise.resolve(past)
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          waiters.delete(check)
          reject(new Error(`line not logged:\n${tail(log)}`))
        }, READY_LIMIT_MS)
        const check = (line: LogLine) => {
          if (!fits(line)) return
          clearTimeout(limit)
          waiters.delete(check)
          resolve(line)
        }
        waiters.add(check)
      })
    },
  }
}

function tail(log: readonly LogLine[]): string {
  return log
    .slice(-25)
    .map(line => JSON.stringify(line))
    .join('\n')
}

/** A TCP port nobody listens on now. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A UDP port nobody listens on now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** A port that nobody has now, neither for datagrams nor for streams. */
export async function freeSipPort(): Promise<number> {
  for (;;) {
    const port = await freeTcpPort()
    const socket = createSocket('udp4')
    const isFree = await new Promise<boolean>(resolve => {
      socket.once('error', () => resolve(false))
      socket.bind(port, '127.0.0.1', () => resolve(true))
    })
    socket.close()
    if (isFree) return port
  }
}
