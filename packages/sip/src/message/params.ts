import { endOfQuoted, isToken, isTokenCode, quote, skipBlanks, unquote } from './grammar.ts'

/**
 * Parameters by lower-case name, in the order they were written; `undefined` is a parameter without a value (`;lr`). A `Map` is
 * one; what the parser hands out is lighter.
 */
export type Params = {
  readonly size: number
  get(name: string): string | undefined
  has(name: string): boolean
  [Symbol.iterator](): Iterator<[string, string | undefined]>
}

/** A handful of parameters in one flat list: a message has some ten such lists, and a Map is too dear for each. */
export class ParamList implements Params {
  private readonly items: (string | undefined)[] = []

  get size(): number {
    return this.items.length / 2
  }

  get(name: string): string | undefined {
    const at = this.find(name)
    return at < 0 ? undefined : this.items[at + 1]
  }

  has(name: string): boolean {
    return this.find(name) >= 0
  }

  /** Adds one at the end; `false` where the name stands already, which nothing may. @source RFC 3261 §7.3.1 */
  add(name: string, value: string | undefined): boolean {
    if (this.find(name) >= 0) return false
    this.items.push(name, value)
    return true
  }

  *[Symbol.iterator](): Iterator<[string, string | undefined]> {
    for (let i = 0; i < this.items.length; i += 2) yield [this.items[i] ?? '', this.items[i + 1]]
  }

  private find(name: string): number {
    const items = this.items
    for (let i = 0; i < items.length; i += 2) if (items[i] === name) return i
    return -1
  }
}

/** The parameters of something that has none. */
export const noParams: Params = new ParamList()

/** More than any header has; a thousand would make looking for doubles slow. */
const maxParams = 64

/**
 * Reads `;name=value;name` from `at` to the end of `value`: names lower-cased, quoted values unquoted. `undefined` where
 * the text is something else, a name stands twice (RFC 3261 §7.3.1 forbids that), or there are more than 64.
 */
export function parseParams(value: string, at: number): Params | undefined {
  let position = skipBlanks(value, at)
  if (position === value.length) return noParams
  const params = new ParamList()
  while (position < value.length) {
    if (value.charCodeAt(position) !== 0x3b || params.size === maxParams) return undefined
    const nameStart = skipBlanks(value, position + 1)
    let nameEnd = nameStart
    let isLower = true
    for (; nameEnd < value.length; nameEnd++) {
      const code = value.charCodeAt(nameEnd)
      if (!isTokenCode(code)) break
      if (code >= 0x41 && code <= 0x5a) isLower = false
    }
    if (nameEnd === nameStart) return undefined
    const written = value.slice(nameStart, nameEnd)
    const name = isLower ? written : written.toLowerCase()
    position = skipBlanks(value, nameEnd)
    if (value.charCodeAt(position) !== 0x3d) {
      if (!params.add(name, undefined)) return undefined
      continue
    }
    const start = skipBlanks(value, position + 1)
    let end = start
    if (value.charCodeAt(start) === 0x22) {
      end = endOfQuoted(value, start)
      if (end < 0 || !params.add(name, unquote(value.slice(start, end)))) return undefined
    } else {
      while (end < value.length && isReadableCode(value.charCodeAt(end))) end++
      if (!params.add(name, value.slice(start, end))) return undefined
    }
    position = skipBlanks(value, end)
  }
  return params
}

/**
 * `gen-value` is a token or a host, but deployed peers put `=`, `/` and others into branches and tags, or nothing at all:
 * whatever ends no parameter is taken.
 */
function isReadableCode(code: number): boolean {
  if (isTokenCode(code)) return true
  return (
    code > 0x20 &&
    code !== 0x7f &&
    code !== 0x22 &&
    code !== 0x2c &&
    code !== 0x3b &&
    code !== 0x3c &&
    code !== 0x3e
  )
}

/** What is written without quotes: a token or a host, which may be an IPv6 reference. */
function isGenericValueCode(code: number): boolean {
  return isTokenCode(code) || code === 0x5b || code === 0x5d || code === 0x3a
}

/** Writes parameters, each with its semicolon; values that are no token or host are quoted. */
export function formatParams(params: Params): string {
  let result = ''
  for (const [name, value] of params)
    result += value === undefined ? `;${name}` : `;${name}=${isGenericValue(value) ? value : quote(value)}`
  return result
}

function isGenericValue(value: string): boolean {
  if (value.length === 0) return false
  for (let i = 0; i < value.length; i++) if (!isGenericValueCode(value.charCodeAt(i))) return false
  return true
}

/** Writes a parameter's value: as it is where it is a token, quoted where not. */
export function tokenOrQuoted(text: string): string {
  return isToken(text) ? text : quote(text)
}
