/** Structured fields of a log line: ids and figures, never content. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Writes JSON lines; the message is constant text. */
export type Log = {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Creates a log that hands every line to `write`. */
export function createLog(write: (line: string) => void, timeNow: () => string): Log {
  const line =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      write(`${JSON.stringify({ time: timeNow(), level, process: 'media', message, ...fields })}\n`)
    }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}
