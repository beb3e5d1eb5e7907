/** A day of the proleptic Gregorian calendar, as days since 1970-01-01. */
export type DayNumber = number

const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  return format
}

/** Whether the runtime knows the IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return formatOf(timeZone) !== undefined
  } catch {
    return false
  }
}

/** The clock on the wall at an instant, written as if it were UTC, in epoch ms. */
function wallMsAt(timeZone: string, at: number): number {
  const fields: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) fields[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function offsetMsAt(timeZone: string, at: number): number {
  const whole = Math.floor(at / 1_000) * 1_000
  return wallMsAt(timeZone, whole) - whole
}

/** The local day of an instant. */
export function dayAt(timeZone: string, at: number): DayNumber {
  return Math.floor((at + offsetMsAt(timeZone, at)) / dayMs)
}

/** The first instant between two that has the offset of the second. */
function changeBetween(timeZone: string, from: number, to: number): number {
  const wanted = offsetMsAt(timeZone, to)
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetMsAt(timeZone, middle) === wanted) high = middle
    else low = middle
  }
  return high
}

/**
 * The instant of a local day and minute (0 to 1440), in epoch ms. A minute that clocks skip is the instant of
 * the change; of one that clocks show twice, `pick` takes the first or the last.
 */
export function instantOf(timeZone: string, day: DayNumber, minute: number, pick: 'first' | 'last'): number {
  const wall = day * dayMs + minute * 60_000
  const before = wall - offsetMsAt(timeZone, wall - dayMs)
  const after = wall - offsetMsAt(timeZone, wall + dayMs)
  if (before === after) return before
  const shown = [before, after].filter(at => at + offsetMsAt(timeZone, at) === wall)
  if (shown.length === 0) return changeBetween(timeZone, Math.min(before, after), Math.max(before, after))
  return pick === 'first' ? Math.min(...shown) : Math.max(...shown)
}

/** The day of a date written `2026-12-25`. */
export function parseDay(date: string): DayNumber {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** Day of the week, 0 for Monday. */
export function weekdayOf(day: DayNumber): number {
  return (((day + 3) % 7) + 7) % 7
}
