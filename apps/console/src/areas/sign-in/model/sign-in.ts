import type { ClientEnvironment } from '@guichet/client'

export type SignInOutcome = 'signedIn' | 'wrong' | 'disabled' | 'tooMany' | 'unavailable'

/** What an answer of the sign-in service means. */
export const readOutcome = (status: number): SignInOutcome => {
  if (status >= 200 && status < 300) return 'signedIn'
  if (status === 403) return 'disabled'
  if (status === 429) return 'tooMany'
  if (status === 400 || status === 401 || status === 422) return 'wrong'
  return 'unavailable'
}

/** Signs in with email and password; the cookie comes with the answer. */
export const signIn = async (
  environment: Pick<ClientEnvironment, 'fetch'>,
  input: { email: string; password: string },
): Promise<SignInOutcome> => {
  try {
    const response = await environment.fetch('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
      credentials: 'same-origin',
    })
    return readOutcome(response.status)
  } catch {
    return 'unavailable'
  }
}

/** Accounts that the demonstration is seeded with; all share one password, which the server's start-up prints. */
export const demoAccounts = [
  { email: 'agent1@demo.guichet', role: 'agent', number: 1 },
  { email: 'agent2@demo.guichet', role: 'agent', number: 2 },
  { email: 'manager@demo.guichet', role: 'manager', number: null },
  { email: 'designer@demo.guichet', role: 'designer', number: null },
  { email: 'expert@demo.guichet', role: 'expert', number: null },
  { email: 'admin@demo.guichet', role: 'administrator', number: null },
] as const

export const demoPassword = 'demo-guichet'
