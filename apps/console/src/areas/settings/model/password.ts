import type { ClientEnvironment } from '@guichet/client'
import { MIN_PASSWORD } from './person.ts'

/** What the form asks for. */
export type PasswordDraft = { current: string; fresh: string; repeated: string }

/** What is wrong with a draft, by the field that is to be corrected. */
export type PasswordMistake = 'currentMissing' | 'short' | 'same' | 'different'

/** Everything that is wrong with a draft; the server has the last word on the current password. */
export const mistakesOfPassword = ({ current, fresh, repeated }: PasswordDraft): PasswordMistake[] => [
  ...(current === '' ? (['currentMissing'] as const) : []),
  ...(fresh.length < MIN_PASSWORD ? (['short'] as const) : []),
  ...(fresh !== '' && fresh === current ? (['same'] as const) : []),
  ...(fresh === repeated ? [] : (['different'] as const)),
]

/** What became of the wish for another password. */
export type PasswordOutcome = 'changed' | 'wrong' | 'tooMany' | 'unavailable'

/** Changes one's own password and ends one's sessions everywhere else; the new cookie comes with the answer. */
export const changePassword = async (
  environment: Pick<ClientEnvironment, 'fetch'>,
  { current, fresh }: PasswordDraft,
): Promise<PasswordOutcome> => {
  try {
    const response = await environment.fetch('/api/auth/change-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ currentPassword: current, newPassword: fresh }),
      credentials: 'same-origin',
    })
    if (response.ok) return 'changed'
    if (response.status === 429) return 'tooMany'
    return response.status === 400 || response.status === 401 ? 'wrong' : 'unavailable'
  } catch {
    return 'unavailable'
  }
}
