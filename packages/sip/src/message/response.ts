import { getHeader } from './headers.ts'
import type { RawHeaders, SipRequest, SipResponse } from './message.types.ts'
import { formatParams } from './params.ts'
import { toAddress } from './typed.ts'

/** @source RFC 3261 §21; RFC 3262, 3265, 3312, 3323, 3326, 3329, 3891, 4028, 4412, 4538, 4916, 5360, 5627, 6086, 8197 */
const reasons: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  199: 'Early Dialog Terminated',
  200: 'OK',
  202: 'Accepted',
  204: 'No Notification',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  305: 'Use Proxy',
  380: 'Alternative Service',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  412: 'Conditional Request Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  417: 'Unknown Resource-Priority',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  424: 'Bad Location Information',
  428: 'Use Identity Header',
  429: 'Provide Referrer Identity',
  430: 'Flow Failed',
  433: 'Anonymity Disallowed',
  436: 'Bad Identity-Info',
  437: 'Unsupported Certificate',
  438: 'Invalid Identity Header',
  439: 'First Hop Lacks Outbound Support',
  440: 'Max-Breadth Exceeded',
  469: 'Bad Info Package',
  470: 'Consent Needed',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  485: 'Ambiguous',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  493: 'Undecipherable',
  494: 'Security Agreement Required',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  555: 'Push Notification Service Not Supported',
  580: 'Precondition Failure',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
  607: 'Unwanted',
  608: 'Rejected',
}

const classes = [
  '',
  'Trying',
  'OK',
  'Multiple Choices',
  'Bad Request',
  'Server Internal Error',
  'Busy Everywhere',
]

/** The words for a status code; those of its class where it is unknown. @source RFC 3261 §8.1.3.2 */
export function reasonPhrase(status: number): string {
  return reasons[status] ?? classes[Math.floor(status / 100)] ?? ''
}

const noBody = new Uint8Array(0)

/**
 * Builds the response to a request, or to the part of one that `parseMessage` hands out with a problem: all Via in their
 * order, From, To, Call-ID and CSeq as they came; Timestamp in a 100. Contact, Record-Route and the rest are the caller's.
 *
 * @param toTag Added to a To that has no tag yet; leave it out for a 100 only.
 * @source RFC 3261 §8.2.6
 */
export function createResponse(
  request: SipRequest,
  status: number,
  reason: string = reasonPhrase(status),
  toTag?: string,
): SipResponse {
  const headers: RawHeaders = []
  const source = request.headers
  for (let i = 0; i < source.length; i += 2) {
    const name = source[i] ?? ''
    const value = source[i + 1] ?? ''
    if (name === 'Via' || name === 'From' || name === 'Call-ID' || name === 'CSeq') headers.push(name, value)
    else if (name === 'To') headers.push(name, toTag === undefined ? value : withTag(request, value, toTag))
  }
  if (status === 100) {
    const timestamp = getHeader(request, 'Timestamp')
    if (timestamp !== undefined) headers.push('Timestamp', timestamp)
  }
  return { kind: 'response', status, reason, headers, body: noBody }
}

function withTag(request: SipRequest, value: string, tag: string): string {
  const to = toAddress(request)
  // A To that cannot be read goes back as it came: a tag could land inside of it.
  return !to || to.params.has('tag') ? value : `${value}${formatParams(new Map([['tag', tag]]))}`
}
