export * from './events.ts'
export * from './ids.ts'
export * from './messages.ts'
export * from './requests.ts'
