import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartupError } from '../platform/index.ts'

/**
 * Makes the data folder, readable by its owner alone, unless it is there already.
 * @throws StartupError when it cannot be written
 */
export function prepareDataFolder(folder: string): void {
  try {
    for (const missing of missingFolders(folder)) mkdirSync(missing, { mode: 0o700 })
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new StartupError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); choose another DATA_DIR or change its permissions.`,
    )
  }
}

/** From the outermost. One by one, because `mkdir` with `recursive` never ends where nothing can be made, as in /proc. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder]
}
