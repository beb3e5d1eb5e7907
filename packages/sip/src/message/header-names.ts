/** Header fields this package knows, as they are written. @source RFC 3261 §20 and the IANA registry of SIP header fields */
const knownNames = [
  'Accept',
  'Accept-Contact',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'Allow-Events',
  'Answer-Mode',
  'Authentication-Info',
  'Authorization',
  'Call-ID',
  'Call-Info',
  'Contact',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Date',
  'Diversion',
  'Encryption',
  'Error-Info',
  'Event',
  'Expires',
  'Flow-Timer',
  'From',
  'Geolocation',
  'Hide',
  'History-Info',
  'Identity',
  'In-Reply-To',
  'Info-Package',
  'Join',
  'Max-Breadth',
  'Max-Forwards',
  'MIME-Version',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'P-Access-Network-Info',
  'P-Asserted-Identity',
  'P-Associated-URI',
  'P-Charging-Vector',
  'P-Early-Media',
  'P-Preferred-Identity',
  'Path',
  'Priority',
  'Privacy',
  'Proxy-Authenticate',
  'Proxy-Authentication-Info',
  'Proxy-Authorization',
  'Proxy-Require',
  'RAck',
  'Reason',
  'Record-Route',
  'Recv-Info',
  'Refer-Sub',
  'Refer-To',
  'Referred-By',
  'Reject-Contact',
  'Remote-Party-ID',
  'Replaces',
  'Reply-To',
  'Request-Disposition',
  'Require',
  'Response-Key',
  'Retry-After',
  'Route',
  'RSeq',
  'Security-Client',
  'Security-Server',
  'Security-Verify',
  'Server',
  'Service-Route',
  'Session-Expires',
  'Session-ID',
  'SIP-ETag',
  'SIP-If-Match',
  'Subject',
  'Subscription-State',
  'Supported',
  'Target-Dialog',
  'Timestamp',
  'To',
  'Unsupported',
  'User-Agent',
  'User-to-User',
  'Via',
  'Warning',
  'WWW-Authenticate',
] as const

/** A header field known by name; others are written as any string. */
export type KnownHeaderName = (typeof knownNames)[number]

/** A header name: known ones are offered by editors, any other string is taken. */
export type HeaderName = KnownHeaderName | (string & {})

/** @source RFC 3261 §7.3.3 and the registry's compact forms (RFC 3515, 3841, 3892, 4028, 4474, 6665, 8224) */
const compactForms: Record<string, KnownHeaderName> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
}

const canonicalByName = new Map<string, string>()
for (const name of knownNames) {
  canonicalByName.set(name, name)
  canonicalByName.set(name.toLowerCase(), name)
}
for (const [compact, name] of Object.entries(compactForms)) {
  canonicalByName.set(compact, name)
  canonicalByName.set(compact.toUpperCase(), name)
}

/** Known names as they are mostly written, each in a place that its length and ends tell. */
const byShape: (string | undefined)[] = new Array(512).fill(undefined)
for (const name of [...knownNames].reverse()) {
  byShape[shapeOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1))] = name
}

function shapeOf(length: number, first: number, last: number): number {
  return (length * 37 + first * 5 + last) & 511
}

/** The canonical name that stands in `text` from `start` up to `end`, found without a copy, or `undefined`. */
export function knownNameAt(text: string, start: number, end: number): string | undefined {
  const name = byShape[shapeOf(end - start, text.charCodeAt(start), text.charCodeAt(end - 1))]
  return name !== undefined && name.length === end - start && text.startsWith(name, start) ? name : undefined
}

/**
 * The one spelling of a header name: compact forms resolved, known names as their RFC writes them, unknown ones with each
 * dash-separated part capitalised (`x-trunk-id` is `X-Trunk-Id`).
 *
 * @source RFC 3261 §7.3.1: names are case-insensitive
 */
export function canonicalHeaderName(name: string): string {
  const known = canonicalByName.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  return canonicalByName.get(lower) ?? capitalise(lower)
}

function capitalise(lower: string): string {
  return lower
    .split('-')
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join('-')
}
