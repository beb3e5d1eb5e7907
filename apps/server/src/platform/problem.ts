import type { Problem } from '@guichet/contract'
import { DomainError, problemCodes } from '@guichet/domain'
import { InvalidInputError } from './input.ts'

const titles: Record<keyof typeof problemCodes, string> = Object.fromEntries(
  Object.keys(problemCodes).map(code => [code, code.replaceAll('-', ' ')]),
) as Record<keyof typeof problemCodes, string>

/**
 * The problem a client is told about any thrown value. Unknown errors become `internal`: `reference` leads to the
 * log, nothing else leaks.
 * @source RFC 9457
 */
export function toProblem(error: unknown, reference?: string): Problem {
  if (error instanceof InvalidInputError) {
    return {
      ...base('invalid-request'),
      errors: [...error.errors],
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
  return error instanceof DomainError
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

/** Told to wait so long where the error itself does not know, in milliseconds. */
const WAIT_MS = 5_000

/** Seconds to wait before another try, for the header `Retry-After`; null where waiting does not help. */
export function retryAfterSeconds(error: unknown): number | null {
  const { code, retryable } = toProblem(error)
  if (retryable !== true || (code !== 'too-many-requests' && code !== 'unavailable')) return null
  const waitMs = error instanceof DomainError ? error.details['retryAfterMs'] : undefined
  return Math.max(1, Math.ceil((typeof waitMs === 'number' ? waitMs : WAIT_MS) / 1_000))
}
