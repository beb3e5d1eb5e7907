import { setHeader } from '../message/headers.ts'
import type { RawHeaders, SipRequest, SipResponse } from '../message/message.types.ts'
import { createResponse } from '../message/response.ts'
import { encodeText } from '../message/text.ts'

/** The audio offer of an ordinary phone. */
export const exampleSdp = [
  'v=0',
  'o=- 20518 0 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 49170 RTP/AVP 8 0 9 101',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n')

/** A request with everything a server looks at; named headers take the place of the usual ones. */
export function buildRequest(
  method: string,
  { headers = {}, requestUri = 'sip:bob@example.com', body = '' }: BuildOptions = {},
): SipRequest {
  const usual: RawHeaders = [
    'Via',
    'SIP/2.0/UDP 192.0.2.10:5060;rport;branch=z9hG4bK776asdhds',
    'Max-Forwards',
    '70',
    'From',
    '"Alice" <sip:alice@example.com>;tag=1928301774',
    'To',
    '<sip:bob@example.com>',
    'Call-ID',
    'a84b4c76e66710@192.0.2.10',
    'CSeq',
    `314159 ${method}`,
    'Contact',
    '<sip:alice@192.0.2.10:5060>',
  ]
  const request: SipRequest = { kind: 'request', method, requestUri, headers: usual, body: encodeText(body) }
  for (const [name, value] of Object.entries(headers)) setHeader(request, name, value)
  return request
}

/** What differs from the usual request. */
export type BuildOptions = {
  headers?: Readonly<Record<string, string>>
  requestUri?: string
  body?: string
}

/** An INVITE as a carrier sends it, with an offer: about 1 kB. */
export function buildInvite(): SipRequest {
  return buildRequest('INVITE', {
    requestUri: 'sip:+33123456789@trunk.example.com;user=phone',
    body: exampleSdp,
    headers: {
      From: '"Alice Martin" <sip:+33987654321@example.com;user=phone>;tag=8f7a6c5b4d3e',
      To: '<sip:+33123456789@trunk.example.com;user=phone>',
      'Record-Route': '<sip:192.0.2.20;lr;ftag=8f7a>',
      'User-Agent': 'Example PBX 18.2',
      Allow: 'INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, UPDATE, PRACK',
      Supported: 'replaces, timer, 100rel',
      'Session-Expires': '1800;refresher=uac',
      'Min-SE': '90',
      'P-Asserted-Identity': '<sip:+33987654321@example.com>',
      'Content-Type': 'application/sdp',
    },
  })
}

/** The 200 to an INVITE, with an answer. */
export function buildOk(invite: SipRequest): SipResponse {
  const response = createResponse(invite, 200, undefined, '314159')
  setHeader(response, 'Contact', '<sip:bob@192.0.2.30:5060>')
  setHeader(response, 'Content-Type', 'application/sdp')
  response.body = encodeText(exampleSdp)
  return response
}
