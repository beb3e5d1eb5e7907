import { DomainError } from '@guichet/domain'

/** Says whether a request that names this `Host` was meant for us. */
export type HostCheck = (host: string | undefined) => boolean

/** Thrown when a request names a host that is not ours. */
export class UnknownHostError extends DomainError {
  constructor() {
    super('forbidden', 'This server does not answer to that host name; open it as localhost')
  }
}

const own = ['localhost', '127.0.0.1', '[::1]']

/**
 * Only names of this machine, and the one people use: a page elsewhere whose own name is made to lead to loopback would
 * otherwise be of one origin with us, and known passwords would let it in.
 */
export function createLoopbackHostCheck(publicUrl: string | undefined): HostCheck {
  const known = new Set([...own, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])])
  return host => {
    const url = URL.parse(`http://${host}`)
    return host !== undefined && url !== null && url.pathname === '/' && known.has(url.hostname)
  }
}
