import type { ProblemCode } from './problem-codes.ts'

/** A broken rule of the domain: expected, explainable, never a bug. Plain `Error` means a bug. */
export class DomainError extends Error {
  readonly code: ProblemCode
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ProblemCode,
    message: string,
    options: { retryable?: boolean; details?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
    this.details = options.details ?? {}
  }
}
