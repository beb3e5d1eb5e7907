import { composeServer, type Server } from './compose.ts'
import { createLog, readConfig, releaseStartMemory, StartupError, systemClock } from './platform/index.ts'
import { banner } from './start/banner.ts'
import { prepareDataFolder } from './start/data-folder.ts'
import { type RunningDatabase, startDatabase } from './start/database.ts'

/** A stop that takes longer than this is cut short, so that no process is left behind. */
const STOP_LIMIT_MS = 10_000

const bornAt = performance.timeOrigin
let server: Server | null = null
let database: RunningDatabase | null = null
let stopping = false

async function start(): Promise<void> {
  const config = readConfig(process.env, process.cwd())
  const log = createLog({ level: config.logLevel, keepPii: config.logPii })
  process.on('uncaughtException', error => log.fatal({ err: error }, 'uncaught exception'))
  process.on('unhandledRejection', error => log.error({ err: error }, 'unhandled rejection'))
  prepareDataFolder(config.dataDir)
  database = await startDatabase(config, systemClock, log)
  server = await composeServer({
    config,
    log,
    connectionString: database.connectionString,
    onStandby: () =>
      say('Another server serves this database; this one stands by, and takes over when it ends.'),
    onTaken() {
      say('Another server has taken over this database; this one ends.')
      void stop(1)
    },
  })
  // Before the doors open, so that nobody waits for it.
  releaseStartMemory()
  const url = await server.listen()
  // The launcher told when the person pressed Enter; alone, our own birth is the start.
  const askedAt = Number(process.env['GUICHET_STARTED_AT'] ?? bornAt)
  process.stdout.write(`${banner(config, url, Date.now() - askedAt, server.setupCode)}\n`)
}

/** Tells the person at the terminal. */
function say(sentence: string): void {
  process.stdout.write(`\n  ${sentence}\n`)
}

async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
  await server?.stop().catch(error => process.stderr.write(`${String(error)}\n`))
  await database?.stop().catch(error => process.stderr.write(`${String(error)}\n`))
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))

start().catch(async error => {
  const known =
    error instanceof StartupError || ['DatabaseStartError', 'MediaStartError'].includes((error as Error).name)
  process.stderr.write(known ? `\n${(error as Error).message}\n\n` : `${(error as Error).stack}\n`)
  await stop(1)
})
