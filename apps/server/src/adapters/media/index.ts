export * from './ipc-media.adapter.ts'
export * from './media.errors.ts'
