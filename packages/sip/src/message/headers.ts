import { splitOutside } from './grammar.ts'
import { canonicalHeaderName, type HeaderName } from './header-names.ts'
import type { RawHeaders } from './message.types.ts'

/** Whatever has headers: a message, or the part of one that could be read. */
export type HasHeaders = { headers: RawHeaders }

/** The first value of a header as it was written, or `undefined`. Any spelling of the name does. */
export function getHeader(message: HasHeaders, name: HeaderName): string | undefined {
  const { headers } = message
  // Mostly the name is canonical already, and the header is there.
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return headers[i + 1]
  const canonical = canonicalHeaderName(name)
  if (canonical === name) return undefined
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === canonical) return headers[i + 1]
  return undefined
}

/** Every value of a header, one for each line, as they were written; lists within a line are left whole. */
export function getHeaders(message: HasHeaders, name: HeaderName): string[] {
  const { headers } = message
  const canonical = canonicalHeaderName(name)
  const values: string[] = []
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === canonical) values.push(headers[i + 1] ?? '')
  return values
}

/**
 * Every element of a header whose values are comma-separated lists, over all its lines and in order; quotes and angle
 * brackets are respected. Not for Authorization, WWW-Authenticate and their like, whose commas separate parameters.
 * A line with an unclosed quote comes back whole, empty elements are left out.
 *
 * @source RFC 3261 §7.3.1
 */
export function getHeaderList(message: HasHeaders, name: HeaderName): string[] {
  const values: string[] = []
  for (const line of getHeaders(message, name))
    for (const part of splitOutside(line, ',') ?? [line]) if (part !== '') values.push(part)
  return values
}

/** Puts one value in the place of every value of a header: where the first one stood, else at the end. */
export function setHeader(message: HasHeaders, name: HeaderName, value: string): void {
  const { headers } = message
  const canonical = canonicalHeaderName(name)
  let at = 0
  while (at < headers.length && headers[at] !== canonical) at += 2
  if (at >= headers.length) {
    headers.push(canonical, value)
    return
  }
  headers[at + 1] = value
  removeFrom(headers, canonical, at + 2)
}

/** Adds a value after all other headers. */
export function addHeader(message: HasHeaders, name: HeaderName, value: string): void {
  message.headers.push(canonicalHeaderName(name), value)
}

/** Adds a value before the first one of the same header (Via, Record-Route, Route), else before all headers. */
export function prependHeader(message: HasHeaders, name: HeaderName, value: string): void {
  const { headers } = message
  const canonical = canonicalHeaderName(name)
  let at = 0
  while (at < headers.length && headers[at] !== canonical) at += 2
  headers.splice(at >= headers.length ? 0 : at, 0, canonical, value)
}

/** Takes every value of a header away. */
export function removeHeader(message: HasHeaders, name: HeaderName): void {
  removeFrom(message.headers, canonicalHeaderName(name), 0)
}

/**
 * Takes the first element of a list header away (a proxy its own Via, a router its own Route), whether it stands on a
 * line of its own or not.
 */
export function removeFirstValue(message: HasHeaders, name: HeaderName): void {
  const { headers } = message
  const canonical = canonicalHeaderName(name)
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== canonical) continue
    const [, ...rest] = splitOutside(headers[i + 1] ?? '', ',') ?? []
    if (rest.length > 0) headers[i + 1] = rest.join(', ')
    else headers.splice(i, 2)
    return
  }
}

function removeFrom(headers: RawHeaders, canonical: string, start: number): void {
  let kept = start
  for (let i = start; i < headers.length; i += 2) {
    if (headers[i] === canonical) continue
    headers[kept] = headers[i] ?? ''
    headers[kept + 1] = headers[i + 1] ?? ''
    kept += 2
  }
  headers.length = kept
}
