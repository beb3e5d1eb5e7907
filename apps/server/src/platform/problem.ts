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

/**
 * Lost connections, a server that starts, stops or is full, and waits for others that took too long: locks,
 * statements, deadlocks, forgotten transactions. @source PostgreSQL appendix A
 */
const awayCodes =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|08[0-9A-Z]{3}|25P03|40001|40P01|53300|55P03|57014|57P0[1-3])$/
/** What the driver says without any code: a query whose connection ended under it, a pool with nothing free. */
const awayMessages = new Set([
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
])

/** Whether an error says that the database cannot do this now; another try may find it can. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, syscall } = error as NodeJS.ErrnoException
  return syscall === 'connect' || awayCodes.test(code ?? '') || awayMessages.has(error.message)
}

function base(code: keyof typeof problemCodes): Problem {
  return { type: `urn:guichet:problem:${code}`, code, title: titles[code], status: problemCodes[code] }
}
