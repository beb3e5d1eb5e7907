import type { Problem } from '@guichet/contract'

/** Codes of the server's registry, and those that only a client can notice. */
export type ClientProblemCode = Problem['code'] | 'offline' | 'timeout' | 'aborted' | 'unreadable-answer'

/** A request that failed in a way the screen can explain; `code` chooses the words. */
export class ProblemError extends Error {
  readonly code: ClientProblemCode
  /** HTTP status told by the server; 0 when no answer came. */
  readonly status: number
  readonly detail: string | undefined
  readonly errors: readonly { path: string; message: string }[]
  /** Log reference to quote when asking for help. */
  readonly reference: string | undefined
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean

  constructor(
    problem: { code: ClientProblemCode; title: string } & Partial<
      Pick<Problem, 'status' | 'detail' | 'errors' | 'reference' | 'retryable'>
    >,
  ) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.code = problem.code
    this.status = problem.status ?? 0
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.reference = problem.reference
    this.retryable = problem.retryable ?? (this.status === 429 || this.status >= 502)
  }
}

/** Any thrown value as a problem; what is not one becomes `internal`. */
export function toProblem(error: unknown): ProblemError {
  return error instanceof ProblemError
    ? error
    : new ProblemError({ code: 'internal', title: error instanceof Error ? error.message : String(error) })
}

/** No answer because there is no connection; retryable. */
export const offlineProblem = () =>
  new ProblemError({ code: 'offline', title: 'No connection', retryable: true })

/** No answer within the limit; retryable. */
export const timeoutProblem = () =>
  new ProblemError({ code: 'timeout', title: 'No answer in time', retryable: true })

/**
 * The problem that a body of `application/problem+json` tells, or one made from the status.
 * @source RFC 9457
 */
export function problemFromBody(status: number, body: unknown): ProblemError {
  if (typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string') {
    return new ProblemError({
      title: body.code,
      ...(body as Partial<Problem>),
      code: body.code as Problem['code'],
      status,
    })
  }
  const code: ClientProblemCode =
    status === 401
      ? 'unauthenticated'
      : status === 403
        ? 'forbidden'
        : status === 404
          ? 'not-found'
          : status === 413
            ? 'payload-too-large'
            : status === 429
              ? 'too-many-requests'
              : status >= 502
                ? 'unavailable'
                : 'internal'
  return new ProblemError({ code, title: `HTTP ${status}`, status })
}
