import { startEmbeddedPostgres } from '../adapters/postgres-embedded/index.ts'
import type { Clock, Config, Log } from '../platform/index.ts'

/** The database of this server: somebody else's, or our own child process kept alive. */
export type RunningDatabase = { connectionString: string; stop(): Promise<void> }

const RESTART_BASE_MS = 200
const RESTART_MAX_MS = 5_000

/**
 * Opens `DATABASE_URL`, or starts the embedded PostgreSQL and starts it again whenever it ends by itself; whoever
 * waits for it meanwhile reconnects to the same address.
 */
export async function startDatabase(config: Config, clock: Clock, log: Log): Promise<RunningDatabase> {
  if (config.databaseUrl !== undefined) {
    return { connectionString: config.databaseUrl, stop: async () => undefined }
  }
  let stopping = false
  let starting: Promise<void> = Promise.resolve()
  const options = {
    dataDir: config.dataDir,
    clock,
    log: (line: string) => log.debug({ line }, 'postgres'),
    onExit: () => {
      if (!stopping) starting = restart(RESTART_BASE_MS)
    },
  }
  let current = await startEmbeddedPostgres(options)

  async function restart(waitMs: number): Promise<void> {
    log.error('the embedded database ended by itself; starting it again')
    try {
      current = await startEmbeddedPostgres(options)
      log.info('the embedded database is back')
    } catch (error) {
      log.error({ err: error }, 'the embedded database could not be started again')
      await new Promise<void>(resolve => {
        clock.after(waitMs, resolve)
      })
      if (!stopping) await restart(Math.min(RESTART_MAX_MS, waitMs * 2))
    }
  }

  return {
    connectionString: current.connectionString,
    async stop() {
      stopping = true
      await starting
      await current.stop()
    },
  }
}
