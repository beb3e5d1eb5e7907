import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Ids, StartupError } from '../../platform/index.ts'

const SECRET_BYTES = 48

const Secrets = z.object({ authSecret: z.string().min(32), visitorTokenSecret: z.string().min(32) })

/** Keys that sign staff sessions and visitor tokens; made once, kept in the data folder, readable by its owner alone. */
export type Secrets = z.infer<typeof Secrets>

/**
 * Reads `secrets.json` of the data folder, or makes it.
 * @throws StartupError when the file cannot be read, written or understood
 */
export function loadSecrets(dataDir: string, ids: Ids): Secrets {
  const path = join(dataDir, 'secrets.json')
  const text = readIfThere(path)
  if (text !== null) {
    try {
      chmodSync(path, 0o600)
      return Secrets.parse(JSON.parse(text))
    } catch {
      throw new StartupError(
        `${path} is damaged; restore it, or delete it to sign everybody out and start anew.`,
      )
    }
  }
  const secrets = { authSecret: ids.secret(SECRET_BYTES), visitorTokenSecret: ids.secret(SECRET_BYTES) }
  try {
    mkdirSync(dataDir, { recursive: true })
    // Written beside and moved, so that a crash never leaves half a file.
    const draft = `${path}.${ids.uuid()}`
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, path)
  } catch (error) {
    throw new StartupError(`${path} could not be written: ${(error as Error).message}`)
  }
  return secrets
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new StartupError(`${path} could not be read: ${(error as Error).message}`)
  }
}
