export * from './routes.ts'
export * from './server.ts'
