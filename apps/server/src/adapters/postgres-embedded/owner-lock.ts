import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A running process, told apart from a later one with the same number by when it started. */
type ProcessMark = { readonly pid: number; readonly started: string }

/** The lock file of a data folder, beside the database's own folder. */
function lockPath(dataDir: string): string {
  return join(dataDir, 'postgres.lock')
}

/** What distinguishes this life of a process number: its start time, as the system tells it. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** The process number of the running Guichet that holds the data folder, if one does. */
export function lockHolder(dataDir: string): number | undefined {
  try {
    const mark = JSON.parse(readFileSync(lockPath(dataDir), 'utf8')) as Partial<ProcessMark>
    if (typeof mark.pid !== 'number' || mark.started === undefined) return undefined
    return startOf(mark.pid) === mark.started ? mark.pid : undefined
  } catch {
    return undefined
  }
}

/** The result of trying to take a data folder: ours now, or somebody else's. */
export type LockResult =
  | { readonly taken: true }
  | { readonly taken: false; readonly holder: number | undefined }

/** Takes the lock for this process; a lock whose holder is gone is taken over. */
export function takeLock(dataDir: string): LockResult {
  const holder = lockHolder(dataDir)
  if (holder === process.pid) return { taken: true }
  if (holder !== undefined) return { taken: false, holder }
  const path = lockPath(dataDir)
  const draft = `${path}.${process.pid}`
  const mark: ProcessMark = { pid: process.pid, started: startOf(process.pid) ?? '' }
  writeFileSync(draft, `${JSON.stringify(mark)}\n`)
  try {
    rmSync(path, { force: true })
    // A link appears whole or not at all, and fails when another process was faster.
    linkSync(draft, path)
    return { taken: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { taken: false, holder: lockHolder(dataDir) }
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Gives the lock back. */
export function releaseLock(dataDir: string): void {
  if (lockHolder(dataDir) === process.pid) rmSync(lockPath(dataDir), { force: true })
}

/** The number of the PostgreSQL that runs on a cluster's folder; a stale note of one is removed. */
export function runningPostmaster(clusterDir: string): number | undefined {
  const pidFile = join(clusterDir, 'postmaster.pid')
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
    if (programOf(pid) === 'postgres') return pid
    rmSync(pidFile, { force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return undefined
}

/** The file name of the program that a process runs, or nothing when there is no such process. */
function programOf(pid: number): string | undefined {
  if (startOf(pid) === undefined) return undefined
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]
        : execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return basename(command ?? '')
  } catch {
    return undefined
  }
}
