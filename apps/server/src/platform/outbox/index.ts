export * from './bus.ts'
export * from './consumer.ts'
export * from './retention.ts'
export * from './unit-of-work.ts'
