import type { ProblemError } from '@guichet/client'
import { SoftphoneError, type SoftphoneProblemCode } from '@guichet/softphone'
import type { TextKey, Translate } from '../i18n/catalogue.ts'
import { explainProblem } from './problem.text.ts'

const phoneWords = {
  permissionDenied: 'call.deviceRefused',
  permissionDeniedBySystem: 'call.refusedBySystem',
  noMicrophone: 'call.noMicrophone',
  noCamera: 'call.noCamera',
  deviceBusy: 'call.deviceBusy',
  cancelled: 'call.screenRefused',
  insecureContext: 'call.insecure',
  unsupported: 'call.unsupported',
  connectionLost: 'call.ended.connectionLost',
  mediaFailed: 'problem.media-failed',
  unknown: 'problem.media-failed',
} as const satisfies Record<SoftphoneProblemCode, TextKey>

/** What failed in a call or a request, and what to do about it, in the reader's words. */
export const explainFailure = (t: Translate, failure: SoftphoneError | ProblemError): string =>
  failure instanceof SoftphoneError ? t(phoneWords[failure.code]) : explainProblem(t, failure)
