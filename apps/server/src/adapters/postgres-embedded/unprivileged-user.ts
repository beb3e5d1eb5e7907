import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { DatabaseStartError } from './database-start.error.ts'

/** A system account, by its numbers. */
export type SystemUser = { readonly uid: number; readonly gid: number }

/** How to start a program of PostgreSQL: the command in front of it, and the account Node switches to. */
export type Launch = {
  /** Words to put before the program and its arguments. */
  readonly prefix: readonly string[]
  /** Set when Node itself can switch to the account. */
  readonly user: SystemUser | undefined
}

/** PostgreSQL refuses to run as root; this account is made for it when root starts Guichet. */
const accountName = 'guichet'

/**
 * How to start PostgreSQL as the person who started us, or as the account made for it when that is root.
 * @param mustReach paths that PostgreSQL has to open
 * @throws DatabaseStartError `no-unprivileged-user` when root has no way to step down.
 */
export function chooseLaunch(mustReach: readonly string[]): {
  launch: Launch
  owner: SystemUser | undefined
} {
  if (process.getuid?.() !== 0) return { launch: { prefix: [], user: undefined }, owner: undefined }
  const owner = findOrCreateAccount()
  const closed = mustReach.map(path => firstClosedFolder(path, owner)).find(folder => folder !== undefined)
  if (closed === undefined) return { launch: { prefix: [], user: owner }, owner }
  return { launch: { prefix: reachThroughClosedFolders(owner, closed), user: undefined }, owner }
}

function findOrCreateAccount(): SystemUser {
  const known = lookUpAccount(accountName)
  if (known !== undefined) return known
  try {
    const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
    execFileSync('useradd', [...options, accountName], { stdio: 'pipe' })
  } catch (cause) {
    // Another Guichet may have made it in the same moment; otherwise a PostgreSQL account serves as well.
    const fallback = lookUpAccount(accountName) ?? lookUpAccount('postgres')
    if (fallback !== undefined) return fallback
    throw new DatabaseStartError(
      'no-unprivileged-user',
      `PostgreSQL refuses to run as root and the system account "${accountName}" could not be made: start Guichet as an ordinary user, or set DATABASE_URL.`,
      cause,
    )
  }
  return findOrCreateAccount()
}

function lookUpAccount(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

/** The first folder on the way to a path that the account may not enter. */
function firstClosedFolder(path: string, user: SystemUser): string | undefined {
  const parent = dirname(path)
  const above = parent === path ? undefined : firstClosedFolder(parent, user)
  if (above !== undefined) return above
  const { mode, uid, gid } = statSync(path)
  const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return (mode & execute) === 0 && uid !== user.uid ? path : undefined
}

/**
 * A clone under /root or in a private temporary folder cannot be entered by another account.
 * One capability, to pass through folders, is then left to PostgreSQL, and all others are dropped.
 */
function reachThroughClosedFolders(user: SystemUser, closed: string): string[] {
  const setpriv = (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'setpriv'))
    .find(isExecutable)
  const capability = heldCapability()
  if (setpriv === undefined || capability === undefined) {
    throw new DatabaseStartError(
      'no-unprivileged-user',
      `PostgreSQL refuses to run as root, and no other account may enter ${closed}: start Guichet as an ordinary user, move it to a folder that others may enter, or set DATABASE_URL.`,
    )
  }
  return [
    setpriv,
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    `--bounding-set=-all,+${capability}`,
    // Without this, access(2) ignores capabilities, and initdb finds its own programs unreadable.
    '--securebits=+no_setuid_fixup,+noroot',
    '--',
  ]
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The smaller of the two capabilities that open folders; containers often hold only the greater. @source capabilities(7) */
function heldCapability(): string | undefined {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readProcStatus())?.[1]
  if (effective === undefined) return undefined
  const held = BigInt(`0x${effective}`)
  if ((held & (1n << 2n)) !== 0n) return 'dac_read_search'
  return (held & (1n << 1n)) !== 0n ? 'dac_override' : undefined
}

function readProcStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8')
  } catch {
    return ''
  }
}
