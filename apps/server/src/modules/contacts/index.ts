export { type Contact, type ContactsService, createContactsService, type Visit } from './contacts.service.ts'
export type { ContactPage } from './contacts.tables.ts'
