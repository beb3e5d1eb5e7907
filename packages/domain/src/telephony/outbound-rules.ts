import { z } from 'zod'
import { isTimeZone } from '../calendars/index.ts'

const Prefix = z
  .string()
  .regex(/^\+[1-9]\d{0,14}$/, 'Write the beginning of a number in international form, as +336.')
const Country = z.string().regex(/^[A-Z]{2}$/, 'Write a country by its two letters, as FR.')
const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time as 22:00.')

/** What a caller may do at once and in a day; money in the currency of the rules, in hundredths. */
export const OutboundLimits = z.strictObject({
  callsPerMinute: z.number().int().min(0).max(10_000),
  concurrentCalls: z.number().int().min(0).max(10_000),
  spendPerDayCents: z.number().int().min(0).max(100_000_000),
})
export type OutboundLimits = z.infer<typeof OutboundLimits>

/** What a minute to a destination costs at most; the longest prefix counts. */
export const OutboundRate = z.strictObject({
  prefix: Prefix,
  centsPerMinute: z.number().min(0).max(100_000),
})
export type OutboundRate = z.infer<typeof OutboundRate>

/**
 * Which outside numbers may be called. Everything is closed until `isOpen` and a country or prefix allow it; an
 * entry of `refusedPrefixes` closes what a shorter allowance opens. Premium, satellite and personal numbers, and
 * those that no plan knows, are refused whatever the rules say.
 */
export const OutboundRules = z.strictObject({
  isOpen: z.boolean(),
  /** Whose national numbers people here dial without a prefix. */
  homeCountry: Country,
  allowedCountries: z.array(Country).max(250),
  allowedPrefixes: z.array(Prefix).max(1_000),
  refusedPrefixes: z.array(Prefix).max(1_000),
  perUser: OutboundLimits,
  perTrunk: OutboundLimits,
  rates: z.array(OutboundRate).max(1_000),
  /** Cost of a minute where no rate fits. */
  defaultCentsPerMinute: z.number().min(0).max(100_000),
  /** Hours in which more than `alarmAfterCalls` calls ring an alarm; null for none. */
  night: z
    .strictObject({
      timeZone: z.string().refine(isTimeZone, 'Choose a time zone by its name, as Europe/Paris.'),
      from: Time,
      to: Time,
      alarmAfterCalls: z.number().int().min(0).max(10_000),
    })
    .nullable(),
})
export type OutboundRules = z.infer<typeof OutboundRules>

/** The rules of a new Guichet: nobody calls outside. */
export const closedRules: OutboundRules = {
  isOpen: false,
  homeCountry: 'FR',
  allowedCountries: [],
  allowedPrefixes: [],
  refusedPrefixes: [],
  perUser: { callsPerMinute: 6, concurrentCalls: 1, spendPerDayCents: 2_000 },
  perTrunk: { callsPerMinute: 60, concurrentCalls: 30, spendPerDayCents: 20_000 },
  rates: [],
  defaultCentsPerMinute: 10,
  night: { timeZone: 'UTC', from: '22:00', to: '06:00', alarmAfterCalls: 5 },
}
