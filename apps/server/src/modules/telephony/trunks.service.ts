import { type ChangeTrunk, type NewTrunk, type Trunk, TrunkSettings } from '@guichet/contract'
import { DomainError, type RawId, type TrunkId } from '@guichet/domain'
import type { z } from 'zod'
import { type Ids, NotFoundError, parseInput, type UnitOfWork } from '../../platform/index.ts'
import type { SecretBoxPort, TrunkAccount } from './telephony.ports.ts'
import type { StoredTrunk, TrunksRepository } from './trunks.repository.ts'

/** Lines to the telephone network. */
export type TrunksService = {
  /** In the order in which they are tried. */
  list(): Promise<Trunk[]>
  /** @throws DomainError `invalid-request` when the settings contradict each other */
  add(trunk: z.output<typeof NewTrunk>, by: RawId | null): Promise<Trunk>
  /** @throws NotFoundError `not-found`, DomainError `invalid-request` */
  change(id: TrunkId, change: z.output<typeof ChangeTrunk>, by: RawId): Promise<Trunk>
  /** @throws NotFoundError `not-found` */
  remove(id: TrunkId, by: RawId): Promise<void>
  /** With passwords; for the SIP side alone. */
  accounts(): Promise<TrunkAccount[]>
}

/** @see TrunksService */
export function createTrunksService(deps: {
  repository: TrunksRepository
  secrets: SecretBoxPort
  uow: UnitOfWork
  ids: Ids
}): TrunksService {
  const { repository, secrets, uow, ids } = deps

  async function store(trunk: StoredTrunk, by: RawId | null): Promise<Trunk> {
    await uow.run(async ({ trx, emit }) => {
      await repository.save(trx, trunk)
      emit('trunk.saved', { trunkId: trunk.id, by })
    })
    return present(trunk)
  }

  return {
    list: async () => (await repository.list()).map(present),
    async add({ password, ...settings }, by) {
      check(settings)
      const sealedPassword = password === undefined ? null : secrets.seal(password)
      return store({ id: ids.uuid() as TrunkId, settings, sealedPassword }, by)
    },
    async change(id, { password, ...change }, by) {
      return uow.run(async ({ trx, emit }) => {
        const before = await repository.lock(trx, id)
        if (before === null) throw new NotFoundError('The trunk')
        const settings = parseInput(TrunkSettings, { ...before.settings, ...change })
        check(settings)
        const sealedPassword = password === undefined ? before.sealedPassword : secrets.seal(password)
        const after: StoredTrunk = { id, settings, sealedPassword }
        await repository.save(trx, after)
        emit('trunk.saved', { trunkId: id, by })
        return present(after)
      })
    },
    async remove(id, by) {
      await uow.run(async ({ trx, emit }) => {
        if (!(await repository.remove(trx, id))) throw new NotFoundError('The trunk')
        emit('trunk.deleted', { trunkId: id, by })
      })
    },
    async accounts() {
      return (await repository.list()).map(({ id, settings, sealedPassword }) => ({
        id,
        settings,
        password: sealedPassword === null ? null : secrets.open(sealedPassword),
      }))
    },
  }
}

function present({ id, settings, sealedPassword }: StoredTrunk): Trunk {
  return { id, ...settings, hasPassword: sealedPassword !== null }
}

/** What Direct Routing demands of a border controller. @source Microsoft Teams Direct Routing, plan and SBC pages */
function check({ profile, transport, srtp, connection }: TrunkSettings): void {
  if (profile !== 'teamsDirectRouting') return
  const wrong =
    transport !== 'tls'
      ? 'Microsoft Teams is reached by TLS only: choose transport "tls".'
      : srtp !== 'required'
        ? 'Microsoft Teams refuses sound that is not encrypted: choose SRTP "required".'
        : connection.kind !== 'address'
          ? 'Microsoft Teams knows us by our certificate: choose a connection by address.'
          : null
  if (wrong !== null) throw new DomainError('invalid-request', wrong)
}
