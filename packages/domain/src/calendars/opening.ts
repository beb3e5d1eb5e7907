import { type Calendar, type Holiday, type OpenRange, parseMinute, weekdays } from './calendar.ts'
import { type DayNumber, dayAt, instantOf, parseDay, weekdayOf } from './local-time.ts'

/** Whether a calendar is open at an instant, and the holiday that decides, if one does. */
export type Opening = { readonly isOpen: boolean; readonly holiday: string | null }

type Interval = { readonly from: number; readonly to: number }

/** How far ahead a change is looked for; nothing yearly is missed. */
const horizonDays = 400

/** The holiday that counts on a day: the shortest, and of equals the first listed. */
function holidayOn(calendar: Calendar, day: DayNumber): Holiday | undefined {
  let found: Holiday | undefined
  let shortest = Number.POSITIVE_INFINITY
  for (const holiday of calendar.holidays) {
    const from = parseDay(holiday.from)
    const to = parseDay(holiday.to)
    if (day < from || day > to || to - from >= shortest) continue
    found = holiday
    shortest = to - from
  }
  return found
}

function rangesOn(calendar: Calendar, day: DayNumber): readonly OpenRange[] {
  const holiday = holidayOn(calendar, day)
  if (holiday !== undefined) return holiday.hours
  const weekday = weekdays[weekdayOf(day)]
  return (weekday === undefined ? undefined : calendar.weekly[weekday]) ?? []
}

/** A day's open intervals, in order; when clocks go back, it is open through both showings of an hour. */
function intervalsOn(calendar: Calendar, day: DayNumber): Interval[] {
  const { timeZone } = calendar
  return rangesOn(calendar, day)
    .map(range => ({
      from: instantOf(timeZone, day, parseMinute(range.from), 'first'),
      to: instantOf(timeZone, day, parseMinute(range.to), 'last'),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from)
}

/** Open intervals over days, joined where one begins as another ends. */
function* openIntervals(calendar: Calendar, firstDay: DayNumber, lastDay: DayNumber): Generator<Interval> {
  let open: Interval | undefined
  for (let day = firstDay; day <= lastDay; day += 1) {
    for (const next of intervalsOn(calendar, day)) {
      if (open !== undefined && next.from <= open.to)
        open = { from: open.from, to: Math.max(open.to, next.to) }
      else {
        if (open !== undefined) yield open
        open = next
      }
    }
  }
  if (open !== undefined) yield open
}

/** Whether the calendar is open at an instant (epoch ms). */
export function openingAt(calendar: Calendar, at: number): Opening {
  const day = dayAt(calendar.timeZone, at)
  const isOpen = intervalsOn(calendar, day).some(({ from, to }) => from <= at && at < to)
  return { isOpen, holiday: holidayOn(calendar, day)?.name ?? null }
}

/** When the calendar next opens or closes after an instant (epoch ms); null when it never does within 400 days. */
export function nextChangeAt(calendar: Calendar, at: number): number | null {
  const today = dayAt(calendar.timeZone, at)
  const lastDay = today + horizonDays
  const horizon = instantOf(calendar.timeZone, lastDay, 0, 'first')
  for (const { from, to } of openIntervals(calendar, today - 1, lastDay)) {
    if (to <= at) continue
    const change = from > at ? from : to
    return change < horizon ? change : null
  }
  return null
}

/** Open time between two instants, in ms; the clock of promises that count business hours. */
export function openMsBetween(calendar: Calendar, from: number, to: number): number {
  if (to <= from) return 0
  const { timeZone } = calendar
  let total = 0
  for (const open of openIntervals(calendar, dayAt(timeZone, from) - 1, dayAt(timeZone, to))) {
    total += Math.max(0, Math.min(to, open.to) - Math.max(from, open.from))
  }
  return total
}
