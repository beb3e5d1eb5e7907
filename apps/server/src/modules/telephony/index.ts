import type { ApplicationId } from '@guichet/domain'
import type { Clock, Database, Ids, RouteBinder, UnitOfWork } from '../../platform/index.ts'
import { createDevicesRepository } from './devices.repository.ts'
import { createDevicesService, type DevicesService } from './devices.service.ts'
import { createNumbersRepository } from './numbers.repository.ts'
import { createNumbersService, type NumbersService } from './numbers.service.ts'
import { createOutboundRepository } from './outbound.repository.ts'
import { createOutboundService, type OutboundService } from './outbound.service.ts'
import type {
  DigestHashPort,
  NumberPlanPort,
  SecretBoxPort,
  TelephonyApplicationsPort,
  TelephonyStaffPort,
} from './telephony.ports.ts'
import { bindTelephonyRoutes } from './telephony.routes.ts'
import { createTrunksRepository } from './trunks.repository.ts'
import { createTrunksService, type TrunksService } from './trunks.service.ts'

export type { DevicesService } from './devices.service.ts'
export type { NumbersService } from './numbers.service.ts'
export type { OutboundService } from './outbound.service.ts'
export type { DeviceAccount, SipDirectoryPort, TrunkAccount } from './telephony.ports.ts'
export type { TrunksService } from './trunks.service.ts'

/** The front door of telephony. */
export type TelephonyModule = {
  trunks: TrunksService
  numbers: NumbersService
  devices: DevicesService
  outbound: OutboundService
  /** What calls ask of numbers. */
  callNumbers: {
    targetOf(dialled: string, country: string | null): Promise<{ applicationId: ApplicationId } | null>
    e164Of(number: string, country: string | null): string | null
  }
  register(doors: { bind: RouteBinder }): void
}

/** Trunks, numbers, desk phones, and what may be called: all that is set up around the telephone network. */
export function createTelephonyModule(deps: {
  db: Database
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  plan: NumberPlanPort
  secrets: SecretBoxPort
  staff: TelephonyStaffPort
  applications: TelephonyApplicationsPort
  hash: DigestHashPort
  realm: string
}): TelephonyModule {
  const services = {
    trunks: createTrunksService({ ...deps, repository: createTrunksRepository(deps.db) }),
    numbers: createNumbersService({ ...deps, repository: createNumbersRepository(deps.db) }),
    devices: createDevicesService({ ...deps, repository: createDevicesRepository(deps.db) }),
    outbound: createOutboundService({ ...deps, repository: createOutboundRepository(deps.db) }),
  }
  return {
    ...services,
    callNumbers: {
      async targetOf(dialled, country) {
        const home = country ?? (await services.outbound.rules()).homeCountry
        return (await services.numbers.find(dialled, home))?.target ?? null
      },
      e164Of: (number, country) => deps.plan.read(number, country ?? '')?.e164 ?? null,
    },
    register: ({ bind }) => bindTelephonyRoutes(bind, services),
  }
}
