import type { AuthenticatedSender } from '../dialog/authenticated-sender.ts'
import type { TransportProtocol } from '../message/message.types.ts'
import { parseUri } from '../message/uri.ts'
import type { Runtime } from '../transaction/runtime.ts'
import type { OutgoingRequest } from '../transport/request-sender.ts'
import type { EndpointEvent, RequestOptions } from './endpoint.types.ts'

/** Sends requests outside of calls: OPTIONS to see whether a trunk lives, MESSAGE and their like. @source RFC 3261 §8.1 */
export function createRequests(deps: {
  runtime: Runtime
  authenticated: AuthenticatedSender
  contactFor(user: string | undefined): (protocol: TransportProtocol) => string
  emit(event: EndpointEvent): void
}): (options: RequestOptions) => string {
  const { runtime, authenticated } = deps
  let lastKey = 0
  return options => {
    const key = `q${++lastKey}`
    let sequence = 1
    const headers: string[] = options.route === undefined ? [] : ['Route', `<${options.route};lr>`]
    headers.push('Max-Forwards', '70', 'From', `${options.from};tag=${runtime.random.token(12)}`)
    headers.push('To', options.toHeader ?? `<${options.to}>`, 'Call-ID', runtime.random.token(22))
    headers.push('CSeq', `${sequence} ${options.method}`, ...(options.headers ?? []))
    if (options.content !== undefined) headers.push('Content-Type', options.content.type)
    const { contact } = options
    const outgoing: OutgoingRequest = {
      method: options.method,
      requestUri: options.to,
      headers,
      body: options.content?.body ?? new Uint8Array(0),
      contact: contact === undefined ? undefined : deps.contactFor(contact === true ? undefined : contact),
      nextHop: parseUri(options.route ?? options.to) ?? { scheme: 'invalid', text: options.to },
      flow: options.flow,
      viaFlow: options.flow !== undefined,
    }
    authenticated.send(
      outgoing,
      { account: options.account, nextSequence: () => ++sequence },
      {
        response({ message }) {
          if (message.status >= 200) deps.emit({ type: 'response', key, response: message })
        },
        failed: failure => deps.emit({ type: 'requestFailed', key, failure }),
      },
    )
    return key
  }
}
