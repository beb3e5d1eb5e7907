import { z } from 'zod'

/** Codecs of sound that a phone's leg may have. */
export const PhoneCodec = z.enum(['opus', 'pcmu', 'pcma', 'g722'])
export type PhoneCodec = z.infer<typeof PhoneCodec>

/** Tones that tell a caller how the call goes. @source ITU-T E.180 */
export const ProgressTone = z.enum(['ringback', 'busy', 'congestion'])
export type ProgressTone = z.infer<typeof ProgressTone>

/**
 * How a phone's leg is to be negotiated. `codecs` in order of preference. `srtp` by SDES: `off` never, `on` only so,
 * `offered` as the phone offers it. `learn` says from where, besides the signalled address, sound is accepted once
 * proved: `signalled` the same host from another port, `anywhere` any host (a phone behind address translation whose
 * signalling comes from elsewhere). `sources` are further hosts that count as signalled: where the SIP message came
 * from. With SRTP, packets prove themselves and `learn` is not asked.
 */
export const PhoneSettings = z.strictObject({
  codecs: z.array(PhoneCodec).min(1).max(4).default(['pcma', 'pcmu', 'g722', 'opus']),
  srtp: z.enum(['off', 'on', 'offered']).default('offered'),
  learn: z.enum(['never', 'signalled', 'anywhere']).default('signalled'),
  sources: z.array(z.ipv4()).max(8).default([]),
})
export type PhoneSettings = z.infer<typeof PhoneSettings>

/** What a phone's leg has come to. `remote` is where packets go and are accepted from, `learned` by proof. */
export const PhoneFacts = z.strictObject({
  codec: PhoneCodec.optional(),
  secure: z.boolean(),
  remote: z.string().max(64).optional(),
  learned: z.boolean(),
  /** Packets refused because they came from elsewhere or did not prove themselves. */
  packetsFromStrangers: z.number().int().nonnegative(),
})
export type PhoneFacts = z.infer<typeof PhoneFacts>
