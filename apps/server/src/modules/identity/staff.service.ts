import type { Locale, ParticipantRole, StaffMember, StaffRole } from '@guichet/contract'
import { DomainError, type RawId, type WorkerId } from '@guichet/domain'
import {
  allow,
  type Clock,
  communicationUser,
  ForbiddenError,
  type Ids,
  NotFoundError,
  type StaffPrincipal,
  type UnitOfWork,
} from '../../platform/index.ts'
import { mayChangeAccess } from './staff.policy.ts'
import type { StaffChange, StaffRepository, StaffRow } from './staff.repository.ts'

export type NewStaffMember = {
  displayName: string
  email: string
  password: string
  roles: StaffRole[]
  locale: Locale
}

export type StaffService = {
  /** @throws NotFoundError `not-found` */
  get(workerId: WorkerId): Promise<StaffMember>
  list(): Promise<StaffMember[]>
  /** @throws DomainError `invalid-request` when the address has an account already */
  add(member: NewStaffMember, by: RawId | null): Promise<StaffMember>
  /** Makes the first administrator; false when there is one already. */
  addFirstAdministrator(member: Omit<NewStaffMember, 'roles'>): Promise<boolean>
  /** Makes accounts that do not exist yet, all with one password; the others stay as they are. */
  seed(members: readonly Omit<NewStaffMember, 'password'>[], password: string): Promise<void>
  /** @throws NotFoundError `not-found`, ForbiddenError `forbidden` when administrators would shut themselves out */
  change(workerId: WorkerId, change: StaffChange, by: StaffPrincipal): Promise<StaffMember>
  hasAdministrator(): Promise<boolean>
}

/** Accounts of staff; every write is followed by `staff.changed`. */
export function createStaffService(deps: {
  repository: StaffRepository
  uow: UnitOfWork
  clock: Clock
  ids: Ids
  hashPassword(password: string): Promise<string>
}): StaffService {
  const { repository, uow, clock, ids } = deps

  async function get(workerId: WorkerId): Promise<StaffMember> {
    const row = await repository.find(workerId)
    if (row === undefined) throw new NotFoundError('The member of staff')
    return presentStaffMember(row)
  }

  return {
    get,
    list: async () => (await repository.list()).map(presentStaffMember),
    hasAdministrator: () => uow.run(({ trx }) => repository.hasAdministrator(trx)),

    async add(member, by) {
      const passwordHash = await deps.hashPassword(member.password)
      const userId = ids.uuid()
      const email = member.email.toLowerCase()
      await uow.run(async ({ trx, emit }) => {
        // Two that come at once with one address must not both find it free.
        await repository.lockAccess(trx)
        if (await repository.emailExists(trx, email))
          throw new DomainError('invalid-request', 'There is an account with this e-mail address already')
        await repository.insert(trx, { ...member, userId, email, passwordHash })
        emit('staff.changed', { workerId: userId as WorkerId, by })
      })
      return get(userId as WorkerId)
    },

    async addFirstAdministrator(member) {
      const passwordHash = await deps.hashPassword(member.password)
      const userId = ids.uuid()
      return uow.run(async ({ trx, emit }) => {
        await repository.lockAccess(trx)
        if (await repository.hasAdministrator(trx)) return false
        const email = member.email.toLowerCase()
        if (await repository.emailExists(trx, email))
          throw new DomainError('invalid-request', 'There is an account with this e-mail address already')
        await repository.insert(trx, { ...member, roles: ['administrator'], userId, email, passwordHash })
        emit('staff.changed', { workerId: userId as WorkerId, by: null })
        return true
      })
    },

    async seed(members, password) {
      const known = new Set((await repository.list()).map(row => row.email))
      const missing = members.filter(member => !known.has(member.email))
      if (missing.length === 0) return
      const passwordHash = await deps.hashPassword(password)
      await uow.run(async ({ trx, emit }) => {
        for (const member of missing) {
          const userId = ids.uuid()
          await repository.insert(trx, { ...member, userId, passwordHash })
          emit('staff.changed', { workerId: userId as WorkerId, by: null })
        }
      })
    },

    async change(workerId, change, by) {
      await uow.run(async ({ trx, emit }) => {
        const changesAccess = change.roles !== undefined || change.disabled !== undefined
        if (changesAccess) await repository.lockAccess(trx)
        const row = await repository.lock(trx, workerId)
        if (row === undefined) throw new NotFoundError('The member of staff')
        const roles = change.roles ?? row.roles
        const disabled = change.disabled ?? row.disabled
        if (changesAccess) {
          const staysAdministrator = roles.includes('administrator') && !disabled
          allow(mayChangeAccess, by, { workerId, staysAdministrator }, 'take your own access away')
        }
        await repository.update(trx, workerId, change, new Date(clock.now()))
        if (changesAccess && !(await repository.hasAdministrator(trx)))
          throw new ForbiddenError('leave nobody who can manage staff')
        if (disabled) await repository.endSessions(trx, workerId)
        emit('staff.changed', { workerId, by: by.rawId })
      })
      return get(workerId)
    },
  }
}

/** The view of a member of staff. */
export function presentStaffMember(row: StaffRow): StaffMember {
  return {
    id: row.userId as WorkerId,
    party: {
      rawId: communicationUser(row.userId),
      displayName: row.displayName,
      role: partyRole(row.roles),
    },
    email: row.email,
    roles: row.roles,
    locale: row.locale,
    disabled: row.disabled,
  }
}

/** The part somebody of these roles plays in an exchange. */
function partyRole(roles: readonly StaffRole[]): ParticipantRole {
  if (roles.includes('agent')) return 'agent'
  if (roles.includes('expert')) return 'expert'
  return 'supervisor'
}
