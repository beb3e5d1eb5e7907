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

export type { DeviceAccount, DevicesService } from './devices.service.ts'
export type { NumbersService } from './numbers.service.ts'
export type { OutboundService } from './outbound.service.ts'
export type { TrunkAccount, TrunksService } from './trunks.service.ts'

/** The front door of telephony. */
export type TelephonyModule = {
  trunks: TrunksService
  numbers: NumbersService
  devices: DevicesService
  outbound: OutboundService
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
  return { ...services, register: ({ bind }) => bindTelephonyRoutes(bind, services) }
}
