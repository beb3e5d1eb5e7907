import { z } from 'zod'

/** Structured fields of a log line: ids and figures, never content. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Writes JSON lines; the message is constant text. */
export type Log = {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Weights of the levels, as pino has them, which writes the server's lines. @source https://getpino.io/#/docs/api?id=loggerlevels-object */
const weights = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Number.POSITIVE_INFINITY,
} as const

/** Least severe lines that are written. */
export const LogLevel = z.enum(Object.keys(weights) as [keyof typeof weights, ...(keyof typeof weights)[]])
export type LogLevel = z.infer<typeof LogLevel>

/**
 * Creates a log that hands every line of `level` or above to `write`, in the format of the server's lines: a number
 * as `level`, epoch milliseconds as `time`, the text as `msg`.
 */
export function createLog(write: (line: string) => void, epochNow: () => number, level: LogLevel): Log {
  const line =
    (weight: number) =>
    (msg: string, fields: LogFields = {}) => {
      if (weight < weights[level]) return
      const head = { level: weight, time: Math.round(epochNow()), pid: process.pid, name: 'media' }
      write(`${JSON.stringify({ ...fields, ...head, msg })}\n`)
    }
  return { info: line(weights.info), warn: line(weights.warn), error: line(weights.error) }
}
