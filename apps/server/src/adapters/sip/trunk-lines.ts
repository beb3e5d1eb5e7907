import { isIP } from 'node:net'
import type { DnsAnswer, DnsQuestion } from '@guichet/sip'
import type { TrunkAccount } from '../../modules/telephony/telephony.ports.ts'
import type { Clock, Log } from '../../platform/index.ts'
import type { SipDriver } from './sip-driver.ts'
import type { SourceGuard } from './source-guard.ts'

/** Trunks as set up, kept in touch with. */
export type TrunkLines = {
  /** Reads the trunks anew: after a change, and every few minutes for addresses that moved. */
  refresh(): Promise<void>
  account(trunkId: string): TrunkAccount | undefined
  stop(): void
}

const refreshMs = 300_000

/** @see TrunkLines */
export function createTrunkLines(deps: {
  trunks(): Promise<TrunkAccount[]>
  resolve(question: DnsQuestion): Promise<DnsAnswer>
  guard: SourceGuard
  run: SipDriver['run']
  clock: Clock
  log: Log
}): TrunkLines {
  const { guard, run, clock, log } = deps
  const registrations = new Map<string, { registration: string; settings: string }>()
  let accounts = new Map<string, TrunkAccount>()
  let turn: Promise<void> = Promise.resolve()

  /** Every address that a trunk may call from. */
  async function addressesOf({ settings: { connection } }: TrunkAccount): Promise<string[]> {
    const hosts =
      connection.kind === 'register' ? [connection.host] : connection.hosts.map(({ host }) => host)
    const found = await Promise.all(hosts.map(host => addressesOfHost(host.replace(/^\[|\]$/g, ''))))
    return found.flat()
  }

  async function addressesOfHost(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host]
    const named = await deps.resolve({ type: 'SRV', name: `_sip._udp.${host}` })
    const names = [host, ...named.flatMap(record => (record.type === 'SRV' ? [record.name] : []))]
    const answers = await Promise.all(
      names.flatMap(name => [deps.resolve({ type: 'A', name }), deps.resolve({ type: 'AAAA', name })]),
    )
    return answers.flat().flatMap(record => ('address' in record ? [record.address] : []))
  }

  function keepRegistered(account: TrunkAccount): void {
    const { settings, id } = account
    const wanted =
      settings.isEnabled && settings.connection.kind === 'register' ? JSON.stringify(account) : null
    const known = registrations.get(id)
    if (known?.settings === wanted) return
    if (known !== undefined) {
      registrations.delete(id)
      run(endpoint => endpoint.unregister(known.registration))
    }
    if (wanted === null || settings.connection.kind !== 'register') return
    const { host, port, username, expiresMs } = settings.connection
    const place = port === undefined ? host : `${host}:${port}`
    const registration = run(endpoint =>
      endpoint.register({
        registrar: `sip:${place};transport=${settings.transport}`,
        aor: `sip:${username}@${host}`,
        contactUser: username,
        expiresS: Math.round(expiresMs / 1_000),
        account: id,
      }),
    )
    registrations.set(id, { registration, settings: wanted })
  }

  async function refresh(): Promise<void> {
    const list = await deps.trunks()
    const enabled = list.filter(({ settings }) => settings.isEnabled)
    const byAddress = new Map<string, string>()
    for (const account of enabled) {
      for (const address of await addressesOf(account)) byAddress.set(address, account.id)
    }
    accounts = new Map(list.map(account => [account.id, account]))
    guard.setTrunks(byAddress)
    for (const account of list) keepRegistered(account)
    for (const [id, { registration }] of registrations) {
      if (accounts.has(id as TrunkAccount['id'])) continue
      registrations.delete(id)
      run(endpoint => endpoint.unregister(registration))
    }
  }

  function refreshInTurn(): Promise<void> {
    turn = turn.then(refresh, refresh)
    return turn
  }
  const stopRefreshing = clock.every(refreshMs, () => {
    refreshInTurn().catch(error => log.warn({ err: error }, 'trunks could not be looked up'))
  })

  return {
    refresh: refreshInTurn,
    account: trunkId => accounts.get(trunkId),
    stop: stopRefreshing,
  }
}
