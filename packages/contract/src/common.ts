import { problemCodes, RawId } from '@guichet/domain'
import { z } from 'zod'

export const Locale = z.enum(['en', 'fr'])
export type Locale = z.infer<typeof Locale>

/** UTC instant, ISO 8601. */
export const Instant = z.iso.datetime()
export const DisplayName = z.string().trim().min(1).max(80)

/** Who somebody is in an exchange. */
export const ParticipantRole = z.enum(['consumer', 'bot', 'agent', 'expert', 'supervisor', 'application'])
export type ParticipantRole = z.infer<typeof ParticipantRole>

export const StaffRole = z.enum(['administrator', 'designer', 'manager', 'agent', 'expert'])
export type StaffRole = z.infer<typeof StaffRole>

export const Party = z.object({ rawId: RawId, displayName: z.string(), role: ParticipantRole })
export type Party = z.infer<typeof Party>

/** Problem details told to clients, over HTTP and in socket frames. @source RFC 9457 */
export const Problem = z.object({
  type: z.string(),
  code: z.enum(Object.keys(problemCodes) as [keyof typeof problemCodes, ...(keyof typeof problemCodes)[]]),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** Where the input was wrong: JSON paths and what to change. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Log reference to quote when asking for help. */
  reference: z.string().optional(),
  retryable: z.boolean().optional(),
})
export type Problem = z.infer<typeof Problem>
