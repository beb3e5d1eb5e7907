/** Why the embedded database could not start; each comes with one sentence for the person at the terminal. */
export type DatabaseStartCode =
  | 'binaries-missing'
  | 'data-folder-in-use'
  | 'data-folder-newer'
  | 'data-folder-older'
  | 'data-folder-unwritable'
  | 'disk-full'
  | 'port-taken'
  | 'no-unprivileged-user'
  | 'start-failed'

/** A start that cannot work as things are: the message is one sentence that says what to change. */
export class DatabaseStartError extends Error {
  readonly code: DatabaseStartCode

  constructor(code: DatabaseStartCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseStartError'
    this.code = code
  }
}

const unwritableCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'])

/** Turns a file-system error met in the data folder into its sentence; anything else passes unchanged. */
export function explainFileError(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC') return diskFull(folder, error)
  if (code !== undefined && unwritableCodes.has(code)) {
    return new DatabaseStartError(
      'data-folder-unwritable',
      `The data folder ${folder} cannot be written (${code}): give this user the right to write there, or set DATA_DIR to another folder.`,
      error,
    )
  }
  return error
}

/** The sentence for a full disk. */
export function diskFull(folder: string, cause?: unknown): DatabaseStartError {
  return new DatabaseStartError(
    'disk-full',
    `The disk that holds the data folder ${folder} is full: free some space, or set DATA_DIR to another disk.`,
    cause,
  )
}

/** The sentence for a data folder that another running Guichet holds. */
export function folderInUse(folder: string, holderPid: number | undefined): DatabaseStartError {
  const holder = holderPid === undefined ? 'another Guichet' : `another Guichet (process ${holderPid})`
  return new DatabaseStartError(
    'data-folder-in-use',
    `The data folder ${folder} is in use by ${holder}: stop it first, or set DATA_DIR to another folder.`,
  )
}
