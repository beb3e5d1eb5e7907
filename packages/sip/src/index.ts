export * from './message/index.ts'
export type * from './message/message.types.ts'
