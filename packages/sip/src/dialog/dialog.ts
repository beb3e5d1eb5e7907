import { getHeader, getHeaderList } from '../message/headers.ts'
import type {
  SipRequest,
  SipResponse,
  TransportAddress,
  TransportProtocol,
} from '../message/message.types.ts'
import { parseNameAddress } from '../message/name-address.ts'
import { isSipUri, parseUri, type Uri } from '../message/uri.ts'
import type { IncomingRequest, IncomingResponse } from '../transaction/incoming.ts'
import { nextState } from '../transaction/machine.ts'
import type { OutgoingRequest } from '../transport/request-sender.ts'
import { dialogMachine } from './dialog.tables.ts'

/** A peer-to-peer relationship between two tags. @source RFC 3261 §12 */
export type Dialog = {
  state: keyof (typeof dialogMachine)['table']
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** From of our requests, with its tag. */
  readonly local: string
  /** To of our requests, with its tag. */
  readonly remote: string
  localSequence: number
  remoteSequence: number | undefined
  /** Where the peer wants requests: the URI of its latest Contact. */
  remoteTarget: string
  /** Route values in our order; fixed once the dialog is confirmed. */
  routeSet: readonly string[]
  /** The connection or address the peer was last heard on. */
  flow: TransportAddress | undefined
  contact: (protocol: TransportProtocol) => string
}

/** By what a dialog is found. @source RFC 3261 §12 */
export function dialogKey(callId: string, localTag: string, remoteTag: string | undefined): string {
  return `${callId}|${localTag}|${remoteTag ?? ''}`
}

/** The first Contact's URI; undefined where there is none or it cannot be read. */
export function contactUri(message: SipRequest | SipResponse): string | undefined {
  const [first] = getHeaderList(message, 'Contact')
  return first === undefined || first === '*' ? undefined : parseNameAddress(first)?.uriText
}

/** The dialog of an INVITE we received, once we answer with our tag. @source RFC 3261 §12.1.1 */
export function dialogOfRequest(
  incoming: IncomingRequest,
  localTag: string,
  flow: TransportAddress | undefined,
  contact: Dialog['contact'],
): Dialog {
  const { message: request, callId, cseq, from } = incoming
  return {
    state: 'early',
    callId,
    localTag,
    remoteTag: incoming.fromTag ?? '',
    local: withTag(getHeader(request, 'To') ?? '', localTag),
    remote: getHeader(request, 'From') ?? '',
    localSequence: 0,
    remoteSequence: cseq,
    // §12.1.1 wants a Contact; without one the From URI is all there is to reach the peer by
    remoteTarget: contactUri(request) ?? from.uriText,
    routeSet: getHeaderList(request, 'Record-Route'),
    flow,
    contact,
  }
}

/** The dialog of an INVITE we sent, once an answer has a tag. @source RFC 3261 §12.1.2 */
export function dialogOfResponse(
  incoming: IncomingResponse,
  request: SipRequest,
  flow: TransportAddress | undefined,
  contact: Dialog['contact'],
): Dialog {
  const { message: response, callId, cseq } = incoming
  return {
    state: 'early',
    callId,
    localTag: incoming.fromTag ?? '',
    remoteTag: incoming.toTag ?? '',
    local: getHeader(request, 'From') ?? '',
    remote: getHeader(response, 'To') ?? '',
    localSequence: cseq,
    remoteSequence: undefined,
    remoteTarget: contactUri(response) ?? request.requestUri,
    routeSet: getHeaderList(response, 'Record-Route').reverse(),
    flow,
    contact,
  }
}

/** Moves the dialog; false when its state does not take the event. */
export function moveDialog(dialog: Dialog, event: 'provisional' | 'confirm' | 'terminate'): boolean {
  const next = nextState(dialogMachine, dialog.state, event)
  if (next !== undefined) dialog.state = next
  return next !== undefined
}

/** Route set of a UAC is computed anew from the 2xx. @source RFC 3261 §13.2.2.4 */
export function confirmByResponse(dialog: Dialog, response: SipResponse): void {
  if (dialog.state === 'early') dialog.routeSet = getHeaderList(response, 'Record-Route').reverse()
  moveDialog(dialog, 'confirm')
  refreshTarget(dialog, response)
}

/** Takes the peer's new address from a target refresh (INVITE, UPDATE and their 2xx). @source RFC 3261 §12.2 */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): void {
  dialog.remoteTarget = contactUri(message) ?? dialog.remoteTarget
}

/**
 * Whether a request is in order, remembering its number; out of order it is to be answered 500. ACK and CANCEL are not asked.
 * @source RFC 3261 §12.2.2
 */
export function takeSequence(dialog: Dialog, sequence: number): boolean {
  if (dialog.remoteSequence !== undefined && sequence <= dialog.remoteSequence) return false
  dialog.remoteSequence = sequence
  return true
}

/** What a request within a dialog may add. */
export type InDialogContent = {
  headers?: readonly string[]
  body?: Uint8Array
  contentType?: string
  /** ACK takes the number of its INVITE; all others the next one. */
  sequence?: number
  /** INVITE, UPDATE, REFER, SUBSCRIBE and NOTIFY carry a Contact. */
  contact?: boolean
}

/** Builds a request within a dialog, its route loose or strict. @source RFC 3261 §12.2.1.1 */
export function requestInDialog(
  dialog: Dialog,
  method: string,
  content: InDialogContent = {},
): OutgoingRequest {
  const sequence = content.sequence ?? ++dialog.localSequence
  const [first] = dialog.routeSet
  const firstUri = first === undefined ? undefined : parseNameAddress(first)?.uri
  let requestUri = dialog.remoteTarget
  let routes = dialog.routeSet
  if (first !== undefined && firstUri !== undefined && isSipUri(firstUri) && !firstUri.params.has('lr')) {
    // A strict router wants itself in the Request-URI, and the target as the last Route
    requestUri = parseNameAddress(first)?.uriText ?? requestUri
    routes = [...dialog.routeSet.slice(1), `<${dialog.remoteTarget}>`]
  }
  const headers: string[] = []
  for (const route of routes) headers.push('Route', route)
  headers.push('Max-Forwards', '70', 'From', dialog.local, 'To', dialog.remote, 'Call-ID', dialog.callId)
  headers.push('CSeq', `${sequence} ${method}`)
  if (content.headers !== undefined) headers.push(...content.headers)
  if (content.contentType !== undefined) headers.push('Content-Type', content.contentType)
  const nextHop: Uri = firstUri ??
    parseUri(dialog.remoteTarget) ?? { scheme: 'invalid', text: dialog.remoteTarget }
  return {
    method,
    requestUri,
    headers,
    body: content.body ?? new Uint8Array(0),
    contact: content.contact === true ? dialog.contact : undefined,
    nextHop,
    flow: dialog.flow,
    // A peer behind a stream of its own, or a NAT, rarely listens where its Contact says: RFC 5923
    viaFlow: first === undefined && dialog.flow !== undefined,
  }
}

function withTag(value: string, tag: string): string {
  return parseNameAddress(value)?.params.has('tag') === true ? value : `${value};tag=${tag}`
}
