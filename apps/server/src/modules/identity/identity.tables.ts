import type { Locale, StaffRole } from '@guichet/contract'
import type { ColumnType, Generated } from 'kysely'

/** Tables that belong to identity; sessions and verifications are written by better-auth. */
export type IdentityTables = {
  users: {
    id: Generated<string>
    name: string
    email: string
    emailVerified: ColumnType<boolean, boolean | undefined, boolean>
    updatedAt: ColumnType<Date, Date | undefined, Date>
  }
  sessions: { id: string; userId: string }
  accounts: {
    id: Generated<string>
    userId: string
    accountId: string
    providerId: string
    password: string | null
  }
  staff: {
    userId: string
    displayName: string
    locale: Locale
    roles: StaffRole[]
    disabled: ColumnType<boolean, boolean | undefined, boolean>
    updatedAt: ColumnType<Date, Date | undefined, Date>
  }
}
