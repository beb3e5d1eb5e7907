import { endOfQuoted, quote, skipBlanks, splitOutside, trimmed, unquote } from './grammar.ts'
import { formatParams, noParams, type Params, parseParams } from './params.ts'
import { formatUri, parseUri, type Uri } from './uri.ts'

/** What From, To, Contact, Route, Record-Route, Refer-To, P-Asserted-Identity and others hold. @source RFC 3261 §20.10 */
export type NameAddress = {
  /** Unquoted; absent where there is none. */
  displayName?: string
  uri: Uri
  /** The URI as it was written, to compare or to send again unchanged. */
  uriText: string
  /** The header's own parameters (`tag`, `expires`, `q`), not the URI's. */
  params: Params
}

/**
 * Reads one `name-addr` or `addr-spec` with its parameters. Without angle brackets everything after the first semicolon is the
 * header's, and the URI holds neither comma nor question mark.
 *
 * @returns `undefined` where the value is malformed, or holds more than one address
 * @source RFC 3261 §20.10, §25.1
 */
export function parseNameAddress(value: string): NameAddress | undefined {
  const start = skipBlanks(value, 0)
  let displayName: string | undefined
  let open = start
  if (value.charCodeAt(start) === 0x22) {
    const end = endOfQuoted(value, start)
    if (end < 0) return undefined
    displayName = unquote(value.slice(start, end))
    open = skipBlanks(value, end)
    if (value.charCodeAt(open) !== 0x3c) return undefined
  } else {
    open = value.indexOf('<', start)
    if (open < 0) return parseBare(value, start)
    const name = trimmed(value, start, open)
    if (name !== '') {
      if (!isUnquotedName(name)) return undefined
      displayName = name
    }
  }
  const close = value.indexOf('>', open)
  if (close < 0) return undefined
  const uriText = value.slice(open + 1, close)
  const uri = parseUri(uriText)
  const params = uri && parseParams(value, close + 1)
  if (!uri || !params) return undefined
  return displayName === undefined ? { uri, uriText, params } : { displayName, uri, uriText, params }
}

function parseBare(value: string, start: number): NameAddress | undefined {
  const semicolon = value.indexOf(';', start)
  const uriText = trimmed(value, start, semicolon < 0 ? value.length : semicolon)
  if (uriText.includes(',') || uriText.includes('?')) return undefined
  const uri = parseUri(uriText)
  const params = semicolon < 0 ? noParams : parseParams(value, semicolon)
  return uri && params && { uri, uriText, params }
}

/**
 * `*(token LWS)`, and what deployed phones write unquoted besides (`Zoë`, `Sales (Paris)`): everything but what separates.
 * A comma stays refused (RFC 4475 §3.1.2.15).
 */
function isUnquotedName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    const separates = code === 0x22 || code === 0x2c || code === 0x3b || code === 0x3e || code === 0x5c
    if (separates || code === 0x7f || (code < 0x20 && code !== 0x09)) return false
  }
  return true
}

/** Writes a `name-addr`: always with angle brackets, the display name quoted. */
export function formatNameAddress(address: {
  displayName?: string | undefined
  uri: Uri | string
  params?: Params | undefined
}): string {
  const uri = typeof address.uri === 'string' ? address.uri : formatUri(address.uri)
  const name = address.displayName ? `${quote(address.displayName)} ` : ''
  return `${name}<${uri}>${address.params ? formatParams(address.params) : ''}`
}

/** Reads a list of addresses (Route, Record-Route, P-Asserted-Identity); `undefined` where one of them is malformed. */
export function parseNameAddresses(lines: readonly string[]): NameAddress[] | undefined {
  const addresses: NameAddress[] = []
  for (const line of lines)
    for (const part of splitOutside(line, ',') ?? ['']) {
      const address = parseNameAddress(part)
      if (!address) return undefined
      addresses.push(address)
    }
  return addresses
}
