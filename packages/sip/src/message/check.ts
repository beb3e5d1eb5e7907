import { contentType, parseDate } from './extensions.ts'
import { isToken, parseNumber, splitOutside, trimmed } from './grammar.ts'
import { getHeader, getHeaders } from './headers.ts'
import type { SipMessage } from './message.types.ts'
import type { MessageProblem } from './message-problem.ts'
import { parseNameAddress, parseNameAddresses } from './name-address.ts'
import { allVias, contacts } from './typed.ts'

type Checker = (lines: readonly string[]) => boolean

const addressLists = [
  'Route',
  'Record-Route',
  'Path',
  'Service-Route',
  'P-Asserted-Identity',
  'P-Preferred-Identity',
]
const singleAddresses = ['Refer-To', 'Referred-By', 'Reply-To']
const tokenLists = ['Allow', 'Require', 'Proxy-Require', 'Supported', 'Unsupported']
const secondsHeaders = ['Expires', 'Min-Expires', 'RSeq']

const checkers: Record<string, Checker> = {
  ...Object.fromEntries(addressLists.map(name => [name, lines => parseNameAddresses(lines) !== undefined])),
  ...Object.fromEntries(
    singleAddresses.map(name => [name, ([line = '']) => parseNameAddress(line) !== undefined]),
  ),
  ...Object.fromEntries(tokenLists.map(name => [name, lines => lines.every(isTokenList)])),
  ...Object.fromEntries(
    secondsHeaders.map(name => [name, ([line = '']) => parseNumber(line, 2 ** 32 - 1) !== undefined]),
  ),
  'Max-Forwards': ([line = '']) => parseNumber(line, 255) !== undefined,
  Date: ([line = '']) => parseDate(line) !== undefined,
  Warning: lines => lines.every(isWarningList),
}

const checkerNames = Object.keys(checkers)

/** `#token`; an empty Supported or Allow is allowed. */
function isTokenList(line: string): boolean {
  return line === '' || (splitOutside(line, ',') ?? ['']).every(part => part === '' || isToken(part))
}

/** @source RFC 3261 §25.1 warning-value: three digits, who warns, and a quoted text. */
function isWarningList(line: string): boolean {
  return (splitOutside(line, ',') ?? ['']).every(part => {
    const open = part.indexOf('"')
    const words = trimmed(part, 0, Math.max(0, open)).split(/[ \t]+/)
    const [code = ''] = words
    return words.length === 2 && code.length === 3 && parseNumber(code, 999) !== undefined
  })
}

/**
 * Reads every header this package knows of a message that `parseMessage` accepted, and tells the first that is malformed, with
 * the answer a request deserves: for those who would rather refuse than guess. Headers without a reader are not looked at.
 *
 * @source RFC 3261 §8.2, §21.4.1; RFC 4475 §3.1.2
 */
export function checkMessage(message: SipMessage): MessageProblem | undefined {
  const name = findMalformed(message)
  if (name === undefined) return undefined
  const problem: MessageProblem = { code: 'malformedHeader', detail: `${name} is malformed.` }
  return message.kind === 'response' || message.method === 'ACK'
    ? problem
    : { ...problem, status: 400, partial: message }
}

function findMalformed(message: SipMessage): string | undefined {
  if (!allVias(message)) return 'Via'
  if (!contacts(message)) return 'Contact'
  for (const name of checkerNames) {
    const lines = getHeaders(message, name)
    if (lines.length > 0 && !checkers[name]?.(lines)) return name
  }
  // RFC 3261 §20.15: a body needs its type.
  if (message.body.length > 0 && !contentType(message)) return 'Content-Type'
  return getHeader(message, 'Content-Type') !== undefined && !contentType(message)
    ? 'Content-Type'
    : undefined
}
