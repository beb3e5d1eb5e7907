import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Clock } from '../../platform/index.ts'
import { type ClusterContext, childEnvironment } from './cluster.ts'

/** How a PostgreSQL process ended, and the last lines it said. */
export type ServerEnd = {
  readonly code: number | null
  readonly lastLines: readonly string[]
  /** Whether it had taken connections before, and whether its end had been asked for. */
  readonly wasReady: boolean
  readonly wasAsked: boolean
}

/** What a launch of PostgreSQL on a prepared cluster needs. */
export type LaunchRequest = {
  readonly context: ClusterContext
  readonly socketDir: string
  /** TCP port on 127.0.0.1; only the socket file is served without it. */
  readonly port: number | undefined
  /** Settings that replace ours. */
  readonly settings: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly onEnd: (end: ServerEnd) => void
}

/** A PostgreSQL process under guard. */
export type GuardedServer = {
  /** Nothing once it takes connections; otherwise the lines it said before it ended. */
  readonly started: Promise<string | undefined>
  /** Ends it in order, or at once when that takes longer than ten seconds. */
  stop(pid: number): Promise<void>
}

/** Recovery after a power cut may read a lot; beyond this something is wrong. */
const readyLimitMs = 300_000
const stopLimitMs = 10_000
const linesKept = 20

const defaultSettings: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  // Fewer processes and a quicker start: our statements are small.
  io_method: 'sync',
  jit: 'off',
  // Statements and rows are people's words: they stay out of the log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
}

/**
 * Holds PostgreSQL while its input is open. When Guichet ends, however it ends, the input closes and
 * PostgreSQL shuts down in order.
 */
const guardScript = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill -INT "$server") &
guard=$!
exec 3<&-
wait "$server"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`

/** Launches PostgreSQL so that it never outlives this process, even a killed one. */
export function launchGuarded(request: LaunchRequest): GuardedServer {
  const child = spawnGuarded(request)
  const lines: string[] = []
  let wasReady = false
  let wasAsked = false
  const started = Promise.withResolvers<string | undefined>()
  const ended = Promise.withResolvers<void>()
  const askToEnd = () => child.stdin?.end()
  const cancelReadyLimit = request.clock.after(readyLimitMs, askToEnd)
  const readLine = (line: string) => {
    lines.push(line)
    if (lines.length > linesKept) lines.shift()
    request.log(line)
    if (wasReady || !line.includes('database system is ready to accept connections')) return
    wasReady = true
    cancelReadyLimit()
    started.resolve(undefined)
  }
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', readLine)
  child.once('error', error => readLine(error.message))
  child.once('close', code => {
    cancelReadyLimit()
    started.resolve(lines.join('\n'))
    request.onEnd({ code, lastLines: [...lines], wasReady, wasAsked })
    ended.resolve()
  })
  return {
    started: started.promise,
    async stop(pid) {
      wasAsked = true
      askToEnd()
      // Cut short, PostgreSQL recovers at the next start.
      const cancelStopLimit = request.clock.after(stopLimitMs, () => signalIfThere(pid, 'SIGQUIT'))
      await ended.promise
      cancelStopLimit()
    },
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function spawnGuarded({ context, socketDir, port, settings }: LaunchRequest): ChildProcess {
  const all: Readonly<Record<string, string>> = {
    ...defaultSettings,
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    listen_addresses: port === undefined ? '' : '127.0.0.1',
    port: String(port ?? 5432),
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const postgres = [context.binaries.postgres, '-D', context.clusterDir, ...flags]
  const [command = '', ...words] = [
    ...context.launch.prefix,
    ...['/bin/sh', '-c', guardScript, 'guichet-postgres'],
    ...postgres,
  ]
  return spawn(command, words, {
    ...context.launch.user,
    cwd: '/',
    env: childEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C in the terminal must reach the server first, and PostgreSQL last.
    detached: true,
  })
}
