export type * from './message/message.types.ts'
