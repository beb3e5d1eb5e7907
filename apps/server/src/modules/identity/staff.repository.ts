import type { Locale, StaffRole } from '@guichet/contract'
import { sql, type Transaction } from 'kysely'
import { advisoryLocks, type Database, type PlatformTables, withTables } from '../../platform/index.ts'
import type { IdentityTables } from './identity.tables.ts'

/** A member of staff as stored. */
export type StaffRow = {
  userId: string
  email: string
  displayName: string
  locale: Locale
  roles: StaffRole[]
  disabled: boolean
}

/** What an account is made of. */
export type NewAccount = Omit<StaffRow, 'userId' | 'disabled'> & { userId: string; passwordHash: string }

/** What may change of a member of staff. */
export type StaffChange = Partial<Pick<StaffRow, 'displayName' | 'locale' | 'roles' | 'disabled'>>

type Executor = Database | Transaction<PlatformTables>

/** SQL over users, accounts, sessions and staff. */
export function createStaffRepository(db: Database) {
  const tables = (executor: Executor) => withTables<IdentityTables>(executor)
  const select = (executor: Executor) =>
    tables(executor)
      .selectFrom('staff')
      .innerJoin('users', 'users.id', 'staff.userId')
      .select(['userId', 'email', 'displayName', 'locale', 'roles', 'disabled'])

  return {
    list: (): Promise<StaffRow[]> => select(db).orderBy('displayName').execute(),
    find: (userId: string): Promise<StaffRow | undefined> =>
      select(db).where('userId', '=', userId).executeTakeFirst(),
    async lockAccess(executor: Executor): Promise<void> {
      await sql`select pg_advisory_xact_lock(${advisoryLocks.staffAccess})`.execute(executor)
    },
    async lock(executor: Executor, userId: string): Promise<StaffRow | undefined> {
      return select(executor).where('userId', '=', userId).forUpdate('staff').executeTakeFirst()
    },
    async emailExists(executor: Executor, email: string): Promise<boolean> {
      const row = await tables(executor)
        .selectFrom('users')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirst()
      return row !== undefined
    },
    async hasAdministrator(executor: Executor): Promise<boolean> {
      const row = await tables(executor)
        .selectFrom('staff')
        .select('userId')
        .where('disabled', '=', false)
        .where(eb => eb(eb.val('administrator'), '=', eb.fn.any('roles')))
        .executeTakeFirst()
      return row !== undefined
    },
    async insert(executor: Executor, account: NewAccount): Promise<void> {
      const { userId, email, displayName, locale, roles, passwordHash } = account
      await tables(executor)
        .insertInto('users')
        .values({ id: userId, name: displayName, email, emailVerified: true })
        .execute()
      await tables(executor)
        .insertInto('accounts')
        .values({ userId, accountId: userId, providerId: 'credential', password: passwordHash })
        .execute()
      await tables(executor).insertInto('staff').values({ userId, displayName, locale, roles }).execute()
    },
    async update(executor: Executor, userId: string, change: StaffChange, at: Date): Promise<void> {
      await tables(executor)
        .updateTable('staff')
        .set({ ...change, updatedAt: at })
        .where('userId', '=', userId)
        .execute()
      if (change.displayName !== undefined) {
        await tables(executor)
          .updateTable('users')
          .set({ name: change.displayName, updatedAt: at })
          .where('id', '=', userId)
          .execute()
      }
    },
    async endSessions(executor: Executor, userId: string): Promise<void> {
      await tables(executor).deleteFrom('sessions').where('userId', '=', userId).execute()
    },
  }
}

export type StaffRepository = ReturnType<typeof createStaffRepository>
