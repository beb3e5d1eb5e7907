export type SoftphoneProblemCode =
  | 'permissionDenied'
  /** The operating system, not the page's permission, keeps the device from the browser. */
  | 'permissionDeniedBySystem'
  | 'noMicrophone'
  | 'noCamera'
  | 'deviceBusy'
  /** The visitor closed the picker without choosing. */
  | 'cancelled'
  /** Pages over plain http may not use a microphone. */
  | 'insecureContext'
  | 'unsupported'
  | 'connectionLost'
  | 'mediaFailed'
  | 'unknown'

/** Why calling, or a part of it, did not work; `code` chooses the words and the advice. */
export class SoftphoneError extends Error {
  readonly code: SoftphoneProblemCode

  constructor(code: SoftphoneProblemCode, message: string = code) {
    super(message)
    this.name = 'SoftphoneError'
    this.code = code
  }
}

/**
 * What a refused `getUserMedia` or `getDisplayMedia` means.
 * @source https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
 */
export function explainMediaError(
  error: unknown,
  wanted: 'microphone' | 'camera' | 'screen',
): SoftphoneError {
  if (error instanceof SoftphoneError) return error
  const name = error instanceof Error ? error.name : ''
  const message = error instanceof Error ? error.message : String(error)
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      if (/system/i.test(message)) return new SoftphoneError('permissionDeniedBySystem', message)
      if (wanted === 'screen' || /dismiss/i.test(message)) return new SoftphoneError('cancelled', message)
      return new SoftphoneError('permissionDenied', message)
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new SoftphoneError(wanted === 'microphone' ? 'noMicrophone' : 'noCamera', message)
    case 'NotReadableError':
    case 'TrackStartError':
      return new SoftphoneError('deviceBusy', message)
    case 'AbortError':
      return new SoftphoneError('cancelled', message)
    case 'NotSupportedError':
    case 'TypeError':
      return new SoftphoneError('unsupported', message)
    default:
      return new SoftphoneError('unknown', message)
  }
}
