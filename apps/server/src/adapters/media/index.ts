export * from './ipc-media.adapter.ts'
export { MediaUnavailableError } from './media-process.ts'
