import type { Device, DevicePassword, NewDevice } from '@guichet/contract'
import { type DeviceId, DomainError, type RawId, type WorkerId } from '@guichet/domain'
import type { z } from 'zod'
import { type Clock, type Ids, NotFoundError, type UnitOfWork } from '../../platform/index.ts'
import type { DevicesRepository, StoredDevice } from './devices.repository.ts'
import type { DeviceAccount, DigestHashPort, TelephonyStaffPort } from './telephony.ports.ts'

const PASSWORD_BYTES = 18

/** Desk phones and soft phones that may register. */
export type DevicesService = {
  list(): Promise<Device[]>
  /** @throws DomainError `invalid-request` when the name is taken or nobody would own the device */
  add(device: z.output<typeof NewDevice>, by: RawId | null): Promise<z.output<typeof DevicePassword>>
  /** Makes a device that does not exist yet, with this password; for seeds. */
  seed(device: z.output<typeof NewDevice>, password: string): Promise<void>
  /** @throws NotFoundError `not-found` */
  renewPassword(id: DeviceId, by: RawId): Promise<z.output<typeof DevicePassword>>
  /** @throws NotFoundError `not-found` */
  remove(id: DeviceId, by: RawId): Promise<void>
  /** The account of a user name; null when there is none, or its owner may not work. */
  account(username: string): Promise<DeviceAccount | null>
}

/** @see DevicesService; `realm` is part of what a phone's password is hashed with. */
export function createDevicesService(deps: {
  repository: DevicesRepository
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  staff: TelephonyStaffPort
  hash: DigestHashPort
  realm: string
}): DevicesService {
  const { repository, uow, clock, ids, staff, hash, realm } = deps

  const ha1Of = (username: string, password: string) => {
    const text = `${username}:${realm}:${password}`
    return { ha1Md5: hash.md5(text), ha1Sha256: hash.sha256(text) }
  }

  async function mayOwn(workerId: string): Promise<boolean> {
    return (await staff.list()).some(member => member.id === workerId && !member.disabled)
  }

  /** Null when the user name is taken. */
  async function insert(
    device: z.output<typeof NewDevice>,
    password: string,
    by: RawId | null,
  ): Promise<StoredDevice | null> {
    const row: StoredDevice = {
      id: ids.uuid(),
      ...device,
      ...ha1Of(device.username, password),
      createdAt: new Date(clock.now()),
    }
    return uow.run(async ({ trx, emit }) => {
      if (!(await repository.insert(trx, row))) return null
      emit('device.saved', { deviceId: row.id as DeviceId, workerId: device.workerId, by })
      return row
    })
  }

  return {
    list: async () => (await repository.list()).map(present),
    async add(device, by) {
      if (!(await mayOwn(device.workerId)))
        throw new DomainError('invalid-request', 'A desk phone belongs to somebody who works here')
      const password = ids.secret(PASSWORD_BYTES)
      const row = await insert(device, password, by)
      if (row === null)
        throw new DomainError('invalid-request', `There is a desk phone named ${device.username} already`)
      return { device: present(row), password }
    },
    async seed(device, password) {
      await insert(device, password, null)
    },
    async renewPassword(id, by) {
      const password = ids.secret(PASSWORD_BYTES)
      return uow.run(async ({ trx, emit }) => {
        const row = await repository.renew(trx, id, username => ha1Of(username, password))
        if (row === null) throw new NotFoundError('The desk phone')
        emit('device.saved', { deviceId: id, workerId: row.workerId as WorkerId, by })
        return { device: present(row), password }
      })
    },
    async remove(id, by) {
      await uow.run(async ({ trx, emit }) => {
        if (!(await repository.remove(trx, id))) throw new NotFoundError('The desk phone')
        emit('device.deleted', { deviceId: id, by })
      })
    },
    async account(username) {
      const row = await repository.findByUsername(username)
      if (row === null || !(await mayOwn(row.workerId))) return null
      return {
        id: row.id as DeviceId,
        workerId: row.workerId as WorkerId,
        username: row.username,
        ha1: { md5: row.ha1Md5, sha256: row.ha1Sha256 },
      }
    },
  }
}

function present(row: StoredDevice): Device {
  return {
    id: row.id as DeviceId,
    username: row.username,
    name: row.name,
    workerId: row.workerId as WorkerId,
    createdAt: row.createdAt.toISOString(),
  }
}
