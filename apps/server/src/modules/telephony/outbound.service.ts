import type { CheckedNumber } from '@guichet/contract'
import type { RawId } from '@guichet/domain'
import { closedRules, decideDestination, OutboundRules } from '@guichet/domain/telephony'
import type { Clock, UnitOfWork } from '../../platform/index.ts'
import type { OutboundRepository } from './outbound.repository.ts'
import type { NumberPlanPort } from './telephony.ports.ts'

/** Which outside numbers may be called. */
export type OutboundService = {
  /** Closed until somebody opens them. */
  rules(): Promise<OutboundRules>
  put(rules: OutboundRules, by: RawId): Promise<OutboundRules>
  /** Reads a number as typed, national ones as of `country` or of the rules' home; nobody is called. */
  check(text: string, country: string | undefined): Promise<CheckedNumber>
}

/** @see OutboundService */
export function createOutboundService(deps: {
  repository: OutboundRepository
  uow: UnitOfWork
  clock: Clock
  plan: NumberPlanPort
}): OutboundService {
  const { repository, uow, clock, plan } = deps

  async function rules(): Promise<OutboundRules> {
    const stored = await repository.find()
    return stored === undefined ? closedRules : OutboundRules.parse(stored)
  }

  return {
    rules,
    async put(changed, by) {
      await uow.run(async ({ trx, emit }) => {
        await repository.save(trx, changed, new Date(clock.now()))
        emit('outboundRules.changed', { by })
      })
      return changed
    },
    async check(text, country) {
      const inForce = await rules()
      const destination = plan.read(text, country ?? inForce.homeCountry)
      if (destination === null)
        return { e164: null, country: null, kind: 'unknown', isAllowed: false, refusal: null }
      const decision = decideDestination(destination, inForce)
      if (decision.isAllowed) return { ...destination, isAllowed: true, refusal: null }
      return { ...destination, isAllowed: false, refusal: decision.refusal.because }
    },
  }
}
