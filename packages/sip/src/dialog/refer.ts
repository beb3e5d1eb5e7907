import { event, subscriptionState } from '../message/extensions.ts'
import { getHeader, getHeaderList } from '../message/headers.ts'
import { parseNameAddress } from '../message/name-address.ts'
import { reasonPhrase } from '../message/response.ts'
import { decodeText, encodeText } from '../message/text.ts'
import type { IncomingRequest } from '../transaction/incoming.ts'
import { nextState } from '../transaction/machine.ts'
import type { ServerTransaction } from '../transaction/server-transaction.ts'
import {
  answer,
  type CallContext,
  type CallRecord,
  type Fork,
  type ReferRecord,
  retrySoon,
} from './call.record.ts'
import { referSubscriptionMachine } from './dialog.tables.ts'
import { requestInDialog } from './dialog.ts'

/** How long a subscription may last; the call it is about rings that long at most. */
const subscriptionS = 180
/** Subscriptions a call may have at a time; nobody transfers one call that often. */
const mostRefers = 8

function move(refer: ReferRecord, event: 'accept' | 'refuse' | 'notify' | 'finish'): boolean {
  const next = nextState(referSubscriptionMachine, refer.state, event)
  const changed = next !== undefined && refer.state !== 'terminated'
  if (next !== undefined) refer.state = next
  return changed
}

function forget({ runtime }: CallContext, call: CallRecord, refer: ReferRecord): void {
  runtime.timers.cancel(refer.expiry)
  call.refers.delete(refer.key)
}

/** Asks the peer to call somebody. @source RFC 3515 §2.4.1 */
export function sendRefer(
  context: CallContext,
  call: CallRecord,
  main: Fork,
  options: { referTo: string; referredBy?: string; headers?: readonly string[] },
): string {
  const headers = ['Refer-To', options.referTo.startsWith('<') ? options.referTo : `<${options.referTo}>`]
  if (options.referredBy !== undefined) headers.push('Referred-By', options.referredBy)
  headers.push(...(options.headers ?? []))
  const outgoing = requestInDialog(main.dialog, 'REFER', { headers, contact: true })
  const refer: ReferRecord = {
    key: context.nextKey(),
    state: 'pending',
    ours: true,
    sequence: main.dialog.localSequence,
    transaction: undefined,
    expiry: undefined,
  }
  call.refers.set(refer.key, refer)
  const progress = (status: number, reason: string, final: boolean) =>
    context.emit({ type: 'call.referProgress', call: call.key, refer: refer.key, status, reason, final })
  const nextSequence = () => {
    refer.sequence = ++main.dialog.localSequence
    return refer.sequence
  }
  context.authenticated.send(
    outgoing,
    { account: call.account, nextSequence },
    {
      response({ message }) {
        if (message.status < 200 || !context.calls.has(call.key)) return
        if (message.status < 300) {
          // The first NOTIFY may have been faster than the 202; a peer that never notifies is given up
          if (move(refer, 'accept')) {
            refer.expiry ??= context.runtime.timers.after(subscriptionS * 1_000, () => {
              if (!move(refer, 'finish')) return
              forget(context, call, refer)
              progress(408, reasonPhrase(408), true)
            })
          }
        } else if (move(refer, 'refuse')) {
          forget(context, call, refer)
          progress(message.status, message.reason, true)
        }
      },
      failed() {
        if (!context.calls.has(call.key) || !move(refer, 'refuse')) return
        forget(context, call, refer)
        progress(408, reasonPhrase(408), true)
      },
    },
  )
  return refer.key
}

/** Takes a NOTIFY about a REFER of ours. @source RFC 3515 §2.4.4, §2.4.5 */
export function receiveNotify(
  context: CallContext,
  call: CallRecord,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
): void {
  const request = incoming.message
  const to = { transaction, request }
  const about = event(request)
  if (about?.name !== 'refer') {
    answer(context, call, to, 489, { headers: ['Allow-Events', 'refer'] })
    return
  }
  // §2.4.6: the id is the CSeq of the REFER; it may be missing when there is but one
  const ours = [...call.refers.values()].filter(refer => refer.ours && refer.state !== 'terminated')
  const refer = about.id === undefined ? ours[0] : ours.find(({ sequence }) => String(sequence) === about.id)
  if (refer === undefined) {
    answer(context, call, to, 481)
    return
  }
  answer(context, call, to, 200)
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?: ([^\r\n]*))?/.exec(decodeText(request.body.subarray(0, 512)))
  const code = Number(status?.[1] ?? 100)
  const ended = subscriptionState(request)?.state === 'terminated'
  move(refer, ended ? 'finish' : 'notify')
  if (ended) forget(context, call, refer)
  const reason = status?.[2] ?? reasonPhrase(code)
  context.emit({
    type: 'call.referProgress',
    call: call.key,
    refer: refer.key,
    status: code,
    reason,
    final: ended,
  })
}

/** Takes a REFER of the peer. @source RFC 3515 §2.4.2 */
export function receiveRefer(
  context: CallContext,
  call: CallRecord,
  incoming: IncomingRequest,
  transaction: ServerTransaction,
): void {
  const request = incoming.message
  const targets = getHeaderList(request, 'Refer-To')
  const target = targets.length === 1 ? parseNameAddress(targets[0] ?? '') : undefined
  if (target === undefined) {
    // §2.4.2: exactly one Refer-To
    answer(context, call, { transaction, request }, 400)
    return
  }
  if (call.refers.size >= mostRefers) {
    answer(context, call, { transaction, request }, 500, { headers: retrySoon(context) })
    return
  }
  const refer: ReferRecord = {
    key: context.nextKey(),
    state: 'pending',
    ours: false,
    sequence: incoming.cseq,
    transaction,
    expiry: undefined,
  }
  call.refers.set(refer.key, refer)
  context.emit({
    type: 'call.referred',
    call: call.key,
    refer: refer.key,
    referTo: target.uriText,
    referredBy: getHeader(request, 'Referred-By'),
    request,
  })
}

/** Answers 202 or a failure. */
export function answerRefer(context: CallContext, call: CallRecord, key: string, status: number): boolean {
  const refer = call.refers.get(key)
  const request = refer?.transaction?.request
  if (refer?.transaction === undefined || request === undefined) return false
  const { transaction } = refer
  refer.transaction = undefined
  if (status >= 300) {
    move(refer, 'refuse')
    forget(context, call, refer)
    answer(context, call, { transaction, request }, status)
    return true
  }
  move(refer, 'accept')
  answer(context, call, { transaction, request }, status, { contact: true })
  refer.expiry = context.runtime.timers.after(subscriptionS * 1_000, () =>
    notify(context, call, refer, 408, undefined),
  )
  // §2.4.4: a NOTIFY follows at once
  notify(context, call, refer, 100, undefined)
  return true
}

/** Reports how the asked-for call goes. */
export function notifyRefer(
  context: CallContext,
  call: CallRecord,
  key: string,
  status: number,
  reason: string | undefined,
): boolean {
  const refer = call.refers.get(key)
  if (refer === undefined || refer.ours || refer.state !== 'active') return false
  notify(context, call, refer, status, reason)
  return true
}

function notify(
  context: CallContext,
  call: CallRecord,
  refer: ReferRecord,
  status: number,
  reason: string | undefined,
): void {
  const { main } = call
  const final = status >= 200
  if (main === undefined || !move(refer, final ? 'finish' : 'notify')) return
  if (final) forget(context, call, refer)
  const outgoing = requestInDialog(main.dialog, 'NOTIFY', {
    headers: [
      'Event',
      `refer;id=${refer.sequence}`,
      'Subscription-State',
      final ? 'terminated;reason=noresource' : `active;expires=${subscriptionS}`,
    ],
    contact: true,
    contentType: 'message/sipfrag;version=2.0',
    body: encodeText(`SIP/2.0 ${status} ${reason ?? reasonPhrase(status)}\r\n`),
  })
  const identity = { account: call.account, nextSequence: () => ++main.dialog.localSequence }
  const stop = () => {
    // RFC 6665 §4.2.2: who cannot be notified is subscribed no longer
    if (move(refer, 'finish')) forget(context, call, refer)
  }
  context.authenticated.send(outgoing, identity, {
    response: ({ message }) => {
      if (message.status >= 300) stop()
    },
    failed: stop,
  })
}
