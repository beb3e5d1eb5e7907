import type { Locale, StaffMember, StaffRole } from '@guichet/contract'

/** A person as the form edits them. */
export type PersonDraft = {
  displayName: string
  email: string
  password: string
  roles: readonly StaffRole[]
  locale: Locale
}

export type PersonMistake = 'nameMissing' | 'emailWrong' | 'passwordShort' | 'rolesMissing'

/** Shortest password of a new account, in characters. */
export const MIN_PASSWORD = 12

/** What keeps the form from being saved; email and password count only for somebody new. */
export const mistakesOf = (draft: PersonDraft, isNew: boolean): PersonMistake[] => [
  ...(draft.displayName.trim() === '' ? (['nameMissing'] as const) : []),
  ...(isNew && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(draft.email.trim()) ? (['emailWrong'] as const) : []),
  ...(isNew && draft.password.length < MIN_PASSWORD ? (['passwordShort'] as const) : []),
  ...(draft.roles.length === 0 ? (['rolesMissing'] as const) : []),
]

/** People whose name or address holds the words, ignoring case and accents; those who may sign in first. */
export const findPeople = (people: readonly StaffMember[], query: string): StaffMember[] => {
  const fold = (text: string) =>
    text
      .normalize('NFD')
      .replace(/\p{Diacritic}/gu, '')
      .toLowerCase()
  const wanted = fold(query.trim())
  return people
    .filter(person => fold(`${person.party.displayName} ${person.email}`).includes(wanted))
    .sort(
      (a, b) =>
        Number(a.disabled) - Number(b.disabled) || a.party.displayName.localeCompare(b.party.displayName),
    )
}
