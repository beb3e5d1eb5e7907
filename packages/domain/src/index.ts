export * from './errors.ts'
export * from './ids.ts'
export * from './problem-codes.ts'
export * from './state/index.ts'
