import type { CallEnd } from '@guichet/sip'
import type { PhoneCause } from '../../modules/calls/phone.ports.ts'

/** What a caller whom we refuse is told. @source RFC 3261 §21.4, §21.5 */
const statusOfCause: Record<PhoneCause, number> = {
  hungUp: 480,
  busy: 486,
  noAnswer: 480,
  declined: 603,
  cancelled: 487,
  notFound: 404,
  notAllowed: 403,
  unavailable: 480,
  unreachable: 503,
  failed: 500,
}

/** The SIP status that tells why we do not take a call. */
export function statusOf(cause: PhoneCause): number {
  return statusOfCause[cause]
}

const causes: Record<number, PhoneCause> = {
  401: 'notAllowed',
  403: 'notAllowed',
  404: 'notFound',
  407: 'notAllowed',
  408: 'noAnswer',
  410: 'notFound',
  480: 'unavailable',
  484: 'notFound',
  486: 'busy',
  487: 'cancelled',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
  600: 'busy',
  603: 'declined',
  604: 'notFound',
  607: 'declined',
}

/** What a final SIP status means to people. @source RFC 3261 §21, RFC 8197 for 607 */
export function causeOfStatus(status: number): PhoneCause {
  return causes[status] ?? 'failed'
}

/** Why a call ended, to people. */
export function causeOfEnd(end: CallEnd): PhoneCause {
  switch (end.cause) {
    case 'refused':
      return causeOfStatus(end.response.status)
    case 'cancelled':
    case 'cancelledByPeer':
      return 'cancelled'
    case 'hungUp':
    case 'hungUpByPeer':
    case 'replaced':
      return 'hungUp'
    case 'rejected':
      return 'declined'
    case 'unreachable':
    case 'expired':
      return 'unreachable'
    case 'noAck':
    case 'noPrack':
    case 'noDescription':
      return 'failed'
  }
}
