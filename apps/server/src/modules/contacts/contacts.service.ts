import type { Locale, VisitorIdentity } from '@guichet/contract'
import type { RawId } from '@guichet/domain'
import { sql } from 'kysely'
import {
  type Clock,
  communicationUser,
  type Database,
  type Ids,
  NotFoundError,
  phoneNumber,
  type Work,
  withTables,
} from '../../platform/index.ts'
import type { ContactPage, ContactsTables } from './contacts.tables.ts'

/** Attributes kept of one contact. */
const MAX_ATTRIBUTES = 30

/** Somebody who reached us; name, address and attributes are what their page said, not proof of who they are. */
export type Contact = {
  rawId: RawId
  displayName: string
  email: string | null
  locale: Locale
  attributes: Record<string, string>
  page: ContactPage | null
  firstSeenAt: Date
  lastSeenAt: Date
}

/** What a page tells about its visitor at a new visit. */
export type Visit = {
  locale: Locale
  identity: VisitorIdentity | undefined
  page: ContactPage | undefined
}

/** Who calls by telephone. */
export type PhoneCaller = { e164: string | null; displayName: string | null; locale: Locale }

export type ContactsService = {
  /** A contact nobody has seen before. */
  create(work: Work, visit: Visit): Promise<Contact>
  /** Whoever has this telephone number (E.164); a caller who hides it is somebody new each time. */
  byPhone(work: Work, caller: PhoneCaller): Promise<Contact>
  /** Notes another visit; what the page leaves out stays as it was. @throws NotFoundError `not-found` */
  seenAgain(work: Work, rawId: RawId, visit: Visit): Promise<Contact>
  /** @throws NotFoundError `not-found` */
  get(rawId: RawId): Promise<Contact>
  /** Raw ids of contacts whose name or address contains the text, last seen first. */
  search(text: string, limit: number): Promise<RawId[]>
  /** Display names by raw id. */
  names(rawIds: readonly string[]): Promise<Map<string, string>>
}

const anonymous: Record<Locale, string> = { en: 'Visitor', fr: 'Visiteur' }
const withheld: Record<Locale, string> = { en: 'Hidden number', fr: 'Numéro masqué' }

/** Contacts over PostgreSQL. */
export function createContactsService(deps: { db: Database; clock: Clock; ids: Ids }): ContactsService {
  const { clock, ids } = deps
  const db = withTables<ContactsTables>(deps.db)

  return {
    async create(work, visit) {
      const at = new Date(clock.now())
      const uuid = ids.uuid()
      const contact: Contact = {
        rawId: communicationUser(uuid),
        // A short number tells two visitors without a name apart.
        displayName: visit.identity?.displayName ?? `${anonymous[visit.locale]} ${shortNumber(uuid)}`,
        email: visit.identity?.email ?? null,
        locale: visit.locale,
        attributes: someOf(visit.identity?.attributes ?? {}),
        page: visit.page ?? null,
        firstSeenAt: at,
        lastSeenAt: at,
      }
      await withTables<ContactsTables>(work.trx)
        .insertInto('contacts')
        .values({
          ...contact,
          attributes: sql`${JSON.stringify(contact.attributes)}::jsonb`,
          page: sql`${contact.page === null ? null : JSON.stringify(contact.page)}::jsonb`,
        })
        .execute()
      return contact
    },

    async byPhone(work, { e164, displayName, locale }) {
      const at = new Date(clock.now())
      const contact: Contact = {
        rawId: e164 === null ? communicationUser(ids.uuid()) : phoneNumber(e164),
        displayName: clean(displayName ?? e164 ?? withheld[locale]),
        email: null,
        locale,
        attributes: {},
        page: null,
        firstSeenAt: at,
        lastSeenAt: at,
      }
      const row = await withTables<ContactsTables>(work.trx)
        .insertInto('contacts')
        .values({ ...contact, attributes: sql`'{}'::jsonb`, page: sql`null` })
        // What we call somebody is not changed by what their telephone says next time.
        .onConflict(conflict => conflict.column('rawId').doUpdateSet({ lastSeenAt: at }))
        .returningAll()
        .executeTakeFirstOrThrow()
      return { ...row, rawId: contact.rawId }
    },

    async seenAgain(work, rawId, visit) {
      const { identity, page, locale } = visit
      const row = await withTables<ContactsTables>(work.trx)
        .updateTable('contacts')
        .set({
          locale,
          lastSeenAt: new Date(clock.now()),
          ...(identity?.displayName === undefined ? {} : { displayName: identity.displayName }),
          ...(identity?.email === undefined ? {} : { email: identity.email }),
          ...(identity?.attributes === undefined
            ? {}
            : { attributes: sql`${JSON.stringify(someOf(identity.attributes))}::jsonb` }),
          ...(page === undefined ? {} : { page: sql`${JSON.stringify(page)}::jsonb` }),
        })
        .where('rawId', '=', rawId)
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) throw new NotFoundError('The contact')
      return { ...row, rawId }
    },

    async get(rawId) {
      const row = await db.selectFrom('contacts').selectAll().where('rawId', '=', rawId).executeTakeFirst()
      if (row === undefined) throw new NotFoundError('The contact')
      return { ...row, rawId }
    },

    async search(text, limit) {
      const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`
      const rows = await db
        .selectFrom('contacts')
        .select('rawId')
        .where(eb => eb.or([eb('displayName', 'ilike', pattern), eb('email', 'ilike', pattern)]))
        .orderBy('lastSeenAt', 'desc')
        .limit(limit)
        .execute()
      return rows.map(row => row.rawId as RawId)
    },

    async names(rawIds) {
      if (rawIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('contacts')
        .select(['rawId', 'displayName'])
        .where('rawId', 'in', rawIds)
        .execute()
      return new Map(rows.map(row => [row.rawId, row.displayName]))
    },
  }
}

function shortNumber(uuid: string): string {
  return String(Number.parseInt(uuid.slice(0, 6), 16) % 10_000).padStart(4, '0')
}

function someOf(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .slice(0, MAX_ATTRIBUTES)
      .map(([key, value]) => [clean(key), clean(value)]),
  )
}

/** JSON columns hold neither NUL nor half characters. */
function clean(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
