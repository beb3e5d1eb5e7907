import { z } from 'zod'

/** A telephone number in international form. @source ITU-T E.164 */
export const E164 = z
  .string()
  .regex(/^\+[1-9]\d{4,14}$/, 'Write the number in international form, as +33123456789.')
  .brand<'E164'>()
export type E164 = z.infer<typeof E164>

/** What kind of line a number reaches, as far as the country's numbering plan tells. */
export const lineKinds = [
  'fixed',
  'mobile',
  'tollFree',
  'sharedCost',
  'premium',
  'personal',
  'voip',
  'satellite',
  'unknown',
] as const
export type LineKind = (typeof lineKinds)[number]

/** A number to be called, as a numbering plan reads it. */
export type Destination = {
  e164: E164
  /** ISO 3166-1 alpha-2; null for numbers that belong to no country. */
  country: string | null
  kind: LineKind
}
