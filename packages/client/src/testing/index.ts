export * from './fake.environment.ts'
