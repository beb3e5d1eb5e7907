import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Clock } from '../../platform/index.ts'
import { findPostgresBinaries } from './binaries.ts'
import { type ClusterContext, childEnvironment, prepareCluster, roleName, startFailed } from './cluster.ts'
import { DatabaseStartError, diskFull, explainFileError, folderInUse } from './database-start.error.ts'
import { launchGuarded, type ServerEnd } from './guarded-server.ts'
import { releaseLock, runningPostmaster, takeLock } from './owner-lock.ts'
import { chooseLaunch } from './unprivileged-user.ts'

/** What a start of the embedded database needs. */
export type EmbeddedPostgresOptions = {
  /** The data folder of Guichet; the cluster goes to `postgres` below it. */
  readonly dataDir: string
  /** A TCP port on 127.0.0.1 for reporting tools; without it only a socket file in a private folder is served. */
  readonly port?: number | undefined
  readonly clock: Clock
  /** Receives each line that PostgreSQL says. */
  readonly log: (line: string) => void
  /** Called once when PostgreSQL ends by itself; the same data folder can then be started again. */
  readonly onExit?: ((end: ServerEnd) => void) | undefined
  /** Settings of PostgreSQL that replace ours, for tests and benches. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** A running embedded database. */
export type EmbeddedPostgres = {
  /** Accepted by `pg`; holds the password: never log it. */
  readonly connectionString: string
  /** The number of the PostgreSQL process. */
  readonly pid: number
  /** Ends PostgreSQL in order: running statements are cut, everything committed is kept. */
  stop(): Promise<void>
}

const leftoverStopLimitSeconds = 10
/** Processes left by a killed PostgreSQL need a moment to notice. */
const leftoverRetryMs = 100
const leftoverRetries = 50
/** A socket's whole path must fit `sun_path`. @source unix(7), macOS unix(4) */
const socketPathLimitBytes = 103

/** Clusters that this process runs now: the lock file tells processes apart, not two starts in one. */
const held = new Set<string>()

/**
 * Starts PostgreSQL 18 on a data folder, making the cluster, role and database on the first start.
 * It never outlives this process, even a killed one.
 * @throws DatabaseStartError with one sentence for the person at the terminal
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  const binaries = findPostgresBinaries()
  holdFolder(dataDir)
  const letGo = () => {
    held.delete(dataDir)
    releaseLock(dataDir)
  }
  try {
    const { launch, owner } = chooseLaunch([dataDir, dirname(binaries.postgres)])
    const context = { dataDir, clusterDir: join(dataDir, 'postgres'), binaries, launch, owner }
    await endLeftover(context)
    const password = await prepareCluster(context)
    return await startOnCluster(context, password, options, letGo)
  } catch (error) {
    letGo()
    throw explainFileError(error, dataDir)
  }
}

function holdFolder(dataDir: string): void {
  if (held.has(dataDir)) throw folderInUse(dataDir, process.pid)
  try {
    mkdirSync(dataDir, { recursive: true })
    const lock = takeLock(dataDir)
    if (!lock.taken) throw folderInUse(dataDir, lock.holder)
  } catch (error) {
    throw explainFileError(error, dataDir)
  }
  held.add(dataDir)
}

/** A PostgreSQL whose Guichet was killed is on its way out, or lost: it is ended before ours begins. */
async function endLeftover({ clusterDir, binaries, dataDir, launch }: ClusterContext): Promise<void> {
  const leftover = runningPostmaster(clusterDir)
  if (leftover === undefined) return
  const args = ['stop', '-D', clusterDir, '-m', 'fast', '-w', '-t', String(leftoverStopLimitSeconds)]
  const [command = binaries.pgCtl, ...words] = [...launch.prefix, binaries.pgCtl, ...args]
  await new Promise<void>(done => {
    execFile(command, words, { ...launch.user, cwd: '/', env: childEnvironment() }, () => done())
  })
  if (runningPostmaster(clusterDir) !== undefined) throw folderInUse(dataDir, leftover)
}

async function startOnCluster(
  context: ClusterContext,
  password: string,
  options: EmbeddedPostgresOptions,
  letGo: () => void,
): Promise<EmbeddedPostgres> {
  const { port, clock, log, onExit, settings = {} } = options
  const socketDir = chooseSocketDir(context)
  const onEnd = (end: ServerEnd) => {
    if (!end.wasReady) return
    if (socketDir !== context.clusterDir) rmSync(socketDir, { recursive: true, force: true })
    letGo()
    if (!end.wasAsked) onExit?.(end)
  }
  for (let attempt = 0; ; attempt++) {
    const server = launchGuarded({ context, socketDir, port, clock, log, onEnd, settings })
    const failure = await server.started
    if (failure === undefined) {
      const pid = runningPostmaster(context.clusterDir)
      if (pid === undefined) throw new DatabaseStartError('start-failed', startFailed('it ended at once'))
      const host = encodeURIComponent(socketDir)
      const portPart = port === undefined ? '' : `:${port}`
      return {
        connectionString: `postgresql://${roleName}:${password}@${host}${portPart}/${roleName}`,
        pid,
        stop: () => server.stop(pid),
      }
    }
    const leftoverMemory = failure.includes('pre-existing shared memory block')
    if (!leftoverMemory || attempt === leftoverRetries) throw explainStart(failure, context, port)
    await new Promise<void>(done => {
      clock.after(leftoverRetryMs, done)
    })
  }
}

/** A private folder for the socket: the cluster's own, or a short one where that path is too long. */
function chooseSocketDir({ clusterDir, owner }: ClusterContext): string {
  if (Buffer.byteLength(join(clusterDir, '.s.PGSQL.65535.lock')) <= socketPathLimitBytes) return clusterDir
  const name = createHash('sha256').update(clusterDir).digest('hex').slice(0, 16)
  const dir = join(tmpdir(), `guichet-${name}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const found = lstatSync(dir)
  if (!found.isDirectory() || ![process.getuid?.(), owner?.uid].includes(found.uid)) {
    throw new DatabaseStartError(
      'start-failed',
      `The folder ${dir} belongs to somebody else: remove it, or set DATA_DIR to a shorter path.`,
    )
  }
  chmodSync(dir, 0o700)
  if (owner !== undefined) chownSync(dir, owner.uid, owner.gid)
  return dir
}

function explainStart(said: string, context: ClusterContext, port: number | undefined): DatabaseStartError {
  if (said.includes('No space left on device')) return diskFull(context.dataDir)
  if (/lock file ".*" already exists/.test(said)) return folderInUse(context.dataDir, undefined)
  if (port !== undefined && /could not (bind|create any TCP\/IP)/.test(said)) {
    return new DatabaseStartError(
      'port-taken',
      `Port ${port}, asked for the embedded PostgreSQL, is taken: choose another one, or leave the setting out.`,
    )
  }
  const lines = said.split('\n')
  return new DatabaseStartError(
    'start-failed',
    startFailed(lines.find(line => line.includes('FATAL:')) ?? lines.at(-1) ?? 'nothing'),
  )
}
