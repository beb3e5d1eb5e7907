import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import { DatabaseStartError, diskFull } from './database-start.error.ts'
import type { Launch, SystemUser } from './unprivileged-user.ts'

/** What the steps on a cluster's files need to know. */
export type ClusterContext = {
  /** The data folder of Guichet; the cluster lies in `postgres` below it. */
  readonly dataDir: string
  readonly clusterDir: string
  readonly binaries: PostgresBinaries
  readonly launch: Launch
  /** The account that must own the cluster's files, when it is not ours. */
  readonly owner: SystemUser | undefined
}

/** The role and database of the server; the role is no superuser. */
export const roleName = 'guichet'

/** Local connections and TCP alike ask for the password; nobody signs in as superuser. */
const accessRules = `local all ${roleName} scram-sha-256
host all ${roleName} 127.0.0.1/32 scram-sha-256
host all ${roleName} ::1/128 scram-sha-256
`

/**
 * Makes the cluster on the first start, checks its version on later ones, and answers the role's password.
 * @throws DatabaseStartError `data-folder-newer`, `data-folder-older`, `disk-full`, `start-failed`
 */
export async function prepareCluster(context: ClusterContext): Promise<string> {
  const { clusterDir, dataDir } = context
  const passwordFile = join(dataDir, 'postgres.password')
  if (!existsSync(join(clusterDir, 'PG_VERSION'))) {
    const password = newPassword()
    await createCluster(context, password)
    writeFileSync(passwordFile, password, { mode: 0o600 })
    return password
  }
  checkVersion(context)
  giveToOwner(context)
  if (existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim()
  const password = newPassword()
  await runSingleUser(context, clusterDir, [`alter role ${roleName} password '${password}'`])
  writeFileSync(passwordFile, password, { mode: 0o600 })
  return password
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

/** Builds the cluster beside its place and moves it there last, so that an interrupted first start leaves no half. */
async function createCluster(context: ClusterContext, password: string): Promise<void> {
  const draft = `${context.clusterDir}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  if (context.owner !== undefined) chownSync(draft, context.owner.uid, context.owner.gid)
  await run(context, context.binaries.initdb, [
    `--pgdata=${draft}`,
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    // The built-in provider sorts and folds the same on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ])
  writeFileSync(join(draft, 'pg_hba.conf'), accessRules)
  await runSingleUser(context, draft, [
    `create role ${roleName} login createdb password '${password}'`,
    `create database ${roleName} owner ${roleName}`,
  ])
  rmSync(context.clusterDir, { recursive: true, force: true })
  renameSync(draft, context.clusterDir)
}

function checkVersion({ clusterDir, binaries, dataDir }: ClusterContext): void {
  const found = Number.parseInt(readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8'), 10)
  if (found === binaries.majorVersion) return
  const newer = found > binaries.majorVersion
  throw new DatabaseStartError(
    newer ? 'data-folder-newer' : 'data-folder-older',
    `The data folder ${dataDir} was written by PostgreSQL ${found}, and this Guichet brings PostgreSQL ${binaries.majorVersion}: ${
      newer
        ? 'start the newer Guichet that wrote it'
        : 'start the older Guichet that wrote it and move its data over'
    }, or set DATA_DIR to another folder.`,
  )
}

/** A folder restored from a backup, or made on another machine, may belong to an account that is not ours here. */
function giveToOwner({ clusterDir, owner }: ClusterContext): void {
  if (owner === undefined || statSync(clusterDir).uid === owner.uid) return
  for (const entry of readdirSync(clusterDir, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(clusterDir, entry), owner.uid, owner.gid)
  }
  chownSync(clusterDir, owner.uid, owner.gid)
}

/** Runs statements without any server, as superuser: the only way in that needs no superuser's password. */
async function runSingleUser(context: ClusterContext, dir: string, statements: string[]): Promise<void> {
  const { stderr } = await run(
    context,
    context.binaries.postgres,
    ['--single', '-D', dir, '-c', 'log_min_messages=error', 'postgres'],
    `${statements.join('\n')}\n`,
  )
  const failure = stderr.split('\n').find(line => line.includes('ERROR:') || line.includes('FATAL:'))
  if (failure !== undefined) throw new DatabaseStartError('start-failed', startFailed(failure))
}

/** The sentence for a failure of PostgreSQL that has none of its own. */
export function startFailed(line: string): string {
  return `The embedded PostgreSQL did not start; it says: ${line.trim()}`
}

function run(
  context: ClusterContext,
  program: string,
  args: string[],
  input = '',
): Promise<{ stderr: string }> {
  const [command = program, ...words] = [...context.launch.prefix, program, ...args]
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      words,
      { ...context.launch.user, cwd: '/', env: childEnvironment(), maxBuffer: 16 * 1024 * 1024 },
      (error, _stdout, stderr) => {
        if (error === null) resolve({ stderr })
        else if (stderr.includes('No space left on device')) reject(diskFull(context.dataDir, error))
        else
          reject(
            new DatabaseStartError('start-failed', startFailed(lastLine(stderr) ?? error.message), error),
          )
      },
    )
    child.stdin?.end(input)
  })
}

/** The last line that says something. */
export function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .at(-1)
}

/** Only what a program needs: no variable of ours (PGDATA, secrets) reaches PostgreSQL. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
