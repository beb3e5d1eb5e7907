/** One registry: what went wrong, and the HTTP status it is told with. @source RFC 9457 */
export const problemCodes = {
  'invalid-request': 400,
  'invalid-flow': 400,
  unauthenticated: 401,
  forbidden: 403,
  'origin-not-allowed': 403,
  'not-found': 404,
  'invalid-transition': 409,
  'offer-expired': 409,
  'offer-taken': 409,
  'already-in-call': 409,
  'message-not-yours': 403,
  'conversation-closed': 409,
  'queue-full': 409,
  'payload-too-large': 413,
  'unsupported-file': 415,
  'too-many-requests': 429,
  'too-many-connections': 429,
  'media-failed': 502,
  'media-unavailable': 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<string, number>

export type ProblemCode = keyof typeof problemCodes
