export * from './espeak.adapter.ts'
