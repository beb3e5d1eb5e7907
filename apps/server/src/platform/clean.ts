import { DomainError } from '@guichet/domain'

/** Levels of nesting that no document of ours comes near; deeper ones would exhaust the stack. */
const MAX_DEPTH = 64

/** JSON text in which some string holds a NUL or half a character, or looks as if it did. */
const SUSPECT = /\\u(0000|[dD][89a-fA-F])/

/**
 * The same JSON value as PostgreSQL can hold it: no NUL, no half characters, in keys neither.
 * @throws DomainError `invalid-request` when it is nested too deeply
 */
export function cleanInput(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) throw new DomainError('invalid-request', 'The input is nested too deeply')
  if (Array.isArray(value)) return value.map(each => cleanInput(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [cleanText(key), cleanInput(each, depth + 1)]),
  )
}

/** Whether JSON text may hold what `cleanInput` removes; cheap enough for every frame. */
export function needsCleaning(json: string): boolean {
  return SUSPECT.test(json)
}

function cleanText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
