import { Resolver } from 'node:dns/promises'
import type { DnsAnswer, DnsQuestion, DnsRecord } from '@guichet/sip'

const timeoutMs = 2_000
const tries = 2

/** Answers the endpoint's look-ups by the system's name servers; nothing found and nothing answered are the same. */
export function createSipDns(): (question: DnsQuestion) => Promise<DnsAnswer> {
  const resolver = new Resolver({ timeout: timeoutMs, tries })

  async function ask({ type, name }: DnsQuestion): Promise<DnsRecord[]> {
    switch (type) {
      case 'NAPTR':
        return (await resolver.resolveNaptr(name)).map(record => ({ type, ...record }))
      case 'SRV':
        return (await resolver.resolveSrv(name)).map(record => ({ type, ...record }))
      case 'A':
        return (await resolver.resolve4(name)).map(address => ({ type, address }))
      case 'AAAA':
        return (await resolver.resolve6(name)).map(address => ({ type, address }))
    }
  }

  return question => {
    // The one name that many machines know without a name server.
    if (question.name === 'localhost')
      return Promise.resolve(question.type === 'A' ? [{ type: 'A', address: '127.0.0.1' }] : [])
    return ask(question).catch(() => [])
  }
}
