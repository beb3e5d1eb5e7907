import { DomainError } from '@guichet/domain'
import type { z } from 'zod'

/** Thrown at a door when what came in does not fit its schema; code `invalid-request`. */
export class InvalidInputError extends DomainError {
  /** Where it does not fit, and why; the first twenty. */
  readonly errors: readonly { path: string; message: string }[]

  constructor(error: z.ZodError) {
    super('invalid-request', 'The request does not have the right shape')
    this.errors = error.issues
      .slice(0, 20)
      .map(issue => ({ path: issue.path.join('.'), message: issue.message }))
  }
}

/**
 * Reads what came in through a door. Parsing anything else, such as a stored row, throws zod's own error, which is a
 * bug of ours and told as `internal`.
 * @throws InvalidInputError `invalid-request`
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new InvalidInputError(parsed.error)
  return parsed.data
}
