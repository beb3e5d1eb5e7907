export * from './calendar.ts'
export { dayAt, instantOf, isTimeZone } from './local-time.ts'
export { nextChangeAt, type Opening, openingAt, openMsBetween } from './opening.ts'
