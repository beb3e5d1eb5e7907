// The small pieces of RFC 3261 §25 that every header shares. All work on strings and positions; none uses a pattern that
// could take longer than its input is long.

const tokenCharacters = /* @__PURE__ */ classOf(
  "-.!%*_+`'~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)
function classOf(characters: string): Uint8Array {
  const table = new Uint8Array(128)
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1
  return table
}

function allOf(table: Uint8Array, text: string, start: number, end: number): boolean {
  if (start >= end) return false
  for (let i = start; i < end; i++) if (table[text.charCodeAt(i)] !== 1) return false
  return true
}

/** Whether `text` from `start` up to `end` is a `token`. @source RFC 3261 §25.1 */
export function isToken(text: string, start = 0, end = text.length): boolean {
  return allOf(tokenCharacters, text, start, end)
}

/** Whether a character code may stand in a `token`. @source RFC 3261 §25.1 */
export function isTokenCode(code: number): boolean {
  return tokenCharacters[code] === 1
}

/**
 * Whether `text` can be a Call-ID: `word@word` by the grammar, but peers write `=` and others, and all that matters is that
 * it is one word that compares byte for byte.
 *
 * @source RFC 3261 §20.8
 */
export function isCallId(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20 || code === 0x7f) return false
  }
  return text !== ''
}

/** Space or tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** The first position from `at` on that is neither space nor tab. */
export function skipBlanks(text: string, at: number): number {
  while (at < text.length && isBlank(text.charCodeAt(at))) at++
  return at
}

/** `text` from `start` up to `end` without spaces and tabs around it. */
export function trimmed(text: string, start: number, end: number): string {
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** A decimal number of at most `maximum`, nothing but digits, or `undefined`. */
export function parseNumber(text: string, maximum: number): number | undefined {
  if (text.length === 0) return undefined
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
    // Leading zeros may be many; the value alone decides.
    if (value > maximum) return undefined
  }
  return value
}

/** The position after the closing quote of the quoted string that opens at `at`, or -1 where it never closes. */
export function endOfQuoted(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c) i++
    else if (code === 0x22) return i + 1
  }
  return -1
}

/** What stands between the quotes, escapes resolved. */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1)
  if (!inner.includes('\\')) return inner
  let result = ''
  for (let i = 0; i < inner.length; i++) {
    if (inner.charCodeAt(i) === 0x5c && i + 1 < inner.length) i++
    result += inner.charAt(i)
  }
  return result
}

/** Writes a quoted string; line breaks, which no quoted string may hold, become spaces. @source RFC 3261 §25.1 */
export function quote(text: string): string {
  let result = '"'
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '"' || character === '\\') result += `\\${character}`
    else if (character === '\r' || character === '\n') result += ' '
    else result += character
  }
  return `${result}"`
}

/**
 * Splits a header value at the separator where it stands outside of quotes and angle brackets; parts are trimmed.
 * `undefined` where a quote or a bracket is never closed.
 *
 * @source RFC 3261 §7.3.1
 */
export function splitOutside(value: string, separator: ',' | ';'): string[] | undefined {
  if (!value.includes(separator)) return [trimmed(value, 0, value.length)]
  const code = separator.charCodeAt(0)
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < value.length; i++) {
    const at = value.charCodeAt(i)
    if (at === 0x22) {
      i = endOfQuoted(value, i) - 1
      if (i < 0) return undefined
    } else if (at === 0x3c) {
      i = value.indexOf('>', i)
      if (i < 0) return undefined
    } else if (at === code) {
      parts.push(trimmed(value, start, i))
      start = i + 1
    }
  }
  parts.push(trimmed(value, start, value.length))
  return parts
}
