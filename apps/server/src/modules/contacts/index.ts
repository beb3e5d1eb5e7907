export {
  type Contact,
  type ContactsService,
  createContactsService,
  type PhoneCaller,
  type Visit,
} from './contacts.service.ts'
export type { ContactPage } from './contacts.tables.ts'
