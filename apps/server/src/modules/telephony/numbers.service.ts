import type { PhoneNumber } from '@guichet/contract'
import { DomainError, type RawId } from '@guichet/domain'
import { NotFoundError, type UnitOfWork } from '../../platform/index.ts'
import type { NumbersRepository } from './numbers.repository.ts'
import type { NumberPlanPort, TelephonyApplicationsPort } from './telephony.ports.ts'

/** Numbers that reach us. */
export type NumbersService = {
  /** By number. */
  list(): Promise<PhoneNumber[]>
  /** @throws DomainError `invalid-request` when its target does not exist */
  put(number: PhoneNumber, by: RawId | null): Promise<PhoneNumber>
  /** @throws NotFoundError `not-found` */
  remove(number: string, by: RawId): Promise<void>
  /** The number that somebody dialled, as a trunk of this country or a device wrote it; null when it is none of ours. */
  find(dialled: string, country: string): Promise<PhoneNumber | null>
}

/** @see NumbersService */
export function createNumbersService(deps: {
  repository: NumbersRepository
  uow: UnitOfWork
  plan: NumberPlanPort
  applications: TelephonyApplicationsPort
}): NumbersService {
  const { repository, uow, plan, applications } = deps

  async function checkTarget({ target }: PhoneNumber): Promise<void> {
    if (!(await applications.has(target.applicationId)))
      throw new DomainError('invalid-request', 'The number leads to an application that does not exist')
  }

  return {
    list: repository.list,
    async put(number, by) {
      await checkTarget(number)
      await uow.run(async ({ trx, emit }) => {
        await repository.save(trx, number)
        emit('number.saved', { number: number.number, by })
      })
      return number
    },
    async remove(number, by) {
      await uow.run(async ({ trx, emit }) => {
        if (!(await repository.remove(trx, number))) throw new NotFoundError('The number')
        emit('number.deleted', { number, by })
      })
    },
    async find(dialled, country) {
      const exact = await repository.find(dialled)
      if (exact !== null) return exact
      const read = plan.read(dialled, country)
      return read === null ? null : repository.find(read.e164)
    },
  }
}
