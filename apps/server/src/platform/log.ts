import { AsyncLocalStorage } from 'node:async_hooks'
import { type Logger, pino } from 'pino'

/** Ids that tie the lines of one story together across modules and processes. */
export type LogContext = {
  callId?: string
  conversationId?: string
  jobId?: string
  requestId?: string
}

const story = new AsyncLocalStorage<LogContext>()

/** Runs `action` so that every line logged within carries the given ids. */
export function withLogContext<T>(context: LogContext, action: () => T): T {
  return story.run({ ...story.getStore(), ...context }, action)
}

export type Log = Logger

/**
 * A JSON-lines logger. Personal data belongs under a key `pii`, which is removed unless `keepPii`;
 * secrets are removed wherever they are named.
 */
export function createLog(options: { level: string; keepPii?: boolean; name?: string }): Log {
  const secrets = ['password', 'token', 'authorization', 'cookie', 'secret', 'resumeToken', 'accessToken']
  return pino({
    name: options.name ?? 'server',
    level: options.level,
    base: { pid: process.pid },
    redact: {
      paths: [...secrets, ...secrets.map(key => `*.${key}`), ...(options.keepPii ? [] : ['pii', '*.pii'])],
      remove: true,
    },
    serializers: { err: describeError },
    mixin: () => story.getStore() ?? {},
  })
}

/** An error as it may be logged: what libraries hang on their errors (connections, statements) stays out. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as NodeJS.ErrnoException
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  }
}
