import { createDevicesRepository } from '../../../apps/server/src/modules/telephony/devices.repository.ts'
import { createNumbersRepository } from '../../../apps/server/src/modules/telephony/numbers.repository.ts'
import { createOutboundRepository } from '../../../apps/server/src/modules/telephony/outbound.repository.ts'
import {
  createTrunksRepository,
  type StoredTrunk,
} from '../../../apps/server/src/modules/telephony/trunks.repository.ts'
import { closedRules } from '../../../packages/domain/src/telephony/index.ts'
import { at, id, type Listing, listing } from './listing.ts'

const trunk: StoredTrunk = {
  id: id(),
  settings: {
    name: '',
    isEnabled: true,
    profile: 'generic',
    connection: { kind: 'address', hosts: [], username: null },
    transport: 'udp',
    srtp: 'never',
    priority: 0,
    maxCalls: 1,
    country: 'FR',
    callerId: null,
  },
  sealedPassword: null,
}
const device = {
  id: id(),
  username: '',
  name: '',
  workerId: id(),
  ha1Md5: '',
  ha1Sha256: '',
  createdAt: at,
}

/** Trunks, numbers, desk phones and outbound rules. */
export const telephonyListings: readonly Listing[] = [
  listing('modules/telephony/trunks.repository.ts', createTrunksRepository, {
    list: trunks => trunks.list(),
    lock: (trunks, trx) => trunks.lock(trx, id()),
    save: (trunks, trx) => trunks.save(trx, trunk),
    remove: (trunks, trx) => trunks.remove(trx, id()),
  }),
  listing('modules/telephony/numbers.repository.ts', createNumbersRepository, {
    list: numbers => numbers.list(),
    find: numbers => numbers.find(''),
    save: (numbers, trx) =>
      numbers.save(trx, { number: '', name: '', target: { kind: 'application', applicationId: id() } }),
    remove: (numbers, trx) => numbers.remove(trx, ''),
  }),
  listing('modules/telephony/devices.repository.ts', createDevicesRepository, {
    list: devices => devices.list(),
    findByUsername: devices => devices.findByUsername(''),
    insert: (devices, trx) => devices.insert(trx, device),
    renew: {
      run: (devices, trx) => devices.renew(trx, id(), () => ({ ha1Md5: '', ha1Sha256: '' })),
      answers: [[device]],
    },
    remove: (devices, trx) => devices.remove(trx, id()),
  }),
  listing('modules/telephony/outbound.repository.ts', createOutboundRepository, {
    find: rules => rules.find(),
    save: (rules, trx) => rules.save(trx, closedRules, at),
  }),
]
