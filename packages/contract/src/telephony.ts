import { ApplicationId, DeviceId, TrunkId, WorkerId } from '@guichet/domain'
import { E164, lineKinds, OutboundRules } from '@guichet/domain/telephony'
import { z } from 'zod'
import { DisplayName, Instant } from './common.ts'

const Country = z.string().regex(/^[A-Z]{2}$/, 'Write a country by its two letters, as FR.')
const Host = z
  .string()
  .max(253)
  .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/, 'Write a host name or an address.')
const Port = z.number().int().min(1).max(65_535)
/** Letters that need no escaping in a SIP address. @source RFC 3261 §25.1, user-unreserved left out */
const SipUser = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9._~+-]+$/, 'Use letters, digits and . _ ~ + - only.')

/** How a trunk and we know each other: by an account that we register, or by addresses alone. */
export const TrunkConnection = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('register'),
    host: Host,
    /** Absent: looked up in DNS. @source RFC 3263 */
    port: Port.optional(),
    username: SipUser,
    /** How long a registration shall last, in ms. */
    expiresMs: z.number().int().min(60_000).max(86_400_000),
  }),
  z.strictObject({
    kind: z.literal('address'),
    /** Tried in this order; calls from any of them are the trunk's. */
    hosts: z
      .array(z.strictObject({ host: Host, port: Port.optional() }))
      .min(1)
      .max(10),
    /** Who we say we are when asked to authenticate; null when the address is enough. */
    username: SipUser.nullable(),
  }),
])
export type TrunkConnection = z.infer<typeof TrunkConnection>

/** A line to the telephone network. */
export const TrunkSettings = z.strictObject({
  name: DisplayName,
  isEnabled: z.boolean(),
  /** `teamsDirectRouting` follows what Microsoft documents for session border controllers. */
  profile: z.enum(['generic', 'teamsDirectRouting']),
  connection: TrunkConnection,
  transport: z.enum(['udp', 'tcp', 'tls']),
  srtp: z.enum(['never', 'offered', 'required']),
  /** The lowest is tried first. */
  priority: z.number().int().min(0).max(1_000),
  maxCalls: z.number().int().min(1).max(10_000),
  /** Country whose national numbers the trunk sends and takes. */
  country: Country,
  /** Number shown where a call has none of its own; null sends none. */
  callerId: E164.nullable(),
})
export type TrunkSettings = z.infer<typeof TrunkSettings>

/** A password goes in and never comes out; absent leaves it as it is. */
const TrunkPassword = z.string().min(1).max(200).optional()
export const NewTrunk = TrunkSettings.extend({ password: TrunkPassword })
export const ChangeTrunk = TrunkSettings.partial().extend({ password: TrunkPassword })

export const Trunk = TrunkSettings.extend({ id: TrunkId, hasPassword: z.boolean() })
export type Trunk = z.infer<typeof Trunk>

/** What is dialled to reach us: a number of the telephone network, or a short one inside. */
export const DialledNumber = z
  .string()
  .regex(/^(\+[1-9]\d{4,14}|\d{2,8})$/, 'Write +33123456789, or a short number of 2 to 8 digits.')
export type DialledNumber = z.infer<typeof DialledNumber>

/** A number, and where its calls go. */
export const PhoneNumber = z.strictObject({
  number: DialledNumber,
  name: DisplayName,
  target: z.strictObject({ kind: z.literal('application'), applicationId: ApplicationId }),
})
export type PhoneNumber = z.infer<typeof PhoneNumber>

/** A desk phone or soft phone that may register. */
export const Device = z.object({
  id: DeviceId,
  username: SipUser,
  name: DisplayName,
  workerId: WorkerId,
  createdAt: Instant,
})
export type Device = z.infer<typeof Device>
export const NewDevice = z.strictObject({ username: SipUser, name: DisplayName, workerId: WorkerId })
/** Told once, when it is made. */
export const DevicePassword = z.object({ device: Device, password: z.string() })

/** Whether a number could be called, as somebody typed it. */
export const CheckNumber = z.strictObject({
  text: z.string().trim().min(1).max(100),
  country: Country.optional(),
})
export const CheckedNumber = z.object({
  e164: E164.nullable(),
  country: z.string().nullable(),
  kind: z.enum(lineKinds),
  isAllowed: z.boolean(),
  /** Why not; null when it may be called, or when it is no number. */
  refusal: z.enum(['closed', 'lineKind', 'refusedPrefix', 'notAllowed']).nullable(),
})
export type CheckedNumber = z.infer<typeof CheckedNumber>

export { OutboundRules }
