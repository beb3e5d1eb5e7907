import { isIpv4, isIpv6 } from '../message/host.ts'
import type { TransportProtocol } from '../message/message.types.ts'
import { isSipUri, type Uri } from '../message/uri.ts'
import type { RandomSource } from '../transaction/branch.ts'
import type { Destination, DnsAnswer, DnsQuestion, DnsRecord, Target } from './dns.ts'
import { defaultPort } from './via-route.ts'

/** Yields questions to be asked at once, takes their answers in the same order, returns targets, best first. */
export type Resolution = Generator<readonly DnsQuestion[], Target[], readonly DnsAnswer[]>

/** What this element can speak, and how it breaks ties. */
export type ResolverOptions = {
  /** In our order of preference, which decides where the DNS says nothing. */
  protocols: readonly TransportProtocol[]
  random: RandomSource
}

const srvPrefix = { udp: '_sip._udp.', tcp: '_sip._tcp.', tls: '_sips._tcp.' } as const
const naptrService = { 'SIP+D2U': 'udp', 'SIP+D2T': 'tcp', 'SIPS+D2T': 'tls' } as const

/** Reads where a URI points to; undefined for URIs that name no host (`tel:`). @source RFC 3263 §4.1 */
export function destinationOf(uri: Uri): Destination | undefined {
  if (!isSipUri(uri)) return undefined
  const transport = uri.params.get('transport')?.toLowerCase()
  const secure = uri.scheme === 'sips' || transport === 'tls'
  const named = transport === 'udp' || transport === 'tcp' ? transport : undefined
  return {
    host: uri.params.get('maddr') ?? uri.host,
    port: uri.port,
    protocol: secure ? 'tls' : named,
    secure,
  }
}

/** Looks a destination up: NAPTR, then SRV, then addresses, as far as each is needed. @source RFC 3263 §4 */
export function* resolve(destination: Destination, options: ResolverOptions): Resolution {
  const { host, port } = destination
  const usable = options.protocols.filter(
    protocol =>
      (!destination.secure || protocol === 'tls') &&
      (destination.protocol === undefined || protocol === destination.protocol),
  )
  const first = usable[0]
  if (first === undefined) return []
  // §4.1: a numeric address or an explicit port leaves nothing to choose; UDP unless something else is asked for
  const plain = usable.includes('udp') ? 'udp' : first
  if (isIpv4(host) || isIpv6(host)) {
    return [{ protocol: plain, address: host, port: port ?? defaultPort(plain), host }]
  }
  if (port !== undefined) return yield* addresses([{ name: host, port, protocol: plain }], host)

  let services: { name: string; protocol: TransportProtocol }[] = []
  if (destination.protocol === undefined) {
    const [records = []] = yield [{ type: 'NAPTR', name: host }]
    services = servicesOf(records, usable)
  }
  if (services.length === 0) {
    services = usable.map(protocol => ({ name: srvPrefix[protocol] + host, protocol }))
  }
  const answers = yield services.map(({ name }) => ({ type: 'SRV' as const, name }))
  const hosts = services.flatMap(({ protocol }, index) =>
    orderSrv(answers[index] ?? [], options.random).map(({ name, port }) => ({ name, port, protocol })),
  )
  if (hosts.length > 0) return yield* addresses(hosts, host)
  // §4.2: without SRV records the name itself is looked up
  return yield* addresses([{ name: host, port: defaultPort(plain), protocol: plain }], host)
}

/** NAPTR records we can use, best first. @source RFC 3263 §4.1 */
function servicesOf(records: DnsAnswer, usable: readonly TransportProtocol[]) {
  return records
    .filter(record => record.type === 'NAPTR')
    .filter(record => record.flags.toLowerCase() === 's' && record.replacement !== '')
    .sort((left, right) => left.order - right.order || left.preference - right.preference)
    .flatMap(({ service, replacement }) => {
      const protocol = naptrService[service.toUpperCase() as keyof typeof naptrService]
      return protocol !== undefined && usable.includes(protocol) ? [{ name: replacement, protocol }] : []
    })
}

type SrvRecord = Extract<DnsRecord, { type: 'SRV' }>

/** Priorities in order; within one, drawn by weight without putting back. @source RFC 2782 */
export function orderSrv(records: DnsAnswer, random: RandomSource): SrvRecord[] {
  const servers = records.filter(record => record.type === 'SRV' && record.name !== '.') as SrvRecord[]
  const priorities = [...new Set(servers.map(({ priority }) => priority))].sort((a, b) => a - b)
  return priorities.flatMap(priority => {
    // Weight 0 first, so that it keeps its very small chance
    const left = servers.filter(server => server.priority === priority).sort((a, b) => a.weight - b.weight)
    const drawn: SrvRecord[] = []
    while (left.length > 0) {
      const total = left.reduce((sum, { weight }) => sum + weight, 0)
      let ticket = random.below(total + 1)
      const index = left.findIndex(({ weight }) => {
        ticket -= weight
        return ticket <= 0
      })
      drawn.push(...left.splice(Math.max(index, 0), 1))
    }
    return drawn
  })
}

/** Addresses of several hosts at once, in the order of the hosts, IPv6 beside IPv4. */
function* addresses(
  hosts: readonly { name: string; port: number; protocol: TransportProtocol }[],
  certificateHost: string,
): Resolution {
  const answers = yield hosts.flatMap(({ name }) => [
    { type: 'A' as const, name },
    { type: 'AAAA' as const, name },
  ])
  return hosts.flatMap(({ port, protocol }, index) =>
    [...(answers[index * 2] ?? []), ...(answers[index * 2 + 1] ?? [])].flatMap(record =>
      record.type === 'A' || record.type === 'AAAA'
        ? [{ protocol, address: record.address, port, host: certificateHost }]
        : [],
    ),
  )
}
