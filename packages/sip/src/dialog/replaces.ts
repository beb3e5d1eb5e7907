import { replaces } from '../message/extensions.ts'
import { getHeaders } from '../message/headers.ts'
import type { SipRequest } from '../message/message.types.ts'
import type { CallContext, CallRecord } from './call.record.ts'
import { dialogKey } from './dialog.ts'

/** The call an INVITE wants to replace, or the failure it deserves. @source RFC 3891 §3 */
export function findReplaced(
  context: CallContext,
  request: SipRequest,
): { call: CallRecord | undefined } | { status: number } {
  const values = getHeaders(request, 'Replaces')
  if (values.length === 0) return { call: undefined }
  const reference = replaces(request)
  // More than one, or one with Join, cannot be obeyed
  if (values.length > 1 || reference === undefined || getHeaders(request, 'Join').length > 0)
    return { status: 400 }
  const found = context.dialogs.get(dialogKey(reference.callId, reference.toTag, reference.fromTag))
  if (found === undefined) return { status: 481 }
  const { call, fork } = found
  if (fork.dialog.state === 'terminated') return { status: 603 }
  if (fork.dialog.state === 'confirmed') return reference.earlyOnly ? { status: 486 } : { call }
  // An early dialog may only be replaced at the end that made it
  return call.direction === 'outgoing' ? { call } : { status: 481 }
}
