import { endOfQuoted, isTokenCode, quote, skipBlanks, unquote } from '../message/grammar.ts'
import { ParamList, type Params } from '../message/params.ts'

/** What WWW-Authenticate, Proxy-Authenticate, Authorization and Proxy-Authorization hold. @source RFC 3261 §25.1 */
export type AuthHeader = {
  /** Lower-case: `digest`. */
  scheme: string
  /** By lower-case name. */
  params: Params
}

const maxParams = 32

/** Reads a challenge or credentials; `undefined` where it is malformed. */
export function parseAuthHeader(value: string): AuthHeader | undefined {
  let position = 0
  while (isTokenCode(value.charCodeAt(position))) position++
  if (position === 0) return undefined
  const scheme = value.slice(0, position).toLowerCase()
  const params = new ParamList()
  position = skipBlanks(value, position)
  while (position < value.length) {
    const nameStart = position
    while (isTokenCode(value.charCodeAt(position))) position++
    const name = value.slice(nameStart, position).toLowerCase()
    position = skipBlanks(value, position)
    if (name === '' || value.charCodeAt(position) !== 0x3d || params.size === maxParams) return undefined
    const start = skipBlanks(value, position + 1)
    let end = start
    if (value.charCodeAt(start) === 0x22) end = endOfQuoted(value, start)
    // Unquoted URIs and base64 are met in the field: everything up to the comma is taken.
    else while (end < value.length && value.charCodeAt(end) !== 0x2c && value.charCodeAt(end) > 0x20) end++
    if (end <= start) return undefined
    const written = value.slice(start, end)
    if (!params.add(name, written.startsWith('"') ? unquote(written) : written)) return undefined
    position = skipBlanks(value, end)
    if (position === value.length) break
    if (value.charCodeAt(position) !== 0x2c) return undefined
    position = skipBlanks(value, position + 1)
  }
  return { scheme, params }
}

/** Parameters that are written without quotes. @source RFC 7616 §3.3, §3.4 */
const bare: ReadonlySet<string> = new Set(['algorithm', 'nc', 'stale'])

/** Writes digest parameters; `qop` is quoted in a challenge only. */
export function formatDigest(
  params: Readonly<Record<string, string | undefined>>,
  kind: 'challenge' | 'credentials',
): string {
  const written: string[] = []
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue
    const isBare = bare.has(name) || (name === 'qop' && kind === 'credentials')
    written.push(`${name}=${isBare ? value : quote(value)}`)
  }
  return `Digest ${written.join(', ')}`
}
