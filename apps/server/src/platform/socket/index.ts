export type { Connection } from './connection.ts'
export * from './hub.ts'
