import { parseNumber } from './grammar.ts'

/** A host and perhaps a port, as URIs and Via write them. */
export type HostPort = {
  /** Lower-case; IPv6 without its brackets. */
  host: string
  port?: number
}

/**
 * Reads `host [":" port]`: a name, an IPv4 address or an IPv6 reference in brackets.
 *
 * @source RFC 3261 §25.1 hostport, RFC 5118 §4
 */
export function parseHostPort(text: string): HostPort | undefined {
  if (text.charCodeAt(0) === 0x5b) {
    const close = text.indexOf(']')
    const address = close < 0 ? undefined : readIpv6(text.slice(1, close))
    return address === undefined ? undefined : withPort(address.toLowerCase(), text, close + 1)
  }
  const colon = text.indexOf(':')
  const end = colon < 0 ? text.length : colon
  let isLower = true
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    if (!isHostCode(code)) return undefined
    if (code >= 0x41 && code <= 0x5a) isLower = false
  }
  const host = text.slice(0, end)
  return end === 0 ? undefined : withPort(isLower ? host : host.toLowerCase(), text, end)
}

/** RFC 5118 §4.10: three colons before an IPv4 part, an error of RFC 3261's grammar, are taken for two. */
function readIpv6(text: string): string | undefined {
  if (isIpv6(text)) return text
  const error = text.indexOf(':::')
  if (error < 0 || !isIpv4(text.slice(error + 3))) return undefined
  const right = text.slice(0, error) + text.slice(error + 1)
  return isIpv6(right) ? right : undefined
}

function withPort(host: string, text: string, at: number): HostPort | undefined {
  if (at === text.length) return { host }
  if (text.charCodeAt(at) !== 0x3a) return undefined
  const port = parseNumber(text.slice(at + 1), 65_535)
  return port === undefined ? undefined : { host, port }
}

/** Letters, digits, dash and dot; the underscore is no host name's but many a machine's. */
function isHostCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  )
}

/** Writes a host and a port, IPv6 in brackets. */
export function formatHostPort({ host, port }: HostPort): string {
  const written = host.includes(':') ? `[${host}]` : host
  return port === undefined ? written : `${written}:${port}`
}

/** Whether a text is an IPv4 address in dotted decimal. */
export function isIpv4(text: string): boolean {
  let parts = 1
  let digits = 0
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e) {
      if (digits === 0) return false
      parts++
      digits = 0
      value = 0
    } else {
      if (code < 0x30 || code > 0x39) return false
      value = value * 10 + code - 0x30
      if (++digits > 3 || value > 255) return false
    }
  }
  return parts === 4 && digits > 0
}

/** Whether a text is an IPv6 address without brackets, perhaps ending in IPv4. @source RFC 3986 §3.2.2 */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false
  const gap = text.indexOf('::')
  if (gap < 0) return groupsOf(text, true) === 8
  const before = groupsOf(text.slice(0, gap), false)
  const after = groupsOf(text.slice(gap + 2), true)
  // `::` stands for at least one group of zeros.
  return before >= 0 && after >= 0 && before + after <= 7
}

/** How many groups of 16 bits a part without `::` has, -1 where it is none. */
function groupsOf(text: string, mayEndInIpv4: boolean): number {
  if (text === '') return 0
  const parts = text.split(':')
  let groups = 0
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && isIpv4(part)) return groups + 2
    if (part.length === 0 || part.length > 4) return -1
    for (let i = 0; i < part.length; i++) if (!isHexCode(part.charCodeAt(i))) return -1
    groups++
  }
  return groups
}

/** Whether a character code is a hexadecimal digit. */
export function isHexCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46)
}
