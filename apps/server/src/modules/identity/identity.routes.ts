import { timingSafeEqual } from 'node:crypto'
import { DomainError } from '@guichet/domain'
import { allow, type Ids, type RouteBinder } from '../../platform/index.ts'
import { mayListStaff, mayManageStaff } from './staff.policy.ts'
import type { StaffChange } from './staff.repository.ts'
import type { StaffService } from './staff.service.ts'

const SETUP_CODE_BYTES = 15

/** The code that proves, at set-up, that somebody can read the server's terminal. */
export type SetupCode = {
  /** The code while the first administrator is still to be made; null in demo mode or when there is one. */
  read(): Promise<string | null>
  matches(given: string): boolean
}

/** A code for this run of the server. */
export function createSetupCode(deps: { staff: StaffService; ids: Ids; demo: boolean }): SetupCode {
  const code = deps.ids.secret(SETUP_CODE_BYTES)
  return {
    read: async () => (deps.demo || (await deps.staff.hasAdministrator()) ? null : code),
    matches(given) {
      const expected = Buffer.from(code)
      const actual = Buffer.from(given.trim())
      return expected.length === actual.length && timingSafeEqual(expected, actual)
    },
  }
}

/** Binds `/api/me`, `/api/setup` and `/api/staff`. */
export function bindIdentityRoutes(
  bind: RouteBinder,
  deps: { staff: StaffService; setupCode: SetupCode; demo: boolean },
): void {
  const { staff, setupCode, demo } = deps

  bind('GET /api/me', ({ principal }) => staff.get(principal.workerId))
  bind('PATCH /api/me', ({ principal, input }) =>
    staff.change(principal.workerId, defined(input.body), principal),
  )

  bind('GET /api/setup', async () => ({ needed: (await setupCode.read()) !== null, demo }))
  bind(
    'POST /api/setup',
    async ({ input }) => {
      const { setupCode: given, ...member } = input.body
      if ((await setupCode.read()) === null)
        throw new DomainError('forbidden', 'There is an administrator already; sign in instead')
      if (!setupCode.matches(given))
        throw new DomainError(
          'forbidden',
          'The set-up code is not the one that the server printed at its start',
        )
      const made = await staff.addFirstAdministrator({ ...member, locale: 'en' })
      if (!made) throw new DomainError('forbidden', 'There is an administrator already; sign in instead')
      return {}
    },
    { rateLimit: { max: 10, timeWindow: '1 minute' } },
  )

  bind('GET /api/staff', async ({ principal }) => {
    allow(mayListStaff, principal, null, 'see the list of staff')
    return { value: await staff.list() }
  })
  bind('POST /api/staff', ({ principal, input }) => {
    allow(mayManageStaff, principal, null, 'add staff')
    return staff.add(input.body, principal.rawId)
  })
  bind('PATCH /api/staff/:workerId', ({ principal, input }) => {
    allow(mayManageStaff, principal, null, 'change staff')
    return staff.change(input.params.workerId, defined(input.body), principal)
  })
}

/** Leaves absent keys out, so that they keep their value. */
function defined(change: { [K in keyof StaffChange]?: StaffChange[K] | undefined }): StaffChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
