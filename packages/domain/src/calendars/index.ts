export * from './calendar.ts'
export { nextChangeAt, type Opening, openingAt, openMsBetween } from './opening.ts'
