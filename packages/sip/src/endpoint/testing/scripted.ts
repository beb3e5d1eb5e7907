import { getHeader } from '../../message/headers.ts'
import type { SipRequest, SipResponse } from '../../message/message.types.ts'
import { createResponse, reasonPhrase } from '../../message/response.ts'
import { encodeText } from '../../message/text.ts'
import { createNetwork, type Peer, sdp } from './network.ts'

/** A network with Alice and Bob in it. */
export type Network = ReturnType<typeof createNetwork>

/** Alice calls; `to` is Bob unless told otherwise. */
export function callFrom(network: Network, alice: Peer, extras: object = {}): string {
  return network.tell(alice, endpoint =>
    endpoint.invite({
      to: 'sip:bob@10.0.0.2',
      from: `<sip:${alice.name}@${alice.address}>`,
      description: sdp('alice'),
      ...extras,
    }),
  )
}

/** Bob accepts whatever comes. */
export function acceptAll(network: Network, bob: Peer): void {
  bob.on = event => {
    if (event.type === 'call.incoming') {
      network.tell(bob, endpoint => endpoint.accept(event.call, { description: sdp('bob') }))
    }
  }
}

/** An answer by hand, with a tag and a Contact. */
export function reply(
  request: SipRequest,
  status: number,
  tag: string,
  extras: { headers?: string[]; body?: string } = {},
): SipResponse {
  const response = createResponse(request, status, reasonPhrase(status), tag)
  if (status > 100 && status < 300) response.headers.push('Contact', '<sip:bob@10.0.0.2:5060>')
  response.headers.push(...(extras.headers ?? []))
  if (extras.body !== undefined) {
    response.headers.push('Content-Type', 'application/sdp')
    response.body = encodeText(extras.body)
  }
  return response
}

let lastBranch = 0

/** A request by hand. */
export function ask(
  method: string,
  options: {
    uri?: string
    callId?: string
    fromTag?: string
    toTag?: string | undefined
    sequence?: number
    headers?: string[]
    body?: string
    address?: string
    maxForwards?: string
    branch?: string
  } = {},
): SipRequest {
  const { address = '10.0.0.9', fromTag = 'f', toTag, sequence = 1, body } = options
  const branch = options.branch ?? `z9hG4bKtest${++lastBranch}`
  const headers = [
    ...['Via', `SIP/2.0/UDP ${address}:5060;branch=${branch}`],
    ...['Max-Forwards', options.maxForwards ?? '70'],
    ...['From', `<sip:tester@${address}>;tag=${fromTag}`],
    ...['To', `<sip:bob@10.0.0.2>${toTag === undefined ? '' : `;tag=${toTag}`}`],
    ...['Call-ID', options.callId ?? 'by-hand', 'CSeq', `${sequence} ${method}`],
    ...['Contact', `<sip:tester@${address}:5060>`],
    ...(options.headers ?? []),
  ]
  if (body !== undefined && !headers.includes('Content-Type')) headers.push('Content-Type', 'application/sdp')
  return {
    kind: 'request',
    method,
    requestUri: options.uri ?? 'sip:bob@10.0.0.2',
    headers,
    body: body === undefined ? new Uint8Array(0) : encodeText(body),
  }
}

/** The tag in the To of an answer. */
export function toTagOf(response: SipResponse | undefined): string {
  return /;tag=([^;]+)/.exec(getHeader(response ?? missing('answer'), 'To') ?? '')?.[1] ?? ''
}

/** A call that Alice made and Bob took. */
export function talking(network: Network, alice: Peer, bob: Peer): { ofAlice: string; ofBob: string } {
  acceptAll(network, bob)
  const ofAlice = callFrom(network, alice)
  network.run(100)
  const ofBob = bob.of('call.incoming').at(-1)?.call ?? missing('call')
  if (bob.of('call.confirmed').length === 0) missing('ACK')
  return { ofAlice, ofBob }
}

/** Bob, in a call with a tester who is played by hand. */
export function testerInCall(options: object = {}, inviteHeaders: string[] = []) {
  const network = createNetwork()
  const bob = network.add('bob', '10.0.0.2', options)
  acceptAll(network, bob)
  const tester = network.script('tester', '10.0.0.9')
  tester.say(ask('INVITE', { body: 'v=0', headers: inviteHeaders }), bob)
  network.run(10)
  const accepted = tester.responses().at(-1) ?? missing('answer')
  const toTag = toTagOf(accepted)
  tester.say(ask('ACK', { toTag }), bob)
  network.run(10)
  const { call } = bob.of('call.incoming')[0] ?? missing('call')
  return { network, bob, tester, toTag, call, accepted }
}

function missing(what: string): never {
  throw new Error(`There is no ${what}.`)
}
