import type { Problem } from '@guichet/contract'
import { DomainError, problemCodes } from '@guichet/domain'
import { ZodError } from 'zod'

const titles: Record<keyof typeof problemCodes, string> = Object.fromEntries(
  Object.keys(problemCodes).map(code => [code, code.replaceAll('-', ' ')]),
) as Record<keyof typeof problemCodes, string>

/**
 * The problem a client is told about any thrown value. Unknown errors become `internal`: `reference` leads to the
 * log, nothing else leaks.
 * @source RFC 9457
 */
export function toProblem(error: unknown, reference?: string): Problem {
  if (error instanceof ZodError) {
    return {
      ...base('invalid-request'),
      errors: error.issues
        .slice(0, 20)
        .map(issue => ({ path: issue.path.join('.'), message: issue.message })),
      ...(reference === undefined ? {} : { reference }),
    }
  }
  if (error instanceof DomainError) {
    return {
      ...base(error.code),
      detail: error.message,
      ...(error.retryable ? { retryable: true } : {}),
      ...(reference === undefined ? {} : { reference }),
    }
  }
  if (isDatabaseAway(error)) {
    return { ...base('unavailable'), retryable: true, ...(reference === undefined ? {} : { reference }) }
  }
  return { ...base('internal'), ...(reference === undefined ? {} : { reference }) }
}

/** Whether an error is a broken rule or bad input, rather than a bug to log loudly. */
export function isExpected(error: unknown): boolean {
  return error instanceof DomainError || error instanceof ZodError
}

/** Lost connections, and a server that starts or stops. @source PostgreSQL appendix A, classes 08 and 57P */
const awayCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|08[0-9A-Z]{3}|57P0[1-3])$/

/** Whether an error says that the database is not there now; it comes back by itself. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  // The driver gives no code to a query whose connection ended under it.
  return (
    syscall === 'connect' ||
    awayCodes.test(code ?? '') ||
    error.message === 'Connection terminated unexpectedly'
  )
}

function base(code: keyof typeof problemCodes): Problem {
  return { type: `urn:guichet:problem:${code}`, code, title: titles[code], status: problemCodes[code] }
}
