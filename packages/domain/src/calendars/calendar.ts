import { z } from 'zod'
import { isTimeZone } from './local-time.ts'

/** Days of the week, Monday first, as calendars name them. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

const minutesPerHour = 60

/** Minutes since midnight of a time written `09:30`; `24:00` is the end of the day. */
export function parseMinute(time: string): number {
  const [hours = '', minutes = ''] = time.split(':')
  return Number(hours) * minutesPerHour + Number(minutes)
}

const LocalTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Write a time as 09:30; the end of the day is 24:00.')

const LocalDate = z.iso.date()

/** Open from one time to another of the same day. Hours past midnight are a second range on the next day. */
export const OpenRange = z
  .object({ from: LocalTime, to: LocalTime })
  .refine(({ from, to }) => parseMinute(from) < parseMinute(to), {
    message: 'The end must come after the start; hours past midnight go on the next day.',
    path: ['to'],
  })
export type OpenRange = z.infer<typeof OpenRange>

const DayRanges = z
  .array(OpenRange)
  .max(24)
  .refine(
    ranges => {
      const sorted = ranges.toSorted((a, b) => parseMinute(a.from) - parseMinute(b.from))
      return sorted.every((range, index) => {
        const next = sorted[index + 1]
        return next === undefined || parseMinute(range.to) <= parseMinute(next.from)
      })
    },
    { message: 'Two ranges of this day overlap.' },
  )

/** Days with hours of their own; no hours means closed. Of two that meet, the shorter one counts. */
export const Holiday = z
  .object({
    name: z.string().min(1).max(100),
    from: LocalDate,
    /** Last day, included. */
    to: LocalDate,
    hours: DayRanges.default([]),
  })
  .refine(({ from, to }) => from <= to, { message: 'The last day comes before the first.', path: ['to'] })
export type Holiday = z.infer<typeof Holiday>

/** Opening hours of a week and the days that differ, in a time zone. */
export const Calendar = z.object({
  /** IANA name, such as `Europe/Paris`. */
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'This is not the name of a time zone, such as Europe/Paris.'),
  weekly: z.partialRecord(z.enum(weekdays), DayRanges),
  holidays: z.array(Holiday).max(1_000).default([]),
})
export type Calendar = z.infer<typeof Calendar>
