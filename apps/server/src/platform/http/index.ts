export * from './health.ts'
export * from './routes.ts'
export * from './server.ts'
export * from './static.ts'
